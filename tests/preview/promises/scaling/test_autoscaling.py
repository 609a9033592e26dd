"""A fleet follows its load, and what others measured and simulated comes out of it."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.facts import fact, rows
from preview.promises.scaling.autoscaling import (
    STEP_SECONDS,
    Metric,
    Rules,
    Spot,
    Tracker,
    growth,
    simulate,
    steady_size,
)

MEASURED = {row["id"]: float(row["measured"]) for row in rows("measured_scaling")}
NO_SPOT = Spot(base=0, share=0, interrupted=0, replaced_after=0)


def tracker(metric: Metric, target: float, period: float = 60) -> Tracker:
    return Tracker(metric=metric, target=target, period=period, delay=min(period, 60), datapoints=3)


def fleet(*trackers: Tracker, capacity: float = 100, largest: int = 100, ready: float = 150) -> Rules:
    return Rules(
        largest=largest, server_capacity=capacity, trackers=trackers, reaction=30, ready=ready, warm_servers=0,
        warm_ready=60, counted=90, slow_start=0, comfortable=0.7, away=0, spot=NO_SPOT,
    )  # fmt: skip


CPU_60 = tracker(Metric.CPU, 60)
REQUESTS_60 = tracker(Metric.REQUESTS, 60 * 0.6 * 100)


# --- mechanics ----------------------------------------------------------------------------------------------------


def test_a_load_grows_evenly_and_stays_as_long_again() -> None:
    load = growth(10, 70, 60)
    assert load == (15, 25, 35, 45, 55, 65, *[70] * 6)
    assert sum(load) * STEP_SECONDS == 60 * ((10 + 70) / 2 + 70)


def test_what_exceeds_the_capacity_is_turned_away() -> None:
    trace = simulate(fleet(), [150, 350], standing=2)
    assert (trace.served, trace.shed, trace.capacity) == ([150, 200], [0, 150], [200, 200])
    assert trace.slowed == [150, 200], "above 70 % of the capacity"
    assert trace.turned_away == 1_500


def test_three_datapoints_and_their_delay_pass_before_a_server_is_launched() -> None:
    trace = simulate(fleet(CPU_60), [190] * 60, standing=2)
    grown = next(step for step, servers in enumerate(trace.servers) if servers > 2) * STEP_SECONDS
    assert grown == pytest.approx(3 * 60 + 60 + 30 + 150, abs=STEP_SECONDS)
    assert trace.servers[-1] == math.ceil(190 / 60), "as many as hold the target"


def test_processor_use_hides_what_exceeds_it_and_the_request_count_does_not() -> None:
    flood = [1_000.0] * 45
    assert max(simulate(fleet(CPU_60, ready=0), flood[:30], standing=2).servers) == math.ceil(2 * 100 / 60)
    assert max(simulate(fleet(REQUESTS_60, ready=0), flood[:30], standing=2).servers) == math.ceil(1_000 / 60)


def test_servers_whose_metrics_count_before_they_serve_hold_the_growth_back() -> None:
    flood = growth(100, 2_000, 900)
    patient = replace(fleet(CPU_60), counted=180)
    hasty = replace(fleet(CPU_60), counted=30)
    assert simulate(hasty, flood, 2).turned_away > simulate(patient, flood, 2).turned_away


def test_a_warm_pool_serves_first() -> None:
    cold = fleet(REQUESTS_60)
    flood = growth(60, 1_200, 900)
    assert simulate(replace(cold, warm_servers=100), flood, 2).turned_away < simulate(cold, flood, 2).turned_away / 2


def test_slow_start_keeps_capacity_back() -> None:
    trace = simulate(replace(fleet(REQUESTS_60, ready=0), slow_start=60), [110] * 60, standing=1)
    first = trace.servers.index(2)
    assert trace.capacity[first] < trace.capacity[first + 3] < trace.capacity[first + 6] == 200


def test_the_largest_size_is_never_exceeded() -> None:
    trace = simulate(fleet(REQUESTS_60, largest=5), growth(100, 2_000, 300), 2)
    assert max(trace.servers) == 5


def test_a_fleet_settles_where_its_strictest_policy_is_content() -> None:
    assert steady_size(230, 100, [CPU_60]) == 4
    assert steady_size(230, 100, [CPU_60, tracker(Metric.REQUESTS, 1_200)]) == math.ceil(230 * 60 / 1_200)
    assert steady_size(230, 100, []) == 0


def test_servers_that_are_renewed_take_no_requests() -> None:
    assert simulate(replace(fleet(), away=1), [250], standing=3).served == [200]


# --- spot ---------------------------------------------------------------------------------------------------------


SPOT = Spot(base=2, share=0.5, interrupted=0.05, replaced_after=60)


def test_only_spot_servers_are_taken_and_one_at_least() -> None:
    assert [SPOT.lost(servers) for servers in (2, 3, 4, 22, 42, 44)] == [0, 0, 1, 1, 1, 2]


def test_what_is_taken_is_missing_until_others_serve() -> None:
    trace = simulate(replace(fleet(), spot=SPOT), [400] * 60, standing=4, interrupted_at=100)
    missing = [step * STEP_SECONDS for step, servers in enumerate(trace.servers) if servers == 3]
    assert (missing[0], missing[-1]) == (100, 100 + 60 + 30 + 150 - STEP_SECONDS)


def test_rebalancing_launches_others_on_notice() -> None:
    late, early = (replace(fleet(), spot=replace(SPOT, replaced_after=after)) for after in (60.0, -120.0))
    sheds = [simulate(rules, [400] * 60, 4, interrupted_at=200).turned_away for rules in (late, early)]
    assert sheds[1] == pytest.approx(sheds[0] - 180 * 100)


# --- properties ---------------------------------------------------------------------------------------------------

loads = st.lists(st.floats(min_value=0, max_value=5_000), min_size=1, max_size=60)
sizes = st.integers(min_value=1, max_value=40)


@given(loads, sizes, sizes)
def test_more_standing_servers_never_turn_more_away(load: list[float], few: int, more: int) -> None:
    assert simulate(fleet(), load, few + more).turned_away <= simulate(fleet(), load, few).turned_away


@given(loads, sizes, sizes, sizes)
def test_a_larger_limit_never_turns_more_away(load: list[float], standing: int, largest: int, more: int) -> None:
    tight, wide = (fleet(CPU_60, REQUESTS_60, largest=limit, ready=30) for limit in (largest, largest + more))
    assert simulate(wide, load, standing).turned_away <= simulate(tight, load, standing).turned_away + 1e-6


@given(loads, sizes)
def test_every_request_is_answered_or_turned_away(load: list[float], standing: int) -> None:
    trace = simulate(fleet(CPU_60, REQUESTS_60, ready=30), load, standing)
    assert [served + shed for served, shed in zip(trace.served, trace.shed, strict=True)] == pytest.approx(load)
    assert all(slow <= served for slow, served in zip(trace.slowed, trace.served, strict=True))


@given(loads, sizes)
def test_a_simulation_repeats_exactly(load: list[float], standing: int) -> None:
    assert simulate(fleet(CPU_60), load, standing) == simulate(fleet(CPU_60), load, standing)


# --- what others measured -----------------------------------------------------------------------------------------


def first_growth(rules: Rules, use: float, standing: int) -> tuple[float, int]:
    """Seconds until a steady load has grown the fleet, and the servers that it then has."""
    trace = simulate(rules, [use * standing * rules.server_capacity] * 60, standing)
    step = next(step for step, servers in enumerate(trace.servers) if servers > standing)
    return step * STEP_SECONDS, trace.servers[step]


def test_the_alarm_comes_within_a_third_of_what_was_measured() -> None:
    at_once = replace(fleet(CPU_60), reaction=0, ready=0)
    seconds, _ = first_growth(at_once, use=1, standing=2)
    assert seconds == pytest.approx(MEASURED["alarm.1"], rel=0.2)
    assert seconds == pytest.approx(MEASURED["alarm.2"], rel=0.35)


@pytest.mark.parametrize(
    ("row", "use", "standing", "target", "largest"),
    [("size.1", 0.5, 2, 30, 4), ("size.2", 1, 1, 30, 2), ("size.3", 0.74, 2, 50, 9)],
)
def test_a_fleet_grows_to_the_size_that_was_measured(
    row: str, use: float, standing: int, target: float, largest: int
) -> None:
    rules = replace(fleet(tracker(Metric.CPU, target), largest=largest), reaction=0, ready=0)
    assert first_growth(rules, use, standing)[1] == MEASURED[row]


def test_assumed_times_lie_among_the_measured_ones() -> None:
    boots = [MEASURED[f"boot.{each}"] for each in range(1, 5)]
    assert min(boots) <= fact("ec2.launch").value + fact("ec2.bootstrap_stock").value <= max(boots)
    warm = [MEASURED[f"warm.{each}"] for each in range(1, 4)]
    assert min(warm) <= fact("asg.warm_start").value <= max(warm)
    reactions = sorted(value for row, value in MEASURED.items() if row.startswith("reaction"))
    assert reactions[-2] <= fact("asg.reaction").value <= reactions[-1]


REFERENCE = replace(fleet(), reaction=30, ready=180, counted=210, warm_ready=60)
"""Three minutes from launch to service; a server answers a hundred users."""


def unserved(rules: Rules, usual: float, load: tuple[float, ...]) -> float:
    standing = max(2, steady_size(usual, rules.server_capacity, rules.trackers))
    return 100 * sum(simulate(rules, load, standing).shed) / sum(load)


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("surge.cpu", replace(REFERENCE, trackers=(CPU_60,))),
        ("surge.requests", replace(REFERENCE, trackers=(REQUESTS_60,))),
        ("surge.fast", replace(REFERENCE, trackers=(tracker(Metric.REQUESTS, 2_400, 10),), warm_servers=100)),
    ],
)
def test_a_surge_turns_as_many_away_as_in_the_reference(row: str, rules: Rules) -> None:
    assert unserved(rules, 200, growth(200, 2_400, 900)) == pytest.approx(MEASURED[row], abs=2.5)


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("spike.cpu", replace(REFERENCE, trackers=(CPU_60,))),
        ("spike.fast", replace(REFERENCE, trackers=(tracker(Metric.REQUESTS, 2_400, 10),), warm_servers=100)),
    ],
)
def test_a_spike_turns_as_many_away_as_in_the_reference(row: str, rules: Rules) -> None:
    half_an_hour = (*growth(240, 2_400, 300), *[2_400.0] * 120)
    assert unserved(rules, 240, half_an_hour) == pytest.approx(MEASURED[row], abs=4)
