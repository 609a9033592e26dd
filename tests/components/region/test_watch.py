"""What watches a region as a whole."""

import json
from functools import cache
from typing import Any

import pytest
from pulumi import ResourceOptions

from components.interfaces import Tables
from components.region.canary import CANARY_NAME_LIMIT
from components.region.watch import LONGEST_RULE, MOST_CHILDREN, Watch, WatchArgs, any_of
from preview.graph import Graph
from settings.account import OperationsSettings
from tests.engine import build, ground, known, names


@cache
def built(*, canaries: bool = True, minutes: int = 5) -> Graph:
    def program(place: ResourceOptions) -> None:
        args = WatchArgs(
            ground=ground(),
            operations=OperationsSettings(canaries=canaries, canary_interval_minutes=minutes),
            domain="shop.example.com",
            tables=Tables(catalogue="catalogue", carts="carts", sessions="sessions"),
            load_balancer=known("app/store/1"),
            target_group=known("targetgroup/web/1"),
            web_group=known("web"),
            render_group=known("render"),
            database_cluster="orders",
            queues=["assets", "render"],
            functions=["storefront-test-carts"],
            api_id=known("api1"),
            api_host=known("api1.execute-api.eu-west-2.amazonaws.com"),
            alarm_names=[known("a"), known("b")],
            results_bucket=names().bucket("artifacts"),
            results_bucket_name=known(names().bucket("artifacts")),
        )
        Watch("eu-west-2-watch", args, place)

    return build(program)


def widgets(graph: Graph) -> list[dict[str, Any]]:
    (dashboard,) = graph.of_type("aws:cloudwatch/dashboard:Dashboard")
    return json.loads(dashboard.inputs["dashboardBody"])["widgets"]


def test_the_region_is_unwell_as_soon_as_one_promise_is_broken() -> None:
    (state,) = built(canaries=False).of_type("aws:cloudwatch/compositeAlarm:CompositeAlarm")
    assert state.inputs["alarmRule"] == 'ALARM("a") OR ALARM("b")'
    assert state.inputs["alarmActions"] == [names().arn("sns", "storefront-test-alerts")]


@pytest.mark.parametrize("alarms", [[], ["a"] * (MOST_CHILDREN + 1), ["a" * 255] * 50])
def test_a_rule_that_cloudwatch_would_refuse_is_refused_before(alarms: list[str]) -> None:
    with pytest.raises(ValueError, match="CloudWatch takes"):
        any_of(alarms)


def test_as_many_alarms_as_cloudwatch_takes_are_heard() -> None:
    rule = any_of([f"{number:0>85}" for number in range(MOST_CHILDREN)])
    assert (rule.count('ALARM("'), rule.count(" OR ")) == (100, 99)
    assert len(rule) <= LONGEST_RULE == 10_240


@pytest.mark.parametrize(
    "metric",
    [
        "HTTPCode_Target_5XX_Count", "5xx", "TargetResponseTime", "UnHealthyHostCount", "CPUUtilization",
        "AuroraReplicaLagMaximum", "AuroraGlobalDBReplicationLag", "ReadThrottleEvents",
        "ApproximateAgeOfOldestMessage", "Errors", "Throttles",
    ],
)  # fmt: skip
def test_every_promise_has_its_graph(metric: str) -> None:
    shown = {row[1] for w in widgets(built(canaries=False)) for row in w["properties"].get("metrics", ())}
    assert metric in shown


def test_no_widget_covers_another() -> None:
    cells = [
        (x, y)
        for w in widgets(built(canaries=False))
        for x in range(w["x"], w["x"] + w["width"])
        for y in range(w["y"], w["y"] + w["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24, "a dashboard is 24 wide"


def test_without_canaries_there_is_none_of_their_parts() -> None:
    graph = built(canaries=False)
    assert graph.of_type("aws:synthetics/canary:Canary") == []
    assert graph.of_type("aws:s3/bucketObjectv2:BucketObjectv2") == []


def test_the_visitor_sees_site_servers_and_functions() -> None:
    (canary,) = built().of_type("aws:synthetics/canary:Canary")
    assert canary.inputs["runConfig"]["environmentVariables"]["VISITS"].split() == [
        "https://shop.example.com/",
        "https://shop.example.com/api/health",
        "https://shop.example.com/catalogue/categories/new",
        "https://api1.execute-api.eu-west-2.amazonaws.com/api/health",
    ]


def test_the_visitor_leaves_encryption_to_its_bucket_and_its_name_fits() -> None:
    (canary,) = built().of_type("aws:synthetics/canary:Canary")
    assert "artifactConfig" not in canary.inputs, "Synthetics takes it for Node.js runtimes alone"
    assert len(canary.inputs["name"]) <= CANARY_NAME_LIMIT


@pytest.mark.parametrize(("minutes", "rate"), [(1, "rate(1 minute)"), (5, "rate(5 minutes)")])
def test_it_visits_as_often_as_asked(minutes: int, rate: str) -> None:
    (canary,) = built(minutes=minutes).of_type("aws:synthetics/canary:Canary")
    assert canary.inputs["schedule"] == {"expression": rate}


def test_a_visitor_that_does_not_come_is_an_alarm() -> None:
    (alarm,) = built().of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.inputs["treatMissingData"] == "breaching", "silence is not success"


def test_the_visitor_cannot_make_a_log_without_a_key() -> None:
    (policy,) = built().of_type("aws:iam/rolePolicy:RolePolicy")
    assert "logs:CreateLogGroup" not in policy.inputs["policy"]
