"""The recorder answers as a preview does."""

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest
from pulumi import Output, ResourceOptions

from preview.graph import SECRET, UNKNOWN, Graph
from tests.engine import build


class Box(pulumi.ComponentResource):
    """A component with nothing in it."""

    def __init__(self, name: str, opts: ResourceOptions) -> None:
        super().__init__("storefront:test:Box", name, {}, opts)
        self.own = ResourceOptions(parent=self)


def vpc_of(zones: list[str]) -> Graph:
    def program(place: ResourceOptions) -> None:
        box = Box("box", place)
        awsx.ec2.Vpc(
            "net",
            cidr_block="10.0.0.0/16",
            availability_zone_names=zones,
            subnet_strategy=awsx.ec2.SubnetAllocationStrategy.AUTO,
            nat_gateways={"strategy": awsx.ec2.NatGatewayStrategy.SINGLE},
            subnet_specs=[
                {"type": awsx.ec2.SubnetType.PUBLIC, "cidr_blocks": [f"10.0.{i}.0/24" for i in range(len(zones))]},
                {
                    "type": awsx.ec2.SubnetType.PRIVATE,
                    "cidr_blocks": [f"10.0.{i + 10}.0/24" for i in range(len(zones))],
                },
            ],
            opts=box.own,
        )

    return build(program)


def test_what_aws_decides_stays_unknown() -> None:
    def program(place: ResourceOptions) -> None:
        box = Box("box", place)
        queue = aws.sqs.Queue("queue", opts=box.own)
        aws.sqs.QueuePolicy("policy", queue_url=queue.url, policy="{}", opts=box.own)

    [policy] = build(program).of_type("aws:sqs/queuePolicy:QueuePolicy")
    assert policy.inputs["queueUrl"] == UNKNOWN


def test_secrets_are_veiled() -> None:
    def program(place: ResourceOptions) -> None:
        aws.ssm.Parameter("key", type="SecureString", value=Output.secret("hunter2"), opts=Box("box", place).own)

    [parameter] = build(program).of_type("aws:ssm/parameter:Parameter")
    assert parameter.inputs["value"] == SECRET


def test_relations_are_kept_by_property() -> None:
    def program(place: ResourceOptions) -> None:
        box = Box("box", place)
        queue = aws.sqs.Queue("queue", opts=box.own)
        aws.ssm.Parameter("url", type="String", value=queue.url, opts=box.own)

    graph = build(program)
    [queue], [parameter] = graph.named("queue"), graph.named("url")
    assert parameter.property_dependencies == {"value": (queue.urn,)}
    assert parameter.dependencies == (queue.urn,)


def test_a_child_inherits_its_place() -> None:
    [queue] = build(lambda place: aws.sqs.Queue("queue", opts=Box("box", place).own), region="ap-southeast-2").named(
        "queue"
    )
    assert queue.region == "ap-southeast-2"
    assert queue.provider is not None
    assert queue.provider.endswith("pulumi:providers:aws::ap-southeast-2")


def test_urns_are_the_engines() -> None:
    def program(place: ResourceOptions) -> None:
        outer = Box("outer", place)
        aws.sqs.Queue("queue", opts=Box("inner", outer.own).own)

    [queue] = build(program).named("queue")
    assert queue.urn == (
        "urn:pulumi:test::storefront::storefront:test:Box$storefront:test:Box$aws:sqs/queue:Queue::queue"
    ), "every type above the resource, the stack's excepted"


def test_a_name_given_twice_is_refused() -> None:
    def program(place: ResourceOptions) -> None:
        box = Box("box", place)
        aws.sqs.Queue("queue", opts=box.own)
        aws.sqs.Queue("queue", opts=box.own)

    with pytest.raises(Exception, match="two resources are called"):
        build(program)


def test_a_question_to_aws_is_refused() -> None:
    def program(place: ResourceOptions) -> None:
        aws.get_caller_identity(opts=pulumi.InvokeOptions(parent=Box("box", place)))

    with pytest.raises(Exception, match="asks AWS for aws:index/getCallerIdentity"):
        build(program)


def test_a_read_of_an_existing_resource_is_refused() -> None:
    with pytest.raises(Exception, match="is read from AWS"):
        build(lambda place: aws.s3.Bucket.get("old", "some-bucket", opts=Box("box", place).own))


def test_a_packaged_network_is_spelled_out() -> None:
    graph = vpc_of(["eu-west-2a", "eu-west-2b", "eu-west-2c"])
    assert len(graph.of_type("aws:ec2/subnet:Subnet")) == 6
    assert len(graph.of_type("aws:ec2/natGateway:NatGateway")) == 1, "a single gateway serves every zone"
    assert {n.inputs["availabilityZone"] for n in graph.of_type("aws:ec2/subnet:Subnet")} == {
        "eu-west-2a",
        "eu-west-2b",
        "eu-west-2c",
    }
    assert {n.name for n in graph.of_type("aws:ec2/route:Route")} == {
        f"net-{kind}-{i}" for kind in ("public", "private") for i in (1, 2, 3)
    }


def test_two_recordings_are_alike() -> None:
    assert vpc_of(["eu-west-2a"]).described() == vpc_of(["eu-west-2a"]).described()
