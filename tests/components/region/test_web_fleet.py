import json
from base64 import b64decode
from typing import Any

from pulumi import ResourceOptions

from components.region.web_fleet import WebFleet, WebFleetArgs
from preview.graph import Graph
from settings.region import WebFleetSettings
from tests.components.region.stand_ins import endpoints, release, subnets, tables
from tests.engine import build, ground, known, names

GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def fleet(*, image_id: str | None = None, **settings: object) -> Graph:
    def program(place: ResourceOptions) -> None:
        args = WebFleetArgs(
            settings=WebFleetSettings.model_validate(settings),
            ground=ground(),
            release=release("storefront", place),
            image_id=known(image_id) if image_id else None,
            vpc_id=known("vpc-1"),
            private_subnet_ids=subnets(),
            balancer_group_id=known("sg-balancer"),
            balancer_arn_suffix=known("app/web/1"),
            target_group_arn=known("arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/web/2"),
            target_group_arn_suffix=known("targetgroup/web/2"),
            draining_seconds=60,
            rollback_alarm_names=[known("errors"), known("latency")],
            tables=tables(),
            database=endpoints(),
            database_name="shop",
            database_group_id=known("sg-proxy"),
            event_bus=names().of("events"),
            log_retention_days=90,
            tags={"owner": "team"},
        )
        WebFleet("eu-west-2-web-fleet", args, place)

    return build(program)


def only(graph: Graph, token: str) -> dict[str, Any]:
    (found,) = graph.of_type(token)
    return found.inputs


def test_servers_are_closed_and_encrypted() -> None:
    template = only(fleet(), TEMPLATE)
    assert template["metadataOptions"]["httpTokens"] == "required"
    assert template["metadataOptions"]["httpPutResponseHopLimit"] == 1
    assert template["networkInterfaces"][0]["associatePublicIpAddress"] == "false"
    (disk,) = template["blockDeviceMappings"]
    assert (disk["ebs"]["volumeType"], disk["ebs"]["encrypted"]) == ("gp3", "true")
    assert "mrk-" in disk["ebs"]["kmsKeyId"], "with the data key"


def test_servers_run_the_image_that_was_baked_for_them() -> None:
    assert only(fleet(image_id="ami-0123"), TEMPLATE)["imageId"] == "ami-0123"


def test_without_one_servers_run_amazon_linux_by_its_public_parameter() -> None:
    image = only(fleet(), TEMPLATE)["imageId"]
    assert image == "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"


def test_there_is_no_key_pair_and_nothing_listens_for_ssh() -> None:
    graph = fleet()
    assert "keyName" not in only(graph, TEMPLATE)
    rules = graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert [rule.inputs["fromPort"] for rule in rules] == [8443]
    assert rules[0].inputs["referencedSecurityGroupId"] == "sg-balancer"


def test_servers_know_where_everything_is_and_no_secret() -> None:
    script = b64decode(only(fleet(), TEMPLATE)["userData"]).decode()
    for line in ("DB_WRITER_HOST=writer.example", "CATALOGUE_TABLE=storefront-test-catalogue", "DB_USER=storefront"):
        assert line in script.splitlines()
    assert "PASSWORD" not in script.upper(), "servers prove who they are by their role"


def test_a_server_that_fails_to_boot_makes_room() -> None:
    assert only(fleet(), TEMPLATE)["instanceInitiatedShutdownBehavior"] == "terminate", "its boot script powers it off"


def test_spot_and_on_demand_are_mixed_as_the_settings_say() -> None:
    group = only(fleet(spot_share_percent=60, on_demand_base=4), GROUP)
    shares = group["mixedInstancesPolicy"]["instancesDistribution"]
    assert shares["onDemandPercentageAboveBaseCapacity"] == 40
    assert shares["onDemandBaseCapacity"] == 4
    assert shares["spotAllocationStrategy"] == "price-capacity-optimized"
    assert len(group["mixedInstancesPolicy"]["launchTemplate"]["overrides"]) >= 3


def test_a_deployment_adds_before_it_removes_and_undoes_itself() -> None:
    preferences = only(fleet(), GROUP)["instanceRefresh"]["preferences"]
    assert preferences["autoRollback"]
    assert preferences["minHealthyPercentage"] == 100
    assert preferences["alarmSpecification"]["alarms"] == ["errors", "latency"]


def test_scaling_and_schedule_own_what_they_change() -> None:
    (scheduled,) = fleet().of_type(GROUP)
    (plain,) = fleet(off_peak=None).of_type(GROUP)
    assert scheduled.ignore_changes == ("desiredCapacity", "minSize"), "an update at night must not wake the fleet"
    assert plain.ignore_changes == ("desiredCapacity",)


def test_the_schedule_moves_the_minimum_alone() -> None:
    off_peak = {"time_zone": "Europe/London", "from_hour": 1, "to_hour": 6, "min_instances": 1}
    schedules = {n.name[-5:]: n.inputs for n in fleet(off_peak=off_peak).of_type("aws:autoscaling/schedule:Schedule")}
    assert schedules["night"]["minSize"] == 1
    assert schedules["night"]["recurrence"] == "0 1 * * *"
    assert schedules["night"]["timeZone"] == "Europe/London"
    for schedule in schedules.values():
        assert (schedule["maxSize"], schedule["desiredCapacity"]) == (-1, -1), "0 would empty the fleet"


def test_it_follows_cpu_and_requests_and_forecasts() -> None:
    policies = {n.inputs["name"]: n.inputs for n in fleet().of_type("aws:autoscaling/policy:Policy")}
    assert policies.keys() == {"cpu", "requests", "forecast"}
    assert policies["cpu"]["targetTrackingConfiguration"]["targetValue"] == 70
    measured = policies["requests"]["targetTrackingConfiguration"]["predefinedMetricSpecification"]
    assert measured["resourceLabel"] == "app/web/1/targetgroup/web/2"


def test_forecasting_can_be_switched_off() -> None:
    assert len(fleet(predictive_scaling=False).of_type("aws:autoscaling/policy:Policy")) == 2


def test_rights_name_their_resources() -> None:
    policy = json.loads(only(fleet(), "aws:iam/rolePolicy:RolePolicy")["policy"])
    for statement in policy["Statement"]:
        assert "*" not in statement["Resource"], f"{statement['Action']} takes a resource"
        assert not any(action.endswith("*") for action in statement["Action"])


def test_tags_reach_the_servers() -> None:
    tags = {tag["key"]: tag for tag in only(fleet(), GROUP)["tags"]}
    assert tags["owner"]["propagateAtLaunch"], "default tags of a provider stop at the group"


def test_logs_outlive_the_server_encrypted_and_for_as_long_as_set() -> None:
    log = only(fleet(), "aws:cloudwatch/logGroup:LogGroup")
    assert (log["name"], log["retentionInDays"]) == ("/servers/storefront-test-storefront", 90)
    assert "key/00000000" in log["kmsKeyId"], "with the log key"


def test_servers_write_their_own_log_and_cannot_make_one_without_a_key() -> None:
    policy = json.loads(only(fleet(), "aws:iam/rolePolicy:RolePolicy")["policy"])
    (write,) = [s for s in policy["Statement"] if "logs:PutLogEvents" in s["Action"]]
    assert write["Resource"] == [names().log_group_arn("/servers/storefront-test-storefront")]
    assert "logs:CreateLogGroup" not in write["Action"]


def test_the_log_exists_before_the_first_server() -> None:
    (group,) = fleet().of_type(GROUP)
    assert any(urn.endswith("-fleet-log") for urn in group.dependencies), "servers may not create it"


def test_orders_find_a_writer_in_another_region() -> None:
    graph = fleet()
    script = b64decode(only(graph, TEMPLATE)["userData"]).decode().splitlines()
    assert "DB_FORWARDING_HOST=forwarding.example" in script, "no proxy forwards writes (docs/adr/0006)"
    assert "DB_CA_BUNDLE=/etc/storefront/rds.pem" in script, "where image.sh puts it"
    reached = {
        rule.inputs.get("referencedSecurityGroupId")
        for rule in graph.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    }
    assert {"sg-proxy", "sg-cluster"} <= reached
    policies = "".join(str(n.inputs["policy"]) for n in graph.of_type("aws:iam/rolePolicy:RolePolicy"))
    assert "dbuser:cluster-*/storefront" in policies
