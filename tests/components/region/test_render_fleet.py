import json
from base64 import b64decode
from typing import Any

from pulumi import ResourceOptions

from components.region.render_fleet import RenderFleet, RenderFleetArgs
from preview.graph import Graph
from settings.region import RenderFleetSettings
from tests.components.region.stand_ins import ZONES, release, subnets, tables
from tests.engine import build, ground, known, names

GROUP = "aws:autoscaling/group:Group"


def fleet(**settings: object) -> Graph:
    def program(place: ResourceOptions) -> None:
        args = RenderFleetArgs(
            settings=RenderFleetSettings.model_validate(settings),
            oldest_job_seconds=600,
            ground=ground(),
            release=release("render", place),
            zones=ZONES,
            vpc_id=known("vpc-1"),
            private_subnet_ids=subnets(),
            tables=tables(),
            event_bus=names().of("events"),
            log_retention_days=90,
        )
        RenderFleet("eu-west-2-render-fleet", args, place)

    return build(program)


def only(graph: Graph, token: str) -> dict[str, Any]:
    (found,) = graph.of_type(token)
    return found.inputs


def test_an_idle_fleet_is_empty_and_spot() -> None:
    group = only(fleet(), GROUP)
    assert group["minSize"] == 0
    shares = group["mixedInstancesPolicy"]["instancesDistribution"]
    assert (shares["onDemandBaseCapacity"], shares["onDemandPercentageAboveBaseCapacity"]) == (0, 0)


def test_workers_start_only_in_zones_that_offer_them() -> None:
    assert only(fleet(zone_letters=("a", "c")), GROUP)["vpcZoneIdentifiers"] == ["subnet-a", "subnet-c"]
    assert only(fleet(), GROUP)["vpcZoneIdentifiers"] == ["subnet-a", "subnet-b", "subnet-c"]


def test_the_backlog_counts_running_jobs_too() -> None:
    policies = {n.inputs["name"]: n.inputs for n in fleet(jobs_per_instance=7).of_type("aws:autoscaling/policy:Policy")}
    tracked = policies["backlog"]["targetTrackingConfiguration"]
    assert tracked["targetValue"] == 7
    measured = {
        metric["metricStat"]["metric"]["metricName"]
        for metric in tracked["customizedMetricSpecification"]["metrics"]
        if "metricStat" in metric
    }
    assert "ApproximateNumberOfMessagesNotVisible" in measured, "a worker at work is not idle"


def test_the_first_job_starts_the_first_worker() -> None:
    graph = fleet()
    policies = {n.inputs["name"]: n.inputs for n in graph.of_type("aws:autoscaling/policy:Policy")}
    assert policies["first-worker"]["adjustmentType"] == "ExactCapacity"
    (alarm,) = graph.named("eu-west-2-render-fleet-work-without-worker")
    assert "workers, 0) == 0" in alarm.inputs["metricQueries"][0]["expression"], "no worker, no backlog per worker"


def test_what_fails_again_and_again_is_set_aside_and_announced() -> None:
    graph = fleet(max_receives=4, job_timeout_seconds=1200)
    queues = {n.inputs["name"]: n.inputs for n in graph.of_type("aws:sqs/queue:Queue")}
    assert queues.keys() == {"storefront-test-render", "storefront-test-render-failed"}
    assert queues["storefront-test-render"]["visibilityTimeoutSeconds"] == 1200
    assert graph.named("eu-west-2-render-fleet-failed"), "an alarm watches the dead-letter queue"


def test_a_worker_may_protect_only_itself_and_its_kind() -> None:
    policy = json.loads(only(fleet(), "aws:iam/rolePolicy:RolePolicy")["policy"])
    (protect,) = [s for s in policy["Statement"] if s["Action"] == ["autoscaling:SetInstanceProtection"]]
    assert protect["Resource"][0].endswith("autoScalingGroupName/storefront-test-render")
    everywhere = [s["Action"] for s in policy["Statement"] if s["Resource"] == ["*"]]
    assert everywhere == [["autoscaling:DescribeAutoScalingInstances"]], "the one action that takes no resource"


def test_workers_boot_with_a_driver() -> None:
    template = only(fleet(), "aws:ec2/launchTemplate:LaunchTemplate")
    assert "nvidia-driver-gpu-amazon-linux-2023" in template["imageId"]


def test_a_worker_that_is_never_idle_is_replaced_all_the_same() -> None:
    assert only(fleet(max_instance_lifetime_days=7), GROUP)["maxInstanceLifetime"] == 7 * 86_400


def test_nobody_connects_to_a_worker() -> None:
    assert "ingress" not in only(fleet(), "aws:ec2/securityGroup:SecurityGroup")


def test_a_region_that_renders_nothing_keeps_its_queue_alone() -> None:
    graph = fleet(max_instances=0)
    assert not graph.of_type(GROUP)
    assert len(graph.of_type("aws:sqs/queue:Queue")) == 2, "jobs that come all the same are kept, and the alarm tells"


def test_workers_learn_of_their_queue() -> None:
    script = b64decode(only(fleet(), "aws:ec2/launchTemplate:LaunchTemplate")["userData"]).decode()
    assert (
        "RENDER_QUEUE_URL=https://sqs.eu-west-2.amazonaws.com/123456789012/storefront-test-render"
        in script.splitlines()
    )


def test_logs_outlive_the_server_encrypted_and_for_as_long_as_set() -> None:
    log = only(fleet(), "aws:cloudwatch/logGroup:LogGroup")
    assert (log["name"], log["retentionInDays"]) == ("/servers/storefront-test-render", 90)
    assert "key/00000000" in log["kmsKeyId"], "with the log key"


def test_servers_write_their_own_log_and_cannot_make_one_without_a_key() -> None:
    policy = json.loads(only(fleet(), "aws:iam/rolePolicy:RolePolicy")["policy"])
    (write,) = [s for s in policy["Statement"] if "logs:PutLogEvents" in s["Action"]]
    assert write["Resource"] == [names().log_group_arn("/servers/storefront-test-render")]
    assert "logs:CreateLogGroup" not in write["Action"]


def test_the_log_exists_before_the_first_server() -> None:
    (group,) = fleet().of_type(GROUP)
    assert any(urn.endswith("-fleet-log") for urn in group.dependencies), "servers may not create it"
