"""How much of the time visitors can browse, on what AWS commits to.

A reliability block diagram of each journey (`reliability/`) over the monthly service levels of `slas.csv`. A service
level is where AWS begins to pay credits. It forecasts nothing, and what was measured lies above most of them; but it
is all that AWS stands for, so it is what a promise to the owners can rest on.
"""

from collections.abc import Mapping, Sequence

from preview.promises.availability.blocks import common_cause_share, level, monthly_downtime
from preview.promises.availability.exhibits import exhibits
from preview.promises.availability.journeys import (
    BROWSE,
    FILL_CART,
    FILL_GUEST_CART,
    PLACE_ORDER,
    SEE_MODEL,
    Journey,
    journey,
    uploads,
)
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, figure
from preview.promises.promise import Better, Finding, Model, Promise

AVAILABILITY = Promise(
    id="availability_percent",
    title="Visitors can browse at any time",
    unit="%",
    better=Better.HIGHER,
)


def reached(deployed: Deployed) -> Mapping[str, Figure]:
    """Percentage of time in which visitors can browse."""
    return {AVAILABILITY.id: journey(deployed, BROWSE).available}


def findings(deployed: Deployed) -> Sequence[Finding]:
    """The same, beside every other journey."""
    browse = journey(deployed, BROWSE)
    others = _others(deployed)
    achievable = figure("Behind a CDN", "%", Kind.ESTIMATE, "cdn", cdn=level("sla.cloudfront"))
    return [
        Finding(
            promise=AVAILABILITY,
            reached=browse.available,
            achievable=achievable,
            why=_why(browse, achievable),
            also=_also(deployed, browse, others),
            exhibits=exhibits(deployed, [browse, *others]),
        )
    ]


def _others(deployed: Deployed) -> list[Journey]:
    """The other journeys, as far as the stack declares what they need."""
    found: list[Journey] = []
    for wanted in (SEE_MODEL, FILL_GUEST_CART, FILL_CART, PLACE_ORDER):
        try:
            found.append(journey(deployed, wanted))
        except UndeclaredError:
            continue
    try:
        return [*found, uploads(deployed)]
    except UndeclaredError:
        return found


def _why(browse: Journey, achievable: Figure) -> str:
    share = browse.available
    return (
        f"AWS commits to {achievable.value:g} % a month for CloudFront, and every request passes it: no stack behind "
        f"it has AWS's word for more, and a promise of 99.99 % would need a site without a CDN. With all that stands "
        f"in series AWS's service levels come to {share.value:.2f} %, {monthly_downtime('', share).value:.0f} minutes "
        f"a month. A service level is where AWS begins to pay credits, not a forecast. Failures in series are taken "
        f"as independent; {100 * common_cause_share().value:.0f} % of those of regions and buckets are taken to "
        f"strike all of them at once, as AWS's own levels for one Region and for several imply."
    )


def _also(deployed: Deployed, browse: Journey, others: Sequence[Journey]) -> tuple[Figure, ...]:
    independent = journey(deployed, BROWSE, figure("no common causes", "", Kind.ESTIMATE, "0")).available
    together = browse.together
    alone = "The regions alone, without the CDN before them"
    return (
        monthly_downtime(f"{browse.title}: downtime", browse.available),
        figure(f"{browse.title}, were all failures independent", "%", Kind.ESTIMATE, "share", share=independent),
        *([figure(alone, "%", Kind.ESTIMATE, "regions", regions=together.available)] if together else ()),
        *(other.available for other in others),
    )


MODEL = Model(promises=(AVAILABILITY,), reached=reached, findings=findings)
