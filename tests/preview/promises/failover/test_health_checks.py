"""When Route 53 sees that a region has failed."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.graph import Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.failover.health_checks import Failure, Turn, turn
from preview.promises.figure import Kind
from tests.preview.promises.failover.regional import CHECK, calculated, endpoint_check
from tests.preview.promises.small import graph, node

REGION = "eu-west-2"
any_failure = st.sampled_from([Failure.REFUSES, Failure.HANGS])


def turned(check: Node, *others: Node, failure: Failure = Failure.HANGS, kind: Kind = Kind.BOUND) -> Turn:
    return turn(Deployed(graph(check, *others)), check, REGION, failure, kind)


def detected(check: Node, *others: Node, failure: Failure = Failure.HANGS, kind: Kind = Kind.BOUND) -> float:
    found = turned(check, *others, failure=failure, kind=kind)
    return found.detection.value if found.detects else math.inf


@pytest.mark.parametrize(
    ("failure", "seconds"), [(Failure.REFUSES, 10), (Failure.HANGS, 10 + 4), (Failure.SILENT, 10 + 4 + 2)]
)
def test_at_the_latest_all_checkers_have_seen_it(failure: Failure, seconds: float) -> None:
    assert detected(endpoint_check("check"), failure=failure) == seconds


def test_each_failure_in_a_row_costs_an_interval_and_a_probe() -> None:
    assert detected(endpoint_check("check", requestInterval=30, failureThreshold=3)) == 3 * (30 + 4)


def test_an_estimate_waits_for_the_checkers_that_suffice() -> None:
    check = endpoint_check("check", requestInterval=30, failureThreshold=3)
    assert detected(check, kind=Kind.ESTIMATE) == pytest.approx(0.82 * 30 + 3 * 4 + 2 * 30)


def test_what_is_not_set_is_what_aws_takes() -> None:
    assert detected(node(CHECK, "check", type="HTTP")) == 3 * (30 + 4)


def test_a_tcp_check_waits_longer_and_does_not_see_silence() -> None:
    check = endpoint_check("check", type="TCP")
    assert detected(check) == 10 + 10
    assert detected(check, failure=Failure.SILENT) == math.inf


def test_a_check_of_another_region_does_not_see_it() -> None:
    balancer = node("aws:lb/loadBalancer:LoadBalancer", "balancer", region="us-east-2")
    found = turned(endpoint_check("check", watches=balancer), balancer)
    assert not found.detects
    assert "watches us-east-2" in found.detection.formula


@pytest.mark.parametrize("inputs", [{"disabled": True}, {"invertHealthcheck": True}], ids=["disabled", "inverted"])
def test_a_check_that_is_off_or_inverted_takes_nothing_out_of_dns(inputs: dict[str, Any]) -> None:
    assert detected(endpoint_check("check", **inputs)) == math.inf


@pytest.mark.parametrize(
    ("healthy", "seconds"),
    [(1, 34), (2, 14), (0, math.inf), (3, math.inf)],
    ids=["both must fail", "one suffices", "always healthy", "never healthy"],
)
def test_a_calculated_check_turns_with_the_child_that_decides(healthy: int, seconds: float) -> None:
    quick, slow = endpoint_check("quick"), endpoint_check("slow", requestInterval=30)
    assert detected(calculated("both", quick, slow, healthy=healthy), quick, slow) == seconds


def test_an_inverted_child_holds_its_parent_up() -> None:
    plain, inverted = endpoint_check("plain"), endpoint_check("inverted", invertHealthcheck=True)
    assert detected(calculated("both", plain, inverted, healthy=1), plain, inverted) == math.inf


def test_inverted_twice_is_not_inverted() -> None:
    child = endpoint_check("child", invertHealthcheck=True)
    assert detected(calculated("parent", child, healthy=1, invertHealthcheck=True), child) == 14


def test_a_check_of_an_alarm_is_refused_in_words() -> None:
    with pytest.raises(UndeclaredError, match="CLOUDWATCH_METRIC; AWS publishes no delay"):
        turned(node(CHECK, "alarm", type="CLOUDWATCH_METRIC"))


@given(interval=st.sampled_from([10, 30]), threshold=st.integers(1, 9), failure=any_failure)
def test_patience_never_makes_it_quicker(interval: int, threshold: int, failure: Failure) -> None:
    def seconds(interval: int, threshold: int, kind: Kind = Kind.BOUND) -> float:
        check = endpoint_check("check", requestInterval=interval, failureThreshold=threshold)
        return detected(check, failure=failure, kind=kind)

    assert seconds(interval, threshold) < seconds(interval, threshold + 1)
    assert seconds(10, threshold) <= seconds(interval, threshold)
    assert seconds(interval, threshold, Kind.ESTIMATE) < seconds(interval, threshold)


@given(intervals=st.lists(st.sampled_from([10, 30]), min_size=1, max_size=5), data=st.data())
def test_asking_for_more_healthy_children_never_makes_it_slower(intervals: list[int], data: st.DataObject) -> None:
    children = [endpoint_check(f"child-{at}", requestInterval=interval) for at, interval in enumerate(intervals)]
    healthy = data.draw(st.integers(1, len(children)))
    moments = [detected(calculated("all", *children, healthy=n), *children) for n in range(1, healthy + 1)]
    assert moments == sorted(moments, reverse=True)
