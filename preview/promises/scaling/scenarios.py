"""The loads that the web fleets were promised for: a surge, a spike, and the loss of a region at peak.

Each spreads over the regions by latency; each fleet follows its share (`autoscaling.py`). What a fleet cannot answer is
turned away.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from preview.facts import fact
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, figure, simulated
from preview.promises.scaling.autoscaling import STEP_SECONDS, Trace, growth, simulate, steady_size
from preview.promises.scaling.fleet import Fleet, web_fleets
from preview.promises.users.cities import City, nearest, served

HOW = "the fleet follows its share of the load in steps of 10 s; what exceeds its capacity is turned away"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """The fleets of a stack, and who comes to them."""

    deployed: Deployed
    fleets: Mapping[str, Fleet]
    shares: Mapping[str, float]
    """Share of all users by region, adding up to 1."""

    heirs: Mapping[str, Mapping[str, float]]
    """For each region, the share of all users that each other takes on where it is lost."""

    regions: Quantity
    """How many regions share the users."""

    requests: Quantity
    """Requests per user and minute that reach the web servers."""

    @classmethod
    def of(cls, deployed: Deployed) -> "Platform":
        """UndeclaredError where there are no web servers."""
        fleets = web_fleets(deployed)
        shares, heirs = _spread(served(deployed), tuple(fleets))
        balancers = [node for node in deployed.of_type(LOAD_BALANCER) if node.region in fleets]
        return cls(
            deployed=deployed,
            fleets=fleets,
            shares=shares,
            heirs=heirs,
            regions=deployed.count(balancers, "regions"),
            requests=deployed.expected("load.requests_per_user_minute", "1/min"),
        )

    def expected(self, path: str, unit: str) -> Quantity:
        """What the stack expects of its users."""
        return self.deployed.expected(f"load.{path}", unit)

    def rate(self, users: float) -> float:
        """Requests per second of so many users."""
        return users * self.requests.value / 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """What became of the users, region by region."""

    id: str
    when: str
    """`during the surge`."""

    traces: Mapping[str, Trace]
    comfortable: Mapping[str, float]
    """Use of the processors up to which answers are not slowed, by region."""

    unserved: Figure
    """Share of all requests that were turned away, in percent."""

    @property
    def slowed(self) -> Figure:
        """Share of all requests that were answered late, in percent."""
        asked = sum(sum(trace.load) for trace in self.traces.values())
        late = sum(sum(trace.slowed) for trace in self.traces.values())
        how = "requests answered while the servers were busier than scaling holds them, in the same simulation"
        return simulated(
            f"answered slowly {self.when}", "%", Kind.ESTIMATE, 100 * late / asked if asked else 0.0, how,
            unserved=self.unserved,
        )  # fmt: skip


def surge(platform: Platform) -> Scenario:
    """Users grow steadily and stay for as long again; nothing of it is known beforehand."""
    first, last = platform.expected("surge.from_users", "users"), platform.expected("surge.to_users", "users")
    return _growing(platform, "surge", first, last, platform.expected("surge.minutes", "min"), warned=False)


def spike(platform: Platform) -> Scenario:
    """The usual users multiply and stay for as long again; where it is known beforehand, the schedules count."""
    first, factor = platform.expected("users_at_once", "users"), platform.expected("spike.factor", "")
    last = figure(
        "users at the height of the spike", "users", Kind.ESTIMATE, "users * factor", users=first, factor=factor
    )
    warned = platform.expected("spike.warned", "").value > 0
    return _growing(platform, "spike", first, last, platform.expected("spike.minutes", "min"), warned=warned)


def region_losses(platform: Platform) -> list[Scenario]:
    """Each region lost at peak in turn, from the moment that DNS has moved its users to the others."""
    users, seconds = platform.expected("users_at_peak", "users"), fact("load.after_region_loss")
    if len(platform.fleets) == 1:
        return [_nobody_left(platform, users)]
    steps = round(seconds.value / STEP_SECONDS)
    known: dict[tuple[str, float], Trace] = {}
    asked = figure(
        "requests after a region is lost", "requests", Kind.ESTIMATE, "users * requests * seconds / 60",
        users=users, requests=platform.requests, seconds=seconds,
    )  # fmt: skip
    found: list[Scenario] = []
    for lost in platform.fleets:
        traces: dict[str, Trace] = {}
        for region, fleet in platform.fleets.items():
            if region != lost:
                own, more = platform.shares[region], platform.heirs[lost].get(region, 0.0)
                if (region, more) not in known:
                    load = [platform.rate(users.value * (own + more))] * steps
                    standing = _standing(fleet, platform.rate(users.value * own), fleet.smallest.value)
                    known[region, more] = simulate(fleet.rules(standing), load, standing, 0.0)
                traces[region] = known[region, more]
        found.append(_scenario(platform, f"loss-{lost}", f"while {lost} is lost", traces, asked))
    return found


def worst(losses: Sequence[Scenario]) -> Scenario:
    """The scenario that turns most users away."""
    return max(losses, key=lambda each: each.unserved.value)


def _growing(
    platform: Platform, name: str, first: Quantity, last: Quantity, minutes: Quantity, *, warned: bool
) -> Scenario:
    seconds = minutes.value * 60
    traces: dict[str, Trace] = {}
    for region, fleet in platform.fleets.items():
        share = platform.shares[region]
        load = growth(platform.rate(first.value * share), platform.rate(last.value * share), seconds)
        least = _prepared(platform, region) if warned else fleet.smallest.value
        standing = _standing(fleet, platform.rate(first.value * share), least)
        traces[region] = simulate(fleet.rules(standing), load, standing, seconds)
    asked = figure(
        f"requests during the {name}", "requests", Kind.ESTIMATE,
        "requests * minutes * ((first + last) / 2 + last)",
        requests=platform.requests, minutes=minutes, first=first, last=last,
    )  # fmt: skip
    return _scenario(platform, name, f"during the {name}", traces, asked)


def _scenario(platform: Platform, key: str, when: str, traces: Mapping[str, Trace], asked: Figure) -> Scenario:
    turned_away = {
        region.replace("-", "_"): simulated(
            f"requests turned away in {region}", "requests", Kind.ESTIMATE, trace.turned_away, HOW,
            interval=None, asked=asked, regions=platform.regions, **platform.fleets[region].uses,
        )
        for region, trace in traces.items()
    }  # fmt: skip
    formula = f"100 * ({' + '.join(turned_away)}) / asked"
    unserved = figure(f"turned away {when}", "%", Kind.ESTIMATE, formula, asked=asked, **turned_away)
    comfortable = {region: platform.fleets[region].comfortable for region in traces}
    return Scenario(id=key, when=when, traces=traces, comfortable=comfortable, unserved=unserved)


def _nobody_left(platform: Platform, users: Quantity) -> Scenario:
    """The loss of the only region."""
    (region,) = platform.fleets
    when = f"while {region} is lost"
    unserved = simulated(
        f"turned away {when}", "%", Kind.BOUND, 100, "no other region is left to answer",
        interval=None, users=users, regions=platform.regions, **platform.fleets[region].uses,
    )  # fmt: skip
    return Scenario(id=f"loss-{region}", when=when, traces={}, comfortable={}, unserved=unserved)


def _standing(fleet: Fleet, load: float, least: float) -> int:
    """Servers that a fleet has settled at for a load."""
    settled = steady_size(load, fleet.server.value, fleet.rules(0).trackers)
    return int(min(max(settled, least), fleet.largest.value))


def _prepared(platform: Platform, region: str) -> float:
    """What schedules provide for an hour that is known; predictive scaling knows the daily peak and no more."""
    fleet = platform.fleets[region]
    if fleet.forecast is None:
        return fleet.prepared.value
    peak = platform.rate(platform.expected("users_at_peak", "users").value * platform.shares[region])
    forecast = math.ceil(100 * peak / fleet.server.value / fleet.forecast.value)
    return max(fleet.prepared.value, forecast)


@cache
def _spread(users: tuple[City, ...], regions: tuple[str, ...]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Share of the users by region, and by lost region the share that each other one takes on."""
    shares = dict.fromkeys(regions, 0.0)
    heirs: dict[str, dict[str, float]] = {region: {} for region in regions}
    others = {region: tuple(each for each in regions if each != region) for region in regions}
    total = sum(city.weight for city in users)
    for city in users:
        first = nearest(city, regions)
        shares[first] += city.weight / total
        if others[first]:
            heir = nearest(city, others[first])
            heirs[first][heir] = heirs[first].get(heir, 0.0) + city.weight / total
    return shares, heirs
