import json
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import ResourceOptions

from components.region.network import ZONE_SLOTS, Network, NetworkArgs, zone_blocks
from preview.graph import Graph
from settings.region import NetworkSettings
from tests.engine import build, ground

ZONES = ["eu-west-2a", "eu-west-2b", "eu-west-2c", "eu-west-2d"]
VPCS = st.tuples(st.integers(16, 20), st.integers(0, 255)).map(lambda drawn: _block(*drawn))


def _block(prefix: int, position: int) -> IPv4Network:
    return list(IPv4Network("10.0.0.0/8").subnets(new_prefix=prefix))[position]


def network(zones: int = 3, **settings: object) -> Graph:
    chosen = NetworkSettings.model_validate({"zones": zones, **settings})

    def program(place: ResourceOptions) -> None:
        args = NetworkArgs(zones=ZONES[:zones], cidr="10.20.0.0/16", settings=chosen, ground=ground())
        Network("eu-west-2-network", args, place)

    return build(program)


def endpoints(graph: Graph, kind: str) -> list[dict[str, object]]:
    return [
        node.inputs
        for node in graph.of_type("aws:ec2/vpcEndpoint:VpcEndpoint")
        if node.inputs["vpcEndpointType"] == kind
    ]


@given(VPCS)
def test_no_two_subnets_overlap_and_all_lie_in_the_network(vpc: IPv4Network) -> None:
    zones = [zone_blocks(vpc, slot) for slot in range(ZONE_SLOTS)]
    blocks = [block for z in zones for block in (z.private, z.public, z.isolated, z.reserved)]
    assert all(block.subnet_of(vpc) for block in blocks), "a subnet outside its network is refused by AWS"
    assert sum(block.num_addresses for block in blocks) == vpc.num_addresses, "together they fill the network"
    assert len({int(block.network_address) for block in blocks}) == len(blocks)
    assert not any(a.overlaps(b) for i, a in enumerate(blocks) for b in blocks[:i]), "subnets must not overlap"


@given(VPCS)
def test_subnets_are_large_enough_for_what_stands_in_them(vpc: IPv4Network) -> None:
    zone = zone_blocks(vpc, 0)
    assert zone.public.prefixlen <= 27, "a load balancer needs a /27 with eight free addresses in each zone"
    assert zone.private.num_addresses == 2 * zone.public.num_addresses == 4 * zone.isolated.num_addresses


def test_a_fourth_zone_only_creates() -> None:
    before = {node.urn: node.inputs for node in network(3) if node.expanded_from}
    after = {node.urn: node.inputs for node in network(4) if node.expanded_from}
    assert before.items() <= after.items(), "what the three zones have must not change"
    assert any(urn.endswith("-isolated-4") for urn in after.keys() - before.keys())


@pytest.mark.parametrize(("strategy", "gateways"), [("per_zone", 3), ("single", 1)])
def test_nat_gateways_and_their_alarm_follow_the_setting(strategy: str, gateways: int) -> None:
    graph = network(nat_gateways=strategy)
    assert len(graph.of_type("aws:ec2/natGateway:NatGateway")) == gateways
    (alarm,) = graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert len(alarm.inputs["metricQueries"]) == gateways + 1, "every gateway counts in the one alarm"


def test_the_default_security_group_lets_nothing_through() -> None:
    (group,) = network().of_type("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert not {"ingress", "egress"} & group.inputs.keys(), "no rule at all closes the group"


def test_flow_logs_are_whole_encrypted_and_kept() -> None:
    graph = network(flow_log_retention_days=30)
    (flow,) = graph.of_type("aws:ec2/flowLog:FlowLog")
    (group,) = graph.of_type("aws:cloudwatch/logGroup:LogGroup")
    assert flow.inputs["trafficType"] == "ALL", "rejected connections are half of the story"
    assert group.inputs["retentionInDays"] == 30
    assert ":key/" in group.inputs["kmsKeyId"]


def test_storage_is_reached_inside_the_network_by_our_account_only() -> None:
    policies = {e["serviceName"]: json.loads(str(e["policy"])) for e in endpoints(network(), "Gateway")}
    assert policies.keys() == {"com.amazonaws.eu-west-2.s3", "com.amazonaws.eu-west-2.dynamodb"}
    for policy in policies.values():
        assert policy["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalAccount"] == "123456789012"


def test_servers_can_fetch_packages_and_tools_of_aws_and_nothing_else_foreign() -> None:
    (policy,) = [e["policy"] for e in endpoints(network(), "Gateway") if str(e["serviceName"]).endswith("s3")]
    ours, foreign = json.loads(str(policy))["Statement"]
    assert ours["Condition"]["StringEquals"]["aws:ResourceAccount"] == "123456789012"
    assert foreign["Action"] == ["s3:GetObject"], "data must not leave through somebody else's bucket"
    assert "arn:aws:s3:::al2023-repos-eu-west-2-*/*" in foreign["Resource"]
    assert "arn:aws:s3:::ec2imagebuilder-toe-eu-west-2-prod/*" in foreign["Resource"], "or no image can be built"


def test_interface_endpoints_are_those_of_the_settings() -> None:
    found = endpoints(network(interface_endpoints=("kms", "sqs")), "Interface")
    assert {e["serviceName"] for e in found} == {"com.amazonaws.eu-west-2.kms", "com.amazonaws.eu-west-2.sqs"}
    assert all(e["privateDnsEnabled"] for e in found), "without private names nothing would use them"


def test_no_endpoint_leaves_no_security_group_behind() -> None:
    assert not network(interface_endpoints=()).of_type("aws:ec2/securityGroup:SecurityGroup")
