"""Network round trips of the users: to the edge, where their connections end, and to the region behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from preview.facts import fact
from preview.promises import access
from preview.promises.access import Connections, connections
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.edge_locations import Edge, edge, edge_round_trip_ms, edge_spread
from preview.promises.figure import Figure, Kind, Quantity, simulated
from preview.promises.latency_exhibits import exhibits
from preview.promises.promise import Better, Finding, Model, Promise
from preview.promises.users import City, answering, nearest, round_trip_ms, served
from preview.promises.weighted import percentile, share_below

NETWORK = Promise(
    id="network_latency_p95_milliseconds",
    title="Network round trip that 95 % of the users stay under",
    unit="ms",
    better=Better.LOWER,
)
PERCENT = 95.0
LIMIT_MS = 100.0
"""What shares of users are counted against where the stack pledged nothing."""

WHY = (
    "A user's connection ends at the edge, so that is what the figure is about: the typical round trip from each city "
    "to its edge location, over a mobile network or a fixed line. Edge locations are near nearly everybody. Regions are "
    "not: what the edge has to ask a region for takes the round trip to the region, which is shown beside it."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ways:
    """The users, and how far each city is from the edge and from its region; one entry for each city."""

    users: tuple[City, ...]
    regions: tuple[str, ...]
    edge: Edge | None
    to_region_ms: tuple[float, ...]
    to_edge_ms: tuple[float, ...]
    """Without a distribution the same as to the region: there the connection ends."""


def ways(deployed: Deployed) -> Ways:
    """Where users connect to; UndeclaredError where nothing answers, or nobody is sold to."""
    users, regions, entrance = served(deployed), answering(deployed), edge(deployed)
    if not users:
        raise UndeclaredError("load.countries_left_out leaves out every country, so there are no users")
    to_region = tuple(round_trip_ms(city, nearest(city, regions)) for city in users)
    to_edge = tuple(edge_round_trip_ms(city, entrance.price_class) for city in users) if entrance else to_region
    return Ways(users=users, regions=regions, edge=entrance, to_region_ms=to_region, to_edge_ms=to_edge)


def end_of_connection(deployed: Deployed, found: Ways) -> dict[str, Quantity]:
    """What a round trip to the end of the connection rests on, by its name in formulas."""
    facts: dict[str, Quantity] = {"cities": fact("users.cities"), "city_pairs": fact("latency.city_pairs")}
    if found.edge is not None:
        return {"edge": found.edge.locations, "locations": fact("cf.locations"), **facts}
    return {"regions": _regions(deployed, found), **facts}


def to_region(deployed: Deployed, found: Ways) -> dict[str, Quantity]:
    """What a round trip to the region rests on."""
    return {
        "regions": _regions(deployed, found),
        "cities": fact("users.cities"),
        "city_pairs": fact("latency.city_pairs"),
        "region_pairs": fact("latency.region_pairs"),
    }


def slowest(name: str, ms: Sequence[float], found: Ways, /, **uses: Quantity) -> Figure:
    """The round trip that 95 % of the users stay under, without and, where `uses` has it, with the last mile."""
    if "mobile_share" in uses:
        how = f"{PERCENT:g} % of the users: way of each city + typical last mile of mobile and of fixed lines"
        typical = connections(found.users, ms)
        return simulated(name, "ms", Kind.ESTIMATE, _p95(typical), how, **uses)
    how = f"{PERCENT:g} % of the users: median way of each city"
    return simulated(name, "ms", Kind.ESTIMATE, percentile(np.asarray(ms), _weights(found), PERCENT), how, **uses)


def _reached(deployed: Deployed) -> dict[str, Figure]:
    return {NETWORK.id: _decisive(deployed, ways(deployed))}


def _decisive(deployed: Deployed, found: Ways) -> Figure:
    where = "edge" if found.edge else "region"
    uses = {**end_of_connection(deployed, found), **access.facts()}
    return slowest(f"round trip to the {where}", found.to_edge_ms, found, **uses)


def _findings(deployed: Deployed) -> list[Finding]:
    found = ways(deployed)
    limit = _limit(deployed)
    return [
        Finding(
            promise=NETWORK,
            reached=_decisive(deployed, found),
            why=WHY,
            also=_also(deployed, found, limit),
            exhibits=exhibits(found.users, found.regions, found.edge, found.to_edge_ms, found.to_region_ms, limit),
        )
    ]


def _also(deployed: Deployed, found: Ways, limit: float) -> tuple[Figure, ...]:
    edge_uses, region_uses, line = end_of_connection(deployed, found), to_region(deployed, found), access.facts()
    lasting = {**edge_uses, **line, **access.spread_facts()}
    spread = connections(found.users, found.to_edge_ms, _spreads(found))
    how = f"way and last mile spread within each place; users under {limit:g} ms"
    return (
        slowest("round trip to the edge, without the last mile", found.to_edge_ms, found, **edge_uses),
        slowest("round trip to the region, without the last mile", found.to_region_ms, found, **region_uses),
        slowest("round trip to the region", found.to_region_ms, found, **region_uses, **line),
        _share("to the edge, without the last mile", found.to_edge_ms, found, limit, **edge_uses),
        _share("to the edge", found.to_edge_ms, found, limit, **edge_uses, **line),
        _share("to the region, without the last mile", found.to_region_ms, found, limit, **region_uses),
        _share("to the region", found.to_region_ms, found, limit, **region_uses, **line),
        simulated(f"users under {limit:g} ms to the edge, bad connections counted", "%", Kind.ESTIMATE,
                  share_below(spread.round_trip_s * 1000, spread.weights, limit), how, **lasting),
        simulated("round trip to the edge, bad connections counted", "ms", Kind.ESTIMATE, _p95(spread), how, **lasting),
    )  # fmt: skip


def _share(where: str, ms: Sequence[float], found: Ways, limit: float, /, **uses: Quantity) -> Figure:
    if "mobile_share" in uses:
        typical = connections(found.users, ms)
        share = share_below(typical.round_trip_s * 1000, typical.weights, limit)
    else:
        share = share_below(np.asarray(ms), _weights(found), limit)
    how = f"weight of the cities from which the round trip is under {limit:g} ms"
    return simulated(f"users under {limit:g} ms {where}", "%", Kind.ESTIMATE, share, how, **uses)


def _p95(found: Connections) -> float:
    return percentile(found.round_trip_s * 1000, found.weights, PERCENT)


def _weights(found: Ways) -> access.Floats:
    return np.asarray([city.weight for city in found.users])


def _spreads(found: Ways) -> list[float]:
    entrance = found.edge
    return [edge_spread(city, entrance.price_class) if entrance else 1.0 for city in found.users]


def _regions(deployed: Deployed, found: Ways) -> Quantity:
    balancers = deployed.of_type("aws:lb/loadBalancer:LoadBalancer")
    return deployed.count([node for node in balancers if node.region in found.regions], "regions")


def _limit(deployed: Deployed) -> float:
    pledge = deployed.promised(NETWORK.id)
    return LIMIT_MS if pledge is None else float(pledge["promised"])


MODEL = Model(promises=(NETWORK,), reached=_reached, findings=_findings)
