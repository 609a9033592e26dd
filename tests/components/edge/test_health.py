"""Health checks: who watches a region, and when it counts as down."""

from preview.graph import Graph, Node
from settings.edge import EdgeSettings, FailoverSettings
from tests.components.edge.parts import CHECK, LONDON, TOKYO, draining, edge, named

OBSERVED = ("pages-first", "pages-second", "api-first", "api-second")


def observers(graph: Graph) -> list[Node]:
    return [named(graph, f"edge-health-eu-west-2-{which}") for which in OBSERVED]


def test_observers_check_over_https_with_the_chosen_pace() -> None:
    for check in observers(edge()):
        assert (check.inputs["type"], check.inputs["enableSni"]) == ("HTTPS", True)
        assert (check.inputs["requestInterval"], check.inputs["failureThreshold"]) == (10, 1), (
            "the budget rests on both"
        )
        assert check.inputs["measureLatency"]


def test_observers_ask_what_tests_the_dependencies() -> None:
    asked = [(check.inputs["fqdn"], check.inputs["resourcePath"]) for check in observers(edge())]
    assert asked[:2] == [("lb.eu-west-2.elb.amazonaws.com", "/readyz")] * 2
    assert asked[2:] == [("abc.execute-api.eu-west-2.amazonaws.com", "/api/health")] * 2


def test_two_observers_share_no_checker() -> None:
    first, second = (set(check.inputs["regions"]) for check in observers(edge())[:2])
    assert first.isdisjoint(second), "one failing checker region must not mislead both"
    assert len(first) >= 3, "Route 53 wants three checker regions of a check"
    assert len(second) >= 3, "Route 53 wants three checker regions of a check"


def test_seven_checkers_are_dealt_out_too() -> None:
    seven = FailoverSettings(
        checker_regions=(
            "us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1",
        )
    )  # fmt: skip
    counts = [len(check.inputs["regions"]) for check in observers(edge(settings=EdgeSettings(failover=seven)))[:2]]
    assert counts == [4, 3]


def test_a_part_is_down_when_both_of_its_observers_say_so() -> None:
    graph = edge()
    for part in ("pages", "api"):
        check = named(graph, f"edge-health-eu-west-2-{part}")
        assert (check.inputs["type"], check.inputs["childHealthThreshold"]) == ("CALCULATED", 1)
        watched = {named(graph, f"edge-health-eu-west-2-{part}-{which}").urn for which in ("first", "second")}
        assert set(check.dependencies) >= watched, "threshold 1 flaps unless two must agree"


def test_the_region_forgives_one_observer() -> None:
    graph = edge()
    check = named(graph, "edge-health-eu-west-2-region")
    assert check.inputs["childHealthThreshold"] == 3
    assert {o.urn for o in observers(graph)} <= set(check.dependencies), "both parts count"


def test_every_check_that_decides_has_an_alarm_in_us_east_1() -> None:
    for part in ("pages", "api", "region"):
        alarm = named(edge(), f"edge-health-eu-west-2-{part}-unhealthy")
        assert alarm.region == "us-east-1", "Route 53 publishes its metrics there and nowhere else"
        assert (alarm.inputs["metricName"], alarm.inputs["threshold"]) == ("HealthCheckStatus", 1)


def test_a_draining_region_is_still_watched() -> None:
    assert len(edge(LONDON, draining(TOKYO)).of_type(CHECK)) == len(edge(LONDON, TOKYO).of_type(CHECK))


def test_every_check_says_what_it_is() -> None:
    labels = [check.inputs["tags"]["Name"] for check in edge().of_type(CHECK)]
    assert len(set(labels)) == len(labels), "the console shows nothing but this tag"
