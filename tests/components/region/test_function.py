"""One function: package, role, log, alias and shift."""

import json

import pytest
from pulumi import ResourceOptions
from pulumi.asset import FileAsset

from components.iam import allow
from components.region.function import HANDLERS, Function, FunctionArgs, Shared, Shift, package
from preview.graph import Graph
from settings.region import FunctionSettings
from tests.engine import build, ground, known, names

QUEUE = names().of("failures")


def shared(*, gradual: bool = True) -> Shared:
    return Shared(
        ground=ground(),
        settings=FunctionSettings(memory_mib=512, log_retention_days=30),
        error_percent=1,
        failure_queue=QUEUE,
        failure_queue_arn=known(names().arn("sqs", QUEUE)),
        shift=Shift(application=known("application"), role_arn=known(names().role_arn("shift"))) if gradual else None,
    )


def built(*, gradual: bool = True, keeps_failed_events: bool = True, reserved: int = -1) -> Graph:
    def program(place: ResourceOptions) -> None:
        args = FunctionArgs(
            shared=shared(gradual=gradual),
            handler="secret_rotation",
            purpose="Changes a password",
            timeout_seconds=30,
            environment={"WRITER_CLUSTER_ID": "orders"},
            statements=[allow(["rds:ModifyDBCluster"], [names().arn("rds", "cluster:orders")])],
            keeps_failed_events=keeps_failed_events,
            reserved_concurrency=reserved,
        )
        Function("eu-west-2-secret-rotation", args, place)

    return build(program)


def statements(graph: Graph) -> list[dict[str, object]]:
    (policy,) = graph.of_type("aws:iam/rolePolicy:RolePolicy")
    return json.loads(policy.inputs["policy"])["Statement"]


def test_it_runs_the_handler_of_its_folder_on_arm() -> None:
    function = built().of_type("aws:lambda/function:Function")[0].inputs
    assert function["handler"] == "handlers.secret_rotation.handler.handle"
    assert (function["runtime"], function["architectures"]) == ("python3.13", ["arm64"])
    assert function["name"] == "storefront-test-secret-rotation", "IAM documents name the function by this"


def test_it_is_traced_and_its_environment_is_encrypted() -> None:
    function = built().of_type("aws:lambda/function:Function")[0].inputs
    assert function["tracingConfig"] == {"mode": "Active"}
    assert function["kmsKeyArn"].startswith("arn:aws:kms:"), "secrets reach functions by their environment"


def test_every_change_makes_a_version_to_go_back_to() -> None:
    assert built().of_type("aws:lambda/function:Function")[0].inputs["publish"] is True


def test_concurrency_is_reserved_only_where_asked() -> None:
    free = built().of_type("aws:lambda/function:Function")[0].inputs
    bound = built(reserved=50).of_type("aws:lambda/function:Function")[0].inputs
    assert "reservedConcurrentExecutions" not in free
    assert bound["reservedConcurrentExecutions"] == 50


def test_the_log_is_there_before_the_function_with_key_and_end() -> None:
    graph = built()
    (log,) = graph.of_type("aws:cloudwatch/logGroup:LogGroup")
    assert log.inputs["name"] == "/aws/lambda/storefront-test-secret-rotation", "Lambda writes to this name"
    assert log.inputs["retentionInDays"] == 30
    assert log.inputs["kmsKeyId"].startswith("arn:aws:kms:")
    assert log.urn in graph.of_type("aws:lambda/function:Function")[0].dependencies, "or Lambda makes one without a key"


def test_its_role_reaches_no_more_than_its_own() -> None:
    wide = [s["Action"] for s in statements(built()) if s["Resource"] == ["*"]]
    assert wide == [["xray:PutTraceSegments", "xray:PutTelemetryRecords"]], "X-Ray alone takes no resource"


def test_it_writes_to_its_own_log_alone() -> None:
    (log,) = (s for s in statements(built()) if "logs:PutLogEvents" in s["Action"])  # pyright: ignore[reportOperatorIssue]
    assert log["Resource"] == [names().log_group_arn("/aws/lambda/storefront-test-secret-rotation")]
    assert "logs:CreateLogGroup" not in str(log["Action"]), "a group it made itself would have no key and no end"


def test_a_failed_event_is_kept() -> None:
    (failed,) = built().of_type("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    assert failed.inputs["destinationConfig"]["onFailure"]["destination"] == names().arn("sqs", QUEUE)
    assert failed.inputs["qualifier"] == "live", "callers call the alias"


def test_a_function_behind_a_queue_leaves_failures_to_the_queue() -> None:
    graph = built(keeps_failed_events=False)
    assert graph.of_type("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig") == []
    assert "sqs:SendMessage" not in str(statements(graph))


def test_a_deployment_moves_the_alias_and_the_program_does_not() -> None:
    (alias,) = built().of_type("aws:lambda/alias:Alias")
    assert alias.ignore_changes == ("functionVersion", "routingConfig"), "or the next up undoes the shift"


def test_a_deployment_goes_back_when_the_alarm_rings() -> None:
    (group,) = built().of_type("aws:codedeploy/deploymentGroup:DeploymentGroup")
    assert group.inputs["deploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert group.inputs["alarmConfiguration"]["enabled"] is True
    assert "DEPLOYMENT_STOP_ON_ALARM" in group.inputs["autoRollbackConfiguration"]["events"]


def test_without_a_gradual_shift_the_program_moves_the_alias() -> None:
    graph = built(gradual=False)
    assert graph.of_type("aws:codedeploy/deploymentGroup:DeploymentGroup") == []
    assert graph.of_type("aws:lambda/alias:Alias")[0].ignore_changes == (), "nobody else would bring the new version"


def test_the_alarm_looks_at_the_alias_which_a_shift_changes() -> None:
    (alarm,) = built().of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    metrics = [q["metric"]["dimensions"] for q in alarm.inputs["metricQueries"] if "metric" in q]
    assert all(set(m) == {"FunctionName", "Resource"} for m in metrics), "alone the alias's figures hold both versions"


def test_a_package_holds_the_handler_what_all_share_and_nothing_else() -> None:
    files = set(package("schema").assets)
    assert {"handlers/__init__.py", "handlers/common/aws.py", "handlers/schema/handler.py"} <= files
    assert any(file.endswith(".sql") for file in files), "the migrations travel with their handler"
    strangers = [f for f in files if not f.startswith(("handlers/common/", "handlers/schema/", "handlers/__init__"))]
    assert strangers == [], "another handler's change must not change this package"


@pytest.mark.parametrize("handler", sorted(path.parent.name for path in HANDLERS.glob("*/handler.py")))
def test_a_package_is_the_same_every_time_and_free_of_caches(handler: str) -> None:
    first, second = package(handler).assets, package(handler).assets
    assert list(first) == sorted(first, key=lambda f: (f != "handlers/__init__.py", "common" not in f, f))
    assert {k: v.path for k, v in first.items() if isinstance(v, FileAsset)} == {
        k: v.path for k, v in second.items() if isinstance(v, FileAsset)
    }
    assert not any("__pycache__" in file for file in first), "caches differ from machine to machine"


def test_a_handler_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match=r"handlers/cart/handler\.py does not exist"):
        package("cart")
