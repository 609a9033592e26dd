import json
import re
from typing import Any

import pytest
from pulumi import ResourceOptions
from pulumi_aws.imagebuilder.outputs import ImageOutputResource, ImageOutputResourceAmi

from components.region import server_image
from components.region.instances import PREPARATION, SERVICES
from components.region.server_image import ServerImage, ServerImageArgs
from preview.graph import UNKNOWN, Graph, Node
from settings.region import WebFleetSettings
from tests.components.region.stand_ins import subnets
from tests.components.region.test_web_fleet import TEMPLATE
from tests.engine import build, ground, known, names

BUILDER = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration"
CLEAN_UP = "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy"
DISTRIBUTION = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration"
IMAGE = "aws:imagebuilder/image:Image"
RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe"
SOFTWARE = "aws:imagebuilder/component:Component"


def made(**settings: object) -> Graph:
    def program(place: ResourceOptions) -> None:
        args = ServerImageArgs(
            settings=WebFleetSettings.model_validate(settings),
            ground=ground(),
            vpc_id=known("vpc-1"),
            private_subnet_ids=subnets(),
            log_retention_days=90,
            tags={"owner": "team"},
        )
        ServerImage("eu-west-2-server-image", args, place)

    return build(program)


def only(graph: Graph, token: str) -> Node:
    (found,) = graph.of_type(token)
    return found


def command() -> str:
    """What the building server runs."""
    document = json.loads(only(made(), SOFTWARE).inputs["data"])
    (step,) = document["phases"][0]["steps"]
    assert (document["phases"][0]["name"], step["action"]) == ("build", "ExecuteBash")
    (text,) = step["inputs"]["commands"]
    return text


def rights(graph: Graph, role: str) -> list[dict[str, Any]]:
    (policy,) = [n for n in graph.of_type("aws:iam/rolePolicy:RolePolicy") if role in n.name]
    return json.loads(policy.inputs["policy"])["Statement"]


def test_the_image_holds_what_the_boot_script_would_do_and_checks_that_it_does() -> None:
    assert PREPARATION.read_text(encoding="utf-8").rstrip() in command(), (
        "one file says what is baked and what is booted"
    )
    steps = re.search(r"bash image\.sh (.*)$", command(), re.M)
    assert steps is not None
    defined = re.findall(r"^(\w+)\(\) \{", PREPARATION.read_text(encoding="utf-8"), re.M)
    assert steps[1].split() == [name for name in defined if name != "install_missing"], "every step, the check last"


def test_the_image_is_prepared_for_the_account_that_the_service_runs_under() -> None:
    boot = (SERVICES / server_image.SERVICE / "boot.sh").read_text(encoding="utf-8")
    assert f"\nreadonly ACCOUNT={server_image.ACCOUNT}\n" in boot
    assert f"SERVICE=storefront ACCOUNT={server_image.ACCOUNT} REGION=eu-west-2" in command()


def test_a_script_with_image_builders_own_brackets_is_refused() -> None:
    with pytest.raises(ValueError, match="Image Builder replaces"):
        server_image._document("echo {{ x }}", "eu-west-2")  # pyright: ignore[reportPrivateUsage]


def test_no_release_is_in_the_image() -> None:
    assert "ARTIFACT" not in command(), "or every deployment of code would build one"


def test_the_parent_is_amazons_newest_and_a_newer_one_builds_anew() -> None:
    graph = made()
    parameter = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
    assert only(graph, RECIPE).inputs["parentImage"] == f"ssm:{parameter}"
    assert only(graph, IMAGE).inputs["tags"]["parent"] == f"resolve:ssm:{parameter}", "looked up at each deployment"


def test_the_image_has_the_disk_of_the_servers() -> None:
    (mapping,) = only(made(root_volume_gib=33), RECIPE).inputs["blockDeviceMappings"]
    disk = mapping["ebs"]
    assert (mapping["deviceName"], disk["volumeSize"], disk["volumeType"]) == ("/dev/xvda", 33, "gp3")
    assert (disk["encrypted"], "mrk-" in disk["kmsKeyId"]) == ("true", True), "with the data key"


def test_the_building_server_is_as_closed_as_the_others() -> None:
    graph = made()
    builder = only(graph, BUILDER).inputs
    assert builder["instanceMetadataOptions"] == {"httpTokens": "required", "httpPutResponseHopLimit": 1}
    assert builder["subnetId"] == "subnet-a", "private"
    assert "keyPair" not in builder
    assert graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") == []
    egress = only(graph, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").inputs
    assert (egress["fromPort"], egress["toPort"]) == (443, 443)


def test_the_building_server_is_of_the_servers_architecture_and_goes_when_it_fails() -> None:
    types = ("m7g.large", "m6g.large", "c7g.large")
    builder = only(made(instance_types=types), BUILDER).inputs
    assert builder["instanceTypes"] == list(types)
    assert builder["terminateInstanceOnFailure"] is True


def test_the_building_server_may_do_what_a_build_needs_and_no_more() -> None:
    statements = rights(made(), "builder-role")
    assert sorted(action for s in statements for action in s["Action"]) == [
        "imagebuilder:GetComponent", "logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:PutObject",
    ]  # fmt: skip
    assert not any("*" in s["Resource"] for s in statements)


def test_logs_of_a_build_are_kept_encrypted_and_beside_the_access_logs() -> None:
    graph = made()
    log = only(graph, "aws:cloudwatch/logGroup:LogGroup").inputs
    assert (log["name"], log["retentionInDays"]) == ("/aws/imagebuilder/storefront-test-web", 90)
    assert only(graph, IMAGE).inputs["loggingConfiguration"] == {"logGroupName": log["name"]}
    assert "loggingConfiguration" in only(graph, IMAGE).property_dependencies, "Image Builder would make its own, open"
    stored = only(graph, BUILDER).inputs["logging"]["s3Logs"]
    assert (stored["s3BucketName"], stored["s3KeyPrefix"]) == (names().bucket("logs"), "image-builder")


def test_the_image_stays_in_its_region_and_account() -> None:
    (place,) = only(made(), DISTRIBUTION).inputs["distributions"]
    shape = place["amiDistributionConfiguration"]
    assert place["region"] == "eu-west-2"
    assert not {"launchPermission", "targetAccountIds"} & shape.keys()
    assert shape["amiTags"]["owner"] == "team", "Image Builder's images carry no default tags of the provider"
    assert shape["name"] == "storefront-test-web-{{ imagebuilder:buildDate }}"


def test_the_newest_three_images_stay_and_older_ones_go_with_their_snapshots() -> None:
    policy = only(made(), CLEAN_UP).inputs
    (detail,) = policy["policyDetails"]
    assert detail["filter"] == {"type": "COUNT", "value": 3}
    assert detail["action"] == {"type": "DELETE", "includeResources": {"amis": True, "snapshots": True}}
    (key, value), *_ = policy["resourceSelection"]["tagMap"].items()
    assert only(made(), IMAGE).inputs["tags"][key] == value, "it knows the images by this tag"


def test_only_what_image_builder_made_is_cleared_away() -> None:
    for statement in rights(made(), "clean-up-role"):
        deletes = [action for action in statement["Action"] if action.startswith(("ec2:De", "imagebuilder:Delete"))]
        if {"ec2:DeregisterImage", "ec2:DeleteSnapshot"} & set(deletes):
            assert statement["Condition"] == {"StringEquals": {"aws:ResourceTag/CreatedBy": "EC2 Image Builder"}}
        if "imagebuilder:DeleteImage" in deletes:
            assert statement["Resource"] == [names().arn("imagebuilder", "image/eu-west-2-server-image-recipe-*")]


def test_what_cannot_change_is_named_by_pulumi_so_that_its_successor_can_stand_beside_it() -> None:
    graph = made()
    assert not any("name" in only(graph, token).inputs for token in (SOFTWARE, RECIPE))


def test_servers_boot_from_what_was_built() -> None:
    built = ImageOutputResource(amis=[ImageOutputResourceAmi(image="ami-0123", region="eu-west-2")])
    assert server_image._image_id([built]) == "ami-0123"  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("built", [[], [ImageOutputResource()]])
def test_a_build_that_failed_stops_the_deployment(built: list[ImageOutputResource]) -> None:
    with pytest.raises(ValueError, match="runbooks/server-image"):
        server_image._image_id(built)  # pyright: ignore[reportPrivateUsage]


def test_every_region_with_servers_boots_them_from_its_own_image(graph: Graph) -> None:
    templates = [node for node in graph.of_type(TEMPLATE) if node.name.endswith("-web-server")]
    assert len(templates) == len(graph.of_type(IMAGE)) > 1
    for template in templates:
        (source,) = template.property_dependencies["imageId"]
        assert source.endswith(f"{IMAGE}::{template.region}-server-image-build")
        assert template.inputs["imageId"] == UNKNOWN, "AWS names the image when it is built"
