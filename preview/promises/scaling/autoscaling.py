"""Simulates how a fleet of servers follows its load, ten seconds a step.

What it knows of Auto Scaling: target tracking scales out after so many datapoints above the target, to as many servers
as the metric asks for; a new server takes its time to serve, its metrics count after the warm-up only, and slow start
keeps part of its capacity back at first. The load only grows here, so nothing is ever scaled in.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

STEP_SECONDS = 10.0
_NOISE = 1e-9


class Metric(StrEnum):
    """What a policy tracks."""

    CPU = "processor use"
    """Mean of the servers, in percent; it cannot exceed 100, so that one step grows a fleet by 1/target at most."""

    REQUESTS = "requests per server"
    """By minute and server that takes requests, whether they are answered or turned away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracker:
    """A target-tracking policy, in plain numbers."""

    metric: Metric
    target: float
    """Percent, or requests a minute and server."""

    period: float
    """Seconds of a datapoint."""

    delay: float
    """Seconds from the end of a period until its datapoint is seen."""

    datapoints: int
    """How many in a row must exceed the target."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """A fleet, in plain numbers."""

    largest: int
    server_capacity: float
    """Requests per second of one server at full use of its processors."""

    trackers: tuple[Tracker, ...]
    reaction: float
    """Seconds from the alarm to the launch."""

    ready: float
    """Seconds from the launch until a server takes requests."""

    warm_servers: int
    """Servers that wait in a warm pool."""

    warm_ready: float
    """Seconds from the launch until one of those takes requests."""

    counted: float
    """Seconds from the launch until a server's metrics count."""

    slow_start: float
    """Seconds in which a new server's share of the requests rises to that of the others."""

    comfortable: float
    """Use of the processors up to which answers are not slowed, 0 to 1."""

    away: int
    """Servers that are replaced for their age meanwhile and take no requests."""

    spot: "Spot"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """How much of a fleet is spot, and what becomes of it."""

    base: int
    """Servers that are on demand whatever the fleet's size."""

    share: float
    """Share of spot above the base, 0 to 1."""

    interrupted: float
    """Share of the spot servers that is taken at once, 0 to 1, rounded up to whole servers."""

    replaced_after: float
    """Seconds from then until others are launched; negative where the fleet rebalances on notice."""

    def lost(self, serving: int) -> int:
        """How many of the servers that take requests are taken away; the base was launched first."""
        spot = math.floor(max(0, serving - self.base) * self.share + _NOISE)
        return math.ceil(spot * self.interrupted - _NOISE)


@dataclass(slots=True)
class Trace:
    """What happened, by step; all but the servers in requests per second."""

    load: list[float] = field(default_factory=list[float])
    capacity: list[float] = field(default_factory=list[float])
    served: list[float] = field(default_factory=list[float])
    slowed: list[float] = field(default_factory=list[float])
    """Part of the served: answered while the servers were busier than is comfortable."""

    shed: list[float] = field(default_factory=list[float])
    servers: list[int] = field(default_factory=list[int])
    """Servers that take requests."""

    def note(self, asked: float, capacity: float, comfortable: float, servers: int) -> None:
        """A step more."""
        served = _served(asked, capacity)
        self.load.append(asked)
        self.capacity.append(capacity)
        self.served.append(served)
        self.slowed.append(served if asked > capacity * comfortable else 0.0)
        self.shed.append(asked - served)
        self.servers.append(servers)

    @property
    def turned_away(self) -> float:
        """Requests that were shed."""
        return sum(self.shed) * STEP_SECONDS


def growth(first: float, last: float, seconds: float) -> tuple[float, ...]:
    """A load that grows evenly and stays as long as it grew, by the middle of each step."""
    steps = max(1, round(seconds / STEP_SECONDS))
    rising = (first + (last - first) * (step + 0.5) / steps for step in range(steps))
    return (*rising, *(last for _ in range(steps)))


def steady_size(load: float, server_capacity: float, trackers: Sequence[Tracker]) -> int:
    """Servers that target tracking holds for a steady load in requests per second; 0 without trackers."""
    return max((math.ceil(_servers_asked(load, server_capacity, each) - _NOISE) for each in trackers), default=0)


def simulate(rules: Rules, load: Sequence[float], standing: int, interrupted_at: float = math.inf) -> Trace:
    """Follows a load in requests per second by step, with `standing` servers at its beginning.

    Spot servers are interrupted once, so many seconds after it.
    """
    servers = [_Batch(max(0, standing - rules.away), -math.inf, -math.inf)]
    alarms = [_Alarm(tracker) for tracker in rules.trackers]
    trace, size, warm_left, lost = Trace(), standing, rules.warm_servers, -1
    for step, asked in enumerate(load):
        now = step * STEP_SECONDS
        if lost < 0 and now >= interrupted_at + min(0.0, rules.spot.replaced_after):
            lost = rules.spot.lost(_Serving.of(servers, now, rules.slow_start).servers)
            launched = interrupted_at + rules.spot.replaced_after + rules.reaction
            servers.append(_Batch(lost, launched + rules.ready, launched + rules.counted))
        if lost > 0 and now >= interrupted_at:
            _take(servers, lost)
            lost = 0
        fleet = _Serving.of(servers, now, rules.slow_start)
        capacity = fleet.weight * rules.server_capacity
        served = _served(asked, capacity)
        trace.note(asked, capacity, rules.comfortable, fleet.servers)
        wanted = max((alarm.wanted(now, asked, served, fleet, rules) for alarm in alarms), default=0)
        missing = min(wanted, rules.largest) - size
        if missing > 0:
            size += missing
            warm = min(missing, warm_left)
            warm_left -= warm
            launched = now + rules.reaction
            servers.append(_Batch(warm, launched + rules.warm_ready, launched + rules.counted))
            servers.append(_Batch(missing - warm, launched + rules.ready, launched + rules.counted))
    return trace


@dataclass(slots=True)
class _Batch:
    """Servers that were launched together."""

    count: int
    serving_at: float
    counted_at: float


@dataclass(frozen=True, slots=True)
class _Serving:
    """The fleet at one moment."""

    servers: int
    weight: float
    """Full shares of the requests that the fleet takes: servers in slow start have less than one."""

    counted: int
    """Servers whose metrics count, whether they take requests yet or not."""

    counted_weight: float

    @classmethod
    def of(cls, batches: Sequence[_Batch], now: float, slow_start: float) -> "_Serving":
        servers = counted = 0
        weight = counted_weight = 0.0
        for batch in batches:
            share = _share(now - batch.serving_at, slow_start) * batch.count
            if share:
                servers += batch.count
                weight += share
            if now >= batch.counted_at:
                counted += batch.count
                counted_weight += share
        return cls(servers, weight, counted, counted_weight)


class _Alarm:
    """Gathers a policy's datapoints and says how many servers it wants."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker
        self._sums = [0.0, 0.0, 0.0]
        self._pending: deque[tuple[float, float, float]] = deque()
        self._seen: deque[tuple[float, float]] = deque(maxlen=tracker.datapoints)

    def wanted(self, now: float, asked: float, served: float, fleet: _Serving, rules: Rules) -> int:
        """Servers that the policy asks for after this step; 0 while its alarm is quiet."""
        tracker = self._tracker
        value, needed = _observed(tracker, asked, served, fleet, rules)
        self._sums[0] += value
        self._sums[1] += needed
        self._sums[2] += 1
        end = now + STEP_SECONDS
        if end % tracker.period < _NOISE:
            value, needed, steps = self._sums
            self._pending.append((end + tracker.delay, value / steps, needed / steps))
            self._sums = [0.0, 0.0, 0.0]
        while self._pending and self._pending[0][0] <= end:
            self._seen.append(self._pending.popleft()[1:])
        above = [value > tracker.target + _NOISE for value, _ in self._seen]
        if len(above) < tracker.datapoints or not all(above):
            return 0
        return math.ceil(self._seen[-1][1] - _NOISE)


def _observed(tracker: Tracker, asked: float, served: float, fleet: _Serving, rules: Rules) -> tuple[float, float]:
    """The metric at one moment, and the servers that would bring it to its target."""
    if tracker.metric is Metric.REQUESTS:
        return asked * 60 / max(fleet.servers, 1), _servers_asked(asked, rules.server_capacity, tracker)
    if fleet.counted == 0 or fleet.weight == 0:
        return 0.0, 0.0
    busy = served / rules.server_capacity * fleet.counted_weight / fleet.weight
    return 100 * busy / fleet.counted, 100 * busy / tracker.target


def _servers_asked(load: float, server_capacity: float, tracker: Tracker) -> float:
    if tracker.metric is Metric.REQUESTS:
        return load * 60 / tracker.target
    return 100 * load / server_capacity / tracker.target


def _served(asked: float, capacity: float) -> float:
    return asked if asked <= capacity * (1 + _NOISE) else capacity


def _share(age: float, slow_start: float) -> float:
    """Share of the requests that a server takes, of a full one."""
    if age < 0:
        return 0.0
    return 1.0 if age >= slow_start else max(age, STEP_SECONDS) / slow_start


def _take(servers: list[_Batch], lost: int) -> None:
    for batch in servers:
        taken = min(batch.count, lost)
        batch.count -= taken
        lost -= taken
