"""All functions of a region, and what reaches them."""

import json
from functools import cache
from typing import Any

import pytest
from pulumi import Output, ResourceOptions
from pydantic import ValidationError

from components.interfaces import GlobalDatabase, Tables
from components.region.database_care import WriterCluster
from components.region.functions import Functions, FunctionsArgs, HomeDuties
from preview.graph import Graph, Node
from settings.account import AlarmThresholds
from settings.region import FunctionSettings
from tests.engine import build, ground, known, names

EVERYWHERE = {"assets", "background", "carts", "notifications", "remediation", "thumbnails"}
AT_HOME = EVERYWHERE | {"schema", "secret-rotation"}
UPLOADS = names().bucket("uploads")
SECRET_NAME = names().of("master")


def database() -> GlobalDatabase:
    return GlobalDatabase(
        id=known("orders"),
        engine="aurora-postgresql",
        engine_version="16.8",
        database_name="shop",
        master_username="owner",
        master_password=Output.secret("p"),
        master_secret_name=SECRET_NAME,
        master_secret_arn=known(names().arn("secretsmanager", f"secret:{SECRET_NAME}-AbCdEf")),
    )


@cache
def built(*, home: bool = False, writer: str = "eu-west-2", gradual: bool = True, told: tuple[str, ...] = ()) -> Graph:
    def program(place: ResourceOptions) -> None:
        duties = HomeDuties(
            database=database(),
            writer=WriterCluster(region=writer, identifier="orders"),
            rotation_days=30,
            data_api=True,
        )
        args = FunctionsArgs(
            ground=ground(),
            settings=FunctionSettings(
                gradual_shift="Canary10Percent5Minutes" if gradual else "AllAtOnce", notice_subscribers=told
            ),
            thresholds=AlarmThresholds(),
            tables=Tables(catalogue="catalogue", carts="carts", sessions="sessions"),
            uploads_bucket=UPLOADS,
            alert_topic=names().of("alerts"),
            home=duties if home else None,
        )
        Functions("eu-west-2-functions", args, place)

    return build(program)


def one(graph: Graph, token: str, name: str) -> Node:
    (found,) = [node for node in graph.of_type(token) if node.name == name]
    return found


def function(graph: Graph, role: str) -> dict[str, Any]:
    (found,) = [n for n in graph.of_type("aws:lambda/function:Function") if n.inputs["name"].endswith(f"test-{role}")]
    return found.inputs


def rights(graph: Graph, role: str) -> list[dict[str, Any]]:
    (found,) = [n for n in graph.of_type("aws:iam/rolePolicy:RolePolicy") if n.name.endswith(f"-{role}-role-policy")]
    return json.loads(found.inputs["policy"])["Statement"]


def roles(graph: Graph) -> set[str]:
    prefix = "storefront-test-"
    return {n.inputs["name"].removeprefix(prefix) for n in graph.of_type("aws:lambda/function:Function")}


def test_every_region_has_the_functions_that_serve_it() -> None:
    assert roles(built()) == EVERYWHERE


def test_the_home_region_also_cares_for_the_database() -> None:
    assert roles(built(home=True)) == AT_HOME


def test_every_function_has_a_role_of_its_own() -> None:
    graph = built(home=True)
    lambda_roles = [
        n.inputs["name"] for n in graph.of_type("aws:iam/role:Role") if "lambda" in n.inputs["assumeRolePolicy"]
    ]
    assert sorted(lambda_roles) == sorted(f"storefront-test-eu-west-2-{role}-function" for role in AT_HOME)


@pytest.mark.parametrize("role", sorted(AT_HOME))
def test_rights_are_known_before_anything_exists(role: str) -> None:
    unknown = [s for s in rights(built(home=True), role) if "04da6b54" in json.dumps(s)]
    assert unknown == [], "a document that is known at preview can be judged at preview"


@pytest.mark.parametrize("role", sorted(AT_HOME))
def test_a_star_stands_only_where_the_action_takes_no_resource(role: str) -> None:
    free = {
        "xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:PutMetricData",
        "autoscaling:DescribeAutoScalingInstances", "secretsmanager:GetRandomPassword",
    }  # fmt: skip
    wide = {action for s in rights(built(home=True), role) if s["Resource"] == ["*"] for action in s["Action"]}
    assert wide <= free


def test_each_function_that_is_called_by_events_keeps_what_failed() -> None:
    graph = built(home=True)
    kept = graph.of_type("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    assert len(kept) == len(AT_HOME) - 1, "all but the one behind a queue, whose failures the queue keeps"


def test_uploads_reach_their_queue_through_eventbridge() -> None:
    rule = one(built(), "aws:cloudwatch/eventRule:EventRule", "eu-west-2-functions-intake-rule")
    pattern = json.loads(rule.inputs["eventPattern"])
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["bucket"]["name"] == [UPLOADS]


def test_the_asset_queue_takes_messages_from_that_rule_alone() -> None:
    queue = one(built(), "aws:sqs/queue:Queue", "eu-west-2-functions-intake-queue")
    (sender,) = [s for s in json.loads(queue.inputs["policy"])["Statement"] if s["Effect"] == "Allow"]
    rule = names().arn("events", f"rule/{names().of('uploads')}")
    assert sender["Condition"] == {"ArnEquals": {"aws:SourceArn": rule}}


def test_a_message_stays_hidden_for_six_times_the_functions_timeout() -> None:
    graph = built()
    queue = one(graph, "aws:sqs/queue:Queue", "eu-west-2-functions-intake-queue")
    assert queue.inputs["visibilityTimeoutSeconds"] >= 6 * function(graph, "assets")["timeout"], "AWS's advice"


def test_every_queue_is_encrypted_and_refuses_clear_text() -> None:
    for queue in built().of_type("aws:sqs/queue:Queue"):
        (clear,) = [s for s in json.loads(queue.inputs["policy"])["Statement"] if s["Effect"] == "Deny"]
        assert clear["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert "mrk-" in queue.inputs["kmsMasterKeyId"], "messages are data"


def test_failed_uploads_of_a_batch_come_back_alone() -> None:
    (feed,) = built().of_type("aws:lambda/eventSourceMapping:EventSourceMapping")
    assert feed.inputs["functionResponseTypes"] == ["ReportBatchItemFailures"]
    assert feed.inputs["scalingConfig"]["maximumConcurrency"] == 50, "throttled messages would end as dead letters"


def test_carts_always_find_room_to_run() -> None:
    assert function(built(), "carts")["reservedConcurrentExecutions"] == 300


def test_a_version_of_the_carts_holds_nothing_that_another_up_changes() -> None:
    environment = function(built(), "carts")["environment"]["variables"]
    assert environment == {"CARTS_TABLE": "carts"}, "the alias keeps the former version until a deployment"


def test_events_and_their_readers_are_routed() -> None:
    graph = built()
    kinds = {
        rule.inputs["name"].removeprefix("storefront-test-"): json.loads(rule.inputs["eventPattern"]).get("detail-type")
        for rule in graph.of_type("aws:cloudwatch/eventRule:EventRule")
    }
    assert kinds["models-ready"] == ["AssetReady"]
    assert kinds["notices"] == ["AssetReady", "AssetRejected", "OrderPlaced"], "what the handler knows to tell"


def test_every_caller_names_itself_and_calls_the_alias() -> None:
    permissions = built(home=True).of_type("aws:lambda/permission:Permission")
    assert len(permissions) == 4
    assert all(p.inputs["qualifier"] == "live" and p.inputs["sourceArn"] for p in permissions)


def test_undelivered_events_are_kept_for_every_target() -> None:
    without = [
        t.name for t in built().of_type("aws:cloudwatch/eventTarget:EventTarget") if "deadLetterConfig" not in t.inputs
    ]
    assert without == []


def depositors(graph: Graph) -> dict[str, list[str]]:
    """Who may leave a message in the failure queue, by service."""
    queue = one(graph, "aws:sqs/queue:Queue", "eu-west-2-functions-failures")
    allowed = [s for s in json.loads(queue.inputs["policy"])["Statement"] if s["Effect"] == "Allow"]
    sources = {s["Principal"]["Service"]: s["Condition"]["ArnEquals"]["aws:SourceArn"] for s in allowed}
    return {service: arns if isinstance(arns, list) else [arns] for service, arns in sources.items()}


def test_every_rule_and_the_bus_may_leave_what_they_cannot_deliver_and_nothing_else_may() -> None:
    graph, own = built(), names()
    rules = {
        own.arn("events", "rule/" + "/".join(filter(None, (r.inputs.get("eventBusName"), r.inputs["name"]))))
        for r in graph.of_type("aws:cloudwatch/eventRule:EventRule")
    }
    assert depositors(graph).keys() == {"events.amazonaws.com"}
    assert set(depositors(graph)["events.amazonaws.com"]) == rules | {
        own.arn("events", f"event-bus/{own.of('events')}")
    }


def test_events_that_the_bus_cannot_decrypt_are_kept() -> None:
    (bus,) = built().of_type("aws:cloudwatch/eventBus:EventBus")
    assert "failures" in bus.property_dependencies["deadLetterConfig"][0], "AWS's advice for a bus with a key of ours"


def test_an_event_that_even_the_failure_queue_did_not_take_is_an_alarm() -> None:
    graph = built()
    alarm = one(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", "eu-west-2-functions-lost-events")
    watched = [query["metric"]["dimensions"] for query in alarm.inputs["metricQueries"] if "metric" in query]
    rules = [rule.inputs for rule in graph.of_type("aws:cloudwatch/eventRule:EventRule")]
    assert sorted(dimensions["RuleName"] for dimensions in watched) == sorted(rule["name"] for rule in rules)
    on_our_bus = {rule["name"] for rule in rules if rule.get("eventBusName")}
    assert {dimensions["RuleName"] for dimensions in watched if "EventBusName" in dimensions} == on_our_bus


def test_nobody_subscribes_unless_told() -> None:
    assert built().of_type("aws:sns/topicSubscription:TopicSubscription") == []


def test_people_and_systems_are_told_and_what_does_not_reach_them_is_kept() -> None:
    graph = built(told=("shop@example.com", "https://hooks.example.com/shop"))
    told = graph.of_type("aws:sns/topicSubscription:TopicSubscription")
    assert {(t.inputs["protocol"], t.inputs["endpoint"]) for t in told} == {
        ("email", "shop@example.com"),
        ("https", "https://hooks.example.com/shop"),
    }
    assert all("failures" in t.property_dependencies["redrivePolicy"][0] for t in told)
    assert depositors(graph)["sns.amazonaws.com"] == [names().arn("sns", names().of("notifications"))]


@pytest.mark.parametrize("endpoint", ["http://hooks.example.com", "shop", "arn:aws:sqs:eu-west-2:123456789012:q"])
def test_notices_go_to_addresses_and_never_in_clear_text(endpoint: str) -> None:
    with pytest.raises(ValidationError, match="notice_subscribers"):
        FunctionSettings(notice_subscribers=(endpoint,))


@pytest.mark.parametrize("again", ["a.b@example.com", "A-B@example.com"])
def test_two_subscriptions_never_have_one_name(again: str) -> None:
    with pytest.raises(ValidationError, match="each of them once"):
        FunctionSettings(notice_subscribers=("a.b@example.com", again))


def test_findings_of_other_regions_and_copies_are_left_to_their_own() -> None:
    rule = one(built(), "aws:cloudwatch/eventRule:EventRule", "eu-west-2-functions-upkeep-findings-rule")
    hub = json.loads(rule.inputs["eventPattern"])["$or"][1]["detail"]["findings"]
    assert hub["Region"] == ["eu-west-2"], "an aggregator shows every region's findings"
    assert hub["ProductName"] == [{"anything-but": ["GuardDuty"]}], "GuardDuty tells of them itself"


def test_the_schedule_calls_one_function_and_nothing_else() -> None:
    graph = built()
    (schedule,) = graph.of_type("aws:scheduler/schedule:Schedule")
    assert schedule.inputs["scheduleExpression"] == "rate(15 minutes)"
    (call,) = [s for s in rights(graph, "schedule") if s["Action"] == ["lambda:InvokeFunction"]]
    assert call["Resource"] == [names().arn("lambda", "function:storefront-test-background:live")]


def test_the_secret_is_rotated_on_schedule_and_not_at_creation() -> None:
    (rotation,) = built(home=True).of_type("aws:secretsmanager/secretRotation:SecretRotation")
    assert rotation.inputs["rotationRules"] == {"automaticallyAfterDays": 30}
    assert rotation.inputs["rotateImmediately"] is False, "the cluster may not take a password yet"


def test_the_database_is_cared_for_wherever_the_writer_is() -> None:
    graph = built(home=True, writer="ap-northeast-1")
    environment = function(graph, "schema")["environment"]["variables"]
    assert environment["CLUSTER_ARN"] == "arn:aws:rds:ap-northeast-1:123456789012:cluster:orders"
    assert environment["SECRET_ARN"].startswith("arn:aws:secretsmanager:ap-northeast-1:"), "the replica beside it"
    assert function(graph, "secret-rotation")["environment"]["variables"]["WRITER_REGION"] == "ap-northeast-1"


def test_the_care_of_the_database_follows_the_writer_at_once() -> None:
    graph = built(home=True)
    (rotation,) = [a for a in graph.of_type("aws:lambda/alias:Alias") if a.name.endswith("-secret-rotation-live")]
    assert rotation.ignore_changes == (), "its role reaches the new writer alone: the old version could only fail"
    groups = {g.inputs["deploymentGroupName"] for g in graph.of_type("aws:codedeploy/deploymentGroup:DeploymentGroup")}
    assert groups == {names().of(role) for role in EVERYWHERE}


def test_a_rotated_secret_reaches_its_replicas() -> None:
    (keys,) = [s for s in rights(built(home=True), "secret-rotation") if "kms:Encrypt" in s["Action"]]
    assert keys["Resource"] == ["arn:aws:kms:*:123456789012:key/*"], "a replica is encrypted by its own region's key"
    assert keys["Condition"]["StringLike"] == {"kms:ViaService": "secretsmanager.*.amazonaws.com"}
    assert keys["Condition"]["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": names().key_alias("data")}


def test_a_function_without_environment_names_no_key() -> None:
    assert "environment" not in function(built(), "thumbnails")
    assert "kmsKeyArn" not in function(built(), "thumbnails"), "Lambda forgets it, and every up would add it again"


def test_a_move_of_the_writer_renames_nothing() -> None:
    before, after = built(home=True), built(home=True, writer="ap-northeast-1")
    assert [n.urn for n in before] == [n.urn for n in after]


def test_without_gradual_shift_there_is_nothing_to_deploy_with() -> None:
    graph = built(gradual=False)
    assert graph.of_type("aws:codedeploy/application:Application") == []
    assert not [r for r in graph.of_type("aws:iam/role:Role") if "codedeploy" in r.inputs["assumeRolePolicy"]]


def test_no_alarm_over_all_functions_exceeds_the_metrics_of_an_alarm() -> None:
    alarms = built(home=True).of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    counts = [sum("metric" in q for q in a.inputs.get("metricQueries", ())) for a in alarms]
    assert max(counts) == len(AT_HOME)
    assert max(counts) <= 10, "CloudWatch takes ten metrics in an alarm"


def test_every_function_has_its_error_alarm_and_last_resorts_are_watched() -> None:
    alarmed = {a.name for a in built(home=True).of_type("aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert len([name for name in alarmed if name.endswith("-errors")]) == len(AT_HOME)
    assert {"eu-west-2-functions-failed-events", "eu-west-2-functions-intake-dead-letters"} <= alarmed
