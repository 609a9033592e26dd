"""The distribution, its functions, and DNS."""

from collections.abc import Iterator
from functools import cache

from preview.facts import fact, rows
from preview.promises.cost.caching import DISTRIBUTION, kept, shielded
from preview.promises.cost.demand import Demand, customers, once
from preview.promises.cost.line import EDGE, Line, line
from preview.promises.cost.prices import Tier, tiers
from preview.promises.figure import Figure, Kind, figure, simulated
from preview.promises.users.edge_locations import Edge, edge, nearest_location

FUNCTION = "aws:cloudfront/function:Function"
MONITORING = "aws:cloudfront/monitoringSubscription:MonitoringSubscription"
ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"
CHECK = "aws:route53/healthCheck:HealthCheck"
QUERY_LOG = "aws:route53/queryLog:QueryLog"
TO_VIEWERS = "Data transfer out to internet"

PRICE_REGIONS = {
    "United States, Mexico, & Canada": "US, Mexico, Canada",
    "Europe": "Europe, Israel",
    "Africa": "South Africa, Kenya, Middle East",
    "Middle East": "South Africa, Kenya, Middle East",
    "South America": "South America",
    "Japan": "Japan",
    "Australia & New Zealand": "Australia, New Zealand",
    "India": "India",
}
"""What `cloudfront_pops.csv` calls a part of the world, and what `prices.csv` does; all else is Asia Pacific."""

ELSEWHERE = "Hong Kong, Philippines, Asia Pacific"
ISRAEL = "IL"


def lines(demand: Demand) -> Iterator[Line]:
    """What the edge costs."""
    found = edge(demand.deployed)
    if found is not None:
        yield from _transfer(demand, found)
        yield from _requests(demand, found)
        yield from _functions(demand)
    yield from _names(demand)
    yield from _checks(demand)


@once
def file_requests(demand: Demand) -> Figure:
    """Requests for files and models in a month."""
    return figure(
        "requests for files", "requests", Kind.ESTIMATE, "files + looks * each", files=demand.asset_requests,
        looks=demand.model_looks, each=demand.look_requests,
    )  # fmt: skip


@once
def origin_fetches(demand: Demand) -> Figure:
    """File requests that reach the buckets."""
    hits, _ = _kept(demand)
    return figure(
        "fetches from buckets", "requests", Kind.ESTIMATE, "requests * (1 - hits / 100)",
        requests=file_requests(demand), hits=hits,
    )  # fmt: skip


@once
def _kept(demand: Demand) -> tuple[Figure, Figure]:
    return kept(demand.deployed)


# --- the distribution -------------------------------------------------------------------------------------------------


def _transfer(demand: Demand, found: Edge) -> Iterator[Line]:
    whole = figure(
        "to viewers",
        "GB",
        Kind.ESTIMATE,
        "files + looks * megabytes / 1e3 + pages + answers",
        files=demand.gigabytes(
            "files", demand.asset_requests, demand.deployed.expected("load.asset_kilobytes", "kB")
        ),
        looks=demand.model_looks,
        megabytes=demand.look_megabytes,
        pages=demand.gigabytes("pages", demand.web_requests, fact("bill.page_kilobytes")),
        answers=demand.gigabytes("answers", demand.api_requests, fact("bill.api_kilobytes")),
    )  # fmt: skip
    sent = figure(
        "from viewers to origins",
        "GB",
        Kind.ESTIMATE,
        "(web + api) * kilobytes / 1e6",
        web=demand.web_requests,
        api=demand.api_requests,
        kilobytes=fact("bill.request_kilobytes"),
    )
    for name, share in _by_price_region(demand, found).items():
        here = _part("to viewers", whole, share)
        for tier in tiers("CloudFront", TO_VIEWERS, name):
            if here.value <= tier.above.value:
                break
            step = _step(here, tier)
            yield line("CloudFront", EDGE, f"{tier.name}, {name}", DISTRIBUTION, quantity=step, priced=tier.price)
        priced = ("CloudFront", "Data transfer out to origin")
        back = _part("to origins", sent, share)
        yield line("CloudFront", EDGE, f"to origins, {name}", DISTRIBUTION, quantity=back, priced=priced, at=name)


def _step(gigabytes: Figure, tier: Tier) -> Figure:
    return figure(
        tier.name, "GB", Kind.ESTIMATE, "min(max(gigabytes - above, 0), width)", gigabytes=gigabytes,
        above=tier.above, width=tier.width,
    )  # fmt: skip


def _requests(demand: Demand, found: Edge) -> Iterator[Line]:
    whole = all_requests(demand)
    for name, share in _by_price_region(demand, found).items():
        here, priced = _part("requests", whole, share), ("CloudFront", "HTTPS requests")
        yield line("CloudFront", EDGE, f"requests, {name}", DISTRIBUTION, quantity=here, priced=priced, at=name)
    shields = shielded(demand.deployed)
    if shields:
        asked = figure(
            "requests to the shield",
            "requests",
            Kind.ESTIMATE,
            "on * fetches / (1 - taken / 100)",
            on=shields[0],
            fetches=origin_fetches(demand),
            taken=_kept(demand)[1],
        )
        region = _shield_region(demand)
        priced = ("CloudFront", "Origin Shield requests")
        yield line("CloudFront", EDGE, "Origin Shield", DISTRIBUTION, quantity=asked, priced=priced, at=region)


@once
def all_requests(demand: Demand) -> Figure:
    """Every request of a viewer in a month."""
    return figure(
        "requests of viewers", "requests", Kind.ESTIMATE, "files + web + api", files=file_requests(demand),
        web=demand.web_requests, api=demand.api_requests,
    )  # fmt: skip


def _shield_region(demand: Demand) -> str:
    for distribution in demand.deployed.of_type(DISTRIBUTION):
        for index in range(len(distribution.inputs.get("origins") or ())):
            named = demand.deployed.value(distribution, f"origins.{index}.originShield.originShieldRegion")
            if named is not None:
                return str(named)
    return demand.regions[0]


def _functions(demand: Demand) -> Iterator[Line]:
    deployed = demand.deployed
    functions = deployed.of_type(FUNCTION)
    if functions:
        calls = figure(
            "calls of viewer functions", "calls", Kind.ESTIMATE, "requests * min(functions, 1)",
            requests=file_requests(demand), functions=deployed.count(functions, "functions"),
        )  # fmt: skip
        priced = ("CloudFront", "CloudFront Functions")
        yield line("CloudFront", EDGE, "viewer functions", FUNCTION, quantity=calls, priced=priced, at="global")
    subscriptions = deployed.of_type(MONITORING)
    if subscriptions:
        metrics = figure(
            "additional metrics", "metrics", Kind.BOUND, "count * each",
            count=deployed.count(subscriptions, "subscriptions"), each=fact("cf.extra_metrics"),
        )  # fmt: skip
        priced = ("CloudWatch", "custom metric first 10k")
        yield line(
            "CloudWatch", EDGE, "metrics of the CDN", MONITORING, quantity=metrics, priced=priced, at="us-east-1"
        )


def _part(name: str, whole: Figure, share: Figure) -> Figure:
    return figure(name, whole.unit, Kind.ESTIMATE, "whole * share / 100", whole=whole, share=share)


def _by_price_region(demand: Demand, found: Edge) -> dict[str, Figure]:
    how = "internet users by city, each with the price region of the nearest edge location of the price class"
    cities = fact("users.cities")
    return {
        name: simulated(
            f"users of {name}", "%", Kind.ESTIMATE, 100 * share, how, locations=found.locations, cities=cities
        )
        for name, share in _spread(demand.left_out, found.price_class).items()
    }


@cache
def _spread(left_out: tuple[str, ...], price_class: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for city in customers(left_out):
        name = _price_regions()[nearest_location(city, price_class).code]
        weights[name] = weights.get(name, 0.0) + city.weight
    total = sum(weights.values())
    return {name: weights[name] / total for name in sorted(weights)}


@cache
def _price_regions() -> dict[str, str]:
    """Edge locations by their code, and the price region that each is in."""
    return {
        row["iata"]: PRICE_REGIONS["Europe"]
        if row["country_code"] == ISRAEL
        else PRICE_REGIONS.get(row["price_region"] or row["region"], ELSEWHERE)
        for row in rows("cloudfront_pops")
    }


# --- DNS --------------------------------------------------------------------------------------------------------------


@once
def dns_queries(demand: Demand) -> Figure | None:
    """Queries that edge locations make for the names of the regions; None without such names or without an edge."""
    deployed, found = demand.deployed, edge(demand.deployed)
    led = [node for node in deployed.of_type(RECORD) if node.inputs.get("latencyRoutingPolicies")]
    if not led or found is None:
        return None
    by_name = {str(node.inputs.get("name")): node for node in led}
    return figure(
        "queries for names of regions",
        "queries",
        Kind.BOUND,
        "places * names * hours * 3600 / ttl",
        places=found.locations,
        names=deployed.count(list(by_name.values()), "names"),
        hours=demand.hours,
        ttl=deployed.number(led[0], "ttl", "s"),
    )


def _names(demand: Demand) -> Iterator[Line]:
    zones = demand.deployed.of_type(ZONE)
    if zones:
        held = demand.deployed.count(zones, "zones")
        priced = ("Route 53", "hosted zone first 25")
        yield line("Route 53", EDGE, "zones", ZONE, quantity=held, priced=priced, at="global")
    queries = dns_queries(demand)
    if queries is not None:
        priced = ("Route 53", "latency-based queries first 1B")
        yield line("Route 53", EDGE, "queries", RECORD, quantity=queries, priced=priced, at="global")


def _checks(demand: Demand) -> Iterator[Line]:
    deployed = demand.deployed
    checks = deployed.of_type(CHECK)
    if not checks:
        return
    paid = figure(
        "checks beyond the free ones", "checks", Kind.BOUND, "max(checks - free, 0)",
        checks=deployed.count(checks, "health checks"), free=fact("r53.free_checks"),
    )  # fmt: skip
    priced = ("Route 53", "health check, AWS endpoint (first 50 free)")
    yield line("Route 53", EDGE, "health checks", CHECK, quantity=paid, priced=priced, at="global")
    features = {
        "fast": [each for each in checks if each.inputs.get("requestInterval") == fact("r53.interval_fast").value],
        "HTTPS": [each for each in checks if "HTTPS" in str(each.inputs.get("type"))],
        "text": [each for each in checks if "STR_MATCH" in str(each.inputs.get("type"))],
        "latency": [each for each in checks if each.inputs.get("measureLatency")],
    }
    priced = (
        "Route 53",
        "optional health check feature (HTTPS, string match, fast interval, latency) AWS endpoint",
    )
    for name, having in features.items():
        if having:
            quantity = deployed.count(having, f"{name} checks")
            yield line("Route 53", EDGE, f"{name} checks", CHECK, quantity=quantity, priced=priced, at="global")
