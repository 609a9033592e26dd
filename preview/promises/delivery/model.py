"""How soon a model is visible to users over their own connections."""

from collections.abc import Iterator

import numpy as np

from preview.facts import fact
from preview.promises.delivery.exhibits import exhibits
from preview.promises.delivery.levels import ORIGINAL, PREVIEW, STANDARD, Delivery, delivery
from preview.promises.delivery.path import straight
from preview.promises.delivery.transfer import transfer_s
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, simulated
from preview.promises.promise import Better, Finding, Model, Promise
from preview.promises.users import access
from preview.promises.users.access import BITS_PER_BYTE, BITS_PER_MEGABIT, connections
from preview.promises.users.cities import round_trip_ms
from preview.promises.users.weighted import mean, percentile, share_below

VISIBLE = Promise(
    id="model_visible_seconds",
    title="A model is visible to 95 % of the users",
    unit="s",
    better=Better.LOWER,
)
PERCENT = 95.0
LIMIT_S = 3.0
"""What shares of users are counted against where the stack pledged nothing."""

WHY = (
    "Visible means the preview level, which is what a visitor sees first, fetched over a new connection by way of an "
    "edge that does not hold it. It counts on previews of at most load.preview_kilobytes, which the render stage must "
    "make. The whole model takes as long as the visitor's line takes, which no stack can change."
)


def _reached(deployed: Deployed) -> dict[str, Figure]:
    return {VISIBLE.id: _slowest(delivery(deployed), PREVIEW, cold=True)}


def _findings(deployed: Deployed) -> list[Finding]:
    found, limit = delivery(deployed), _limit(deployed)
    also = (*_slow(found), *_in_time(found, limit), *_line_needed(found, limit), _naive(deployed, found))
    decisive = _slowest(found, PREVIEW, cold=True)
    whole = _slowest(found, ORIGINAL, cold=True)
    return [
        Finding(
            promise=VISIBLE,
            reached=decisive,
            why=WHY,
            condition="Render workers make the preview level. Those of this release do not yet: until they do, "
            f"visitors load the whole model, and {PERCENT:g} % of them see it within {whole.value:.0f} s.",
            also=also,
            exhibits=exhibits(found, limit),
        )
    ]


def _slowest(found: Delivery, level: str, *, cold: bool) -> Figure:
    value = percentile(found.seconds(level, cold=cold), found.lines.weights, PERCENT)
    name = f"{level} level from {found.source(cold=cold)}, {PERCENT:g} % of the users"
    how = f"rounds × round trip{' + fetching' if cold else ''} + bytes, in slow start and then at the line's rate"
    return simulated(name, "s", Kind.ESTIMATE, value, how, interval=None, **found.uses(level, cold=cold))


def _slow(found: Delivery) -> Iterator[Figure]:
    if False in found.edges:
        yield _slowest(found, PREVIEW, cold=False)
    yield _slowest(found, STANDARD, cold=True)
    yield _slowest(found, ORIGINAL, cold=True)


def _in_time(found: Delivery, limit: float) -> Iterator[Figure]:
    for level in found.levels:
        share = share_below(found.seconds(level, cold=True), found.lines.weights, limit)
        name, how = f"users with the {level} level within {limit:g} s", f"weight of the users under {limit:g} s"
        yield simulated(name, "%", Kind.ESTIMATE, share, how, interval=None, **found.uses(level, cold=True))


def _line_needed(found: Delivery, limit: float) -> Iterator[Figure]:
    """What the promise would ask of a line if it meant the whole model, and who has such a line."""
    rate = found.levels[ORIGINAL].value * BITS_PER_BYTE / BITS_PER_MEGABIT / limit
    original = found.levels[ORIGINAL]
    name = f"line on which the original takes {limit:g} s, were there nothing else to wait for"
    needed = simulated(name, "Mbit/s", Kind.BOUND, rate, f"bits of the original in {limit:g} s", bytes=original)
    yield needed
    rates = found.lines.bytes_per_s * BITS_PER_BYTE / BITS_PER_MEGABIT
    share = 100 - share_below(rates, found.lines.weights, rate)
    uses: dict[str, Quantity] = {"needed": needed, "mobile_share": fact("access.mobile_share"), **access.spread()}
    yield simulated(
        "users with such a line", "%", Kind.ESTIMATE, share, "weight of lines as fast", interval=None, **uses
    )


def _naive(deployed: Deployed, found: Delivery) -> Figure:
    """The original from one region without a content delivery network: what the stack is compared with."""
    region = deployed.writer_region or found.found.regions[0]
    way = np.asarray([round_trip_ms(city, region) for city in found.found.users])
    lines = connections(found.found.users, way, np.ones(len(way)))
    rounds, first_byte = straight(), fact("s3.first_byte_high")
    waiting = rounds.value * lines.round_trip_s + first_byte.value / 1000
    seconds = waiting + transfer_s(found.levels[ORIGINAL].value, lines.round_trip_s, lines.bytes_per_s)
    return simulated(
        f"original straight from a bucket in {region}, mean of the users",
        "s",
        Kind.ESTIMATE,
        mean(seconds, lines.weights),
        "rounds × round trip to the region + first byte + bytes, in slow start and then at the line's rate",
        interval=None,
        **{**found.uses(ORIGINAL, cold=False), "rounds": rounds, "first_byte": first_byte},
    )


def _limit(deployed: Deployed) -> float:
    pledge = deployed.promised(VISIBLE.id)
    return LIMIT_S if pledge is None else float(pledge["promised"])


MODEL = Model(promises=(VISIBLE,), reached=_reached, findings=_findings)
