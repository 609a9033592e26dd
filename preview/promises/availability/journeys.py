"""What each journey of a visitor needs, read along its way: name, CDN, origins, regions, data.

A journey's parts stand in series. Buckets behind an origin group stand side by side, and so do the regions behind
health-checked records of DNS; an order also needs the one database that writes, wherever it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from preview.facts import fact
from preview.graph import Node
from preview.promises.availability.blocks import Part, block, common_cause_share, level, redundant, series
from preview.promises.availability.buckets import DISTRIBUTION, behind, origin_of
from preview.promises.availability.names import RECORD, Answer, answers
from preview.promises.availability.region import (
    CLUSTER,
    LOAD_BALANCER,
    Request,
    Serving,
    UnservedError,
    database,
    serving,
    templates,
)
from preview.promises.availability.uploads import TITLE, uploaded
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure, simulated
from preview.promises.users.cities import served, shares

PAGES = Request(path="/index.html")
TOGETHER = "regions that serve"
"""How a group of regions is named of which one suffices."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A journey as its requests."""

    id: str
    title: str
    requests: tuple[Request, ...]


BROWSE = Wanted(
    id="browse",
    title="Browse the catalogue",
    requests=(PAGES, Request(path="/catalogue/products/1", calls=("dynamodb:Query",))),
)
SEE_MODEL = Wanted(id="model", title="See a model", requests=(PAGES, Request(path="/assets/1/preview.glb")))
FILL_GUEST_CART = Wanted(
    id="guest-cart",
    title="Fill a cart as a guest",
    requests=(PAGES, Request(path="/api/guest-carts/1/items/2", method="PUT", calls=("dynamodb:UpdateItem",))),
)
FILL_CART = Wanted(
    id="cart",
    title="Fill a cart when signed in",
    requests=(PAGES, Request(path="/api/carts/1/items/2", method="PUT", calls=("dynamodb:UpdateItem",))),
)
PLACE_ORDER = Wanted(
    id="order",
    title="Place an order",
    requests=(PAGES, Request(path="/orders", method="POST", calls=("dynamodb:GetItem", "rds-db:connect"))),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """What visitors do, and what must serve while they do it."""

    title: str
    common: Part
    """What every visitor needs."""

    nearest: Mapping[str, Part]
    """By region, what only those need whom DNS leads there."""

    visitors: Mapping[str, Figure]
    """Share of the visitors whom DNS leads to a region, in percent."""

    def of(self, region: str) -> Part:
        """The whole, for visitors of one region."""
        return series(f"{self.title}, nearest to {region}", [self.common, self.nearest[region]])

    @property
    def together(self) -> Part | None:
        """The regions among which DNS chooses; None where it leads nobody away from a failed one."""
        return next((part for part in self.common.parts if part.name.startswith(TOGETHER)), None)

    @property
    def available(self) -> Figure:
        """Percentage of time in which visitors can do it, in the mean over all of them."""
        uses: dict[str, Quantity] = {"common": self.common.available}
        terms: list[str] = []
        for index, (region, part) in enumerate(self.nearest.items(), 1):
            uses |= {f"visitors_{index}": self.visitors[region], f"nearest_{index}": part.available}
            terms.append(f"visitors_{index} / 100 * nearest_{index}")
        return figure(self.title, "%", Kind.ESTIMATE, f"common / 100 * ({' + '.join(terms)})", **uses)


def journey(deployed: Deployed, wanted: Wanted, beta: Quantity | None = None) -> Journey:
    """What a journey needs; `beta` is the share of failures with a common cause, AWS's own where none is given.

    UndeclaredError where it cannot be followed.
    """
    beta = beta or common_cause_share()
    distribution = deployed.only(DISTRIBUTION)
    common, nearest = _edge(deployed, distribution), dict[str, list[Part]]()
    counted: Reading | None = None
    for request in wanted.requests:
        origin = origin_of(distribution, request.path)
        if "customOriginConfig" in origin:
            found = answers(deployed, str(origin.get("domainName")))
            counted = deployed.count([answer.record for answer in found], "regions")
            regions = _Regions.behind(deployed, found, request)
            common += regions.common(beta, counted)
            nearest = regions.nearest(deployed, beta, counted)
        else:
            common.append(behind(deployed, distribution, origin, beta))
    return _assembled(deployed, wanted.title, common, nearest or {region: [] for region in deployed.serving}, counted)


def uploads(deployed: Deployed) -> Journey:
    """What an upload needs; UndeclaredError where no region takes any."""
    nearest = {region: parts for region, parts in uploaded(deployed).items() if region in deployed.serving}
    return _assembled(deployed, TITLE, [], nearest, None)


def _assembled(
    deployed: Deployed,
    title: str,
    common: Sequence[Part],
    nearest: Mapping[str, Sequence[Part]],
    counted: Reading | None,
) -> Journey:
    if not nearest:
        raise UndeclaredError(f"no region serves those who want to {title[0].lower()}{title[1:]}")
    return Journey(
        title=title,
        common=series(title, common),
        nearest={region: series(f"nearest to {region}", parts) for region, parts in nearest.items()},
        visitors=_visitors(deployed, tuple(nearest), counted),
    )


def _visitors(deployed: Deployed, regions: Sequence[str], counted: Reading | None) -> dict[str, Figure]:
    how = "users by city, each to the region of the shortest round trip"
    number = counted or deployed.count(
        [node for node in deployed.of_type(LOAD_BALANCER) if node.region in regions], "regions"
    )
    return {
        region: simulated(f"visitors nearest to {region}", "%", Kind.ESTIMATE, 100 * share, how, regions=number)
        for region, share in shares(served(deployed), regions).items()
    }


def _edge(deployed: Deployed, distribution: Node) -> list[Part]:
    parts = [block("CDN", "level", level=level("sla.cloudfront"))]
    if deployed.of_type(RECORD):
        parts.append(block("DNS", "level", level=level("sla.route53")))
    if distribution.inputs.get("webAclId"):
        parts.append(block("web ACL at the edge", "level", level=level("sla.waf")))
    return parts


@dataclass(frozen=True, kw_only=True, slots=True)
class _Regions:
    """The regions that DNS may lead a request to."""

    request: Request
    found: Sequence[Answer]
    serving: Mapping[str, Serving]
    """Those that can answer it."""

    fronts: Mapping[str, Part]
    """What answers in them."""

    @classmethod
    def behind(cls, deployed: Deployed, found: Sequence[Answer], request: Request) -> "_Regions":
        able: dict[str, Serving] = {}
        missing: list[str] = []
        for answer in found:
            try:
                able[answer.region] = serving(deployed, answer.entrance, answer.region, request)
            except UnservedError as reason:
                missing.append(str(reason))
        if not able:
            raise UndeclaredError("; ".join(missing) or f"DNS leads {request.path} to no region")
        fronts = {
            region: series(f"{request.path} in {region}", list(there.blocks.values())) for region, there in able.items()
        }
        return cls(request=request, found=found, serving=able, fronts=fronts)

    @property
    def all_checked(self) -> bool:
        """Whether DNS leads everybody away from a region that fails."""
        return all(answer.failover is not None for answer in self.found)

    def together(self, beta: Quantity, counted: Reading) -> Part:
        return redundant(f"{TOGETHER} {self.request.path}", list(self.fronts.values()), beta, counted)

    def common(self, beta: Quantity, counted: Reading) -> list[Part]:
        parts = [self.together(beta, counted)] if self.all_checked else []
        if any(there.sign_in for there in self.serving.values()):
            parts.append(block("sign-in", "level", level=level("sla.cognito")))
        return parts

    def nearest(self, deployed: Deployed, beta: Quantity, counted: Reading) -> dict[str, list[Part]]:
        own: dict[str, list[Part]] = {}
        for answer in self.found:
            front = self.fronts.get(answer.region)
            if answer.failover is None:
                parts = [front or block("regions without what they need", "0")]
            else:
                parts = [] if self.all_checked else [self.together(beta, counted)]
                if front is not None and len(self.fronts) > 1:
                    parts.append(_leaving(front, answer.failover))
            if self.request.writes_orders and answer.region in self.serving:
                parts += _way_to_writer(deployed, answer.region, self.serving[answer.region])
            own[answer.region] = parts
        return own


def _leaving(front: Part, failover: Figure) -> Part:
    """Time that a region's visitors lose at each of its failures until DNS leads them elsewhere."""
    return block(
        "failovers",
        "100 - (100 - region) * min(1, failover / (60 * outage))",
        region=front.available,
        failover=failover,
        outage=fact("outage.region_minutes"),
    )


def _way_to_writer(deployed: Deployed, region: str, there: Serving) -> list[Part]:
    """From a region's servers to the one database that writes: by its proxy, or forwarded by the region's cluster."""
    reached = [
        node
        for template in (templates(deployed, there.servers) if there.servers else ())
        for node in deployed.references(template, "userData")
    ]
    writers = [node for node in deployed.of_type(CLUSTER) if node.region == deployed.writer_region]
    clusters = [node for node in reached if node.type == CLUSTER]
    if not writers or not clusters:
        raise UndeclaredError(f"orders placed in {region} find no database that writes")
    parts = [database("writer's database", deployed, writers[0])]
    if writers[0] in clusters:
        by_proxy = any(node.type == "aws:rds/proxy:Proxy" for node in reached)
        return [*parts, block("database proxies", "level", level=level("sla.rds_proxy"))] if by_proxy else parts
    if not deployed.value(clusters[0], "enableGlobalWriteForwarding"):
        return [block(f"no way from {region} to the writer", "0")]
    return [*parts, database("databases that forward", deployed, clusters[0])]
