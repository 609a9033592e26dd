"""Network round trips of the users: to the edge, where their connections end, and to the region behind it."""

from collections.abc import Iterator

from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, simulated
from preview.promises.latency.exhibits import exhibits
from preview.promises.promise import Better, Finding, Model, Promise
from preview.promises.users import access
from preview.promises.users.access import connections
from preview.promises.users.ways import Way, Ways, ways
from preview.promises.users.weighted import percentile, share_below

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
    "to its edge location, over a mobile network or a fixed line. What the edge asks a region for takes the round trip "
    "to the region, and a bad connection longer than a typical one; both are shown beside it."
)


def slowest(found: Ways, way: Way) -> Figure:
    """The typical round trip that 95 % of the users stay under, last mile included, in milliseconds."""
    typical = connections(found.users, way.ms)
    value = percentile(typical.round_trip_s * 1000, typical.weights, PERCENT)
    how = f"{PERCENT:g} % of the users: way of each city + typical last mile of mobile and of fixed lines"
    name = f"round trip to the {way.to}"
    return simulated(name, "ms", Kind.ESTIMATE, value, how, interval=None, **way.uses, **access.facts())


def _reached(deployed: Deployed) -> dict[str, Figure]:
    found = ways(deployed)
    return {NETWORK.id: slowest(found, found.end)}


def _findings(deployed: Deployed) -> list[Finding]:
    found, limit = ways(deployed), _limit(deployed)
    also = [figure for way in found.all for figure in _of(found, way, limit)]
    decisive = slowest(found, found.end)
    return [
        Finding(promise=NETWORK, reached=decisive, why=WHY, also=tuple(also[1:]), exhibits=exhibits(found, limit)),
    ]


def _of(found: Ways, way: Way, limit: float) -> Iterator[Figure]:
    """All figures of one way: its slowest users and the share of fast ones, typical, without last mile, at worst."""
    last_mile = {**way.uses, **access.facts()}
    typical = connections(found.users, way.ms)
    unlike = connections(found.users, way.ms, way.spread)
    yield slowest(found, way)
    cases = (
        ("", typical.round_trip_s * 1000, typical.weights, last_mile),
        (", without the last mile", way.ms, found.weights, way.uses),
        (", bad connections counted", unlike.round_trip_s * 1000, unlike.weights, {**last_mile, **access.spread()}),
    )
    for case, ms, weights, uses in cases:
        name, how = f"users under {limit:g} ms to the {way.to}{case}", f"weight of the users under {limit:g} ms"
        share = share_below(ms, weights, limit)
        yield simulated(name, "%", Kind.ESTIMATE, share, how, interval=None, **uses)
        if case:
            name, how = f"round trip to the {way.to}{case}", f"{PERCENT:g} % of the users"
            value = percentile(ms, weights, PERCENT)
            yield simulated(name, "ms", Kind.ESTIMATE, value, how, interval=None, **uses)


def _limit(deployed: Deployed) -> float:
    pledge = deployed.promised(NETWORK.id)
    return LIMIT_MS if pledge is None else float(pledge["promised"])


MODEL = Model(promises=(NETWORK,), reached=_reached, findings=_findings)
