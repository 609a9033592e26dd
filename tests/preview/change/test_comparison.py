"""What a change adds, changes, replaces and deletes."""

from dataclasses import replace
from typing import Any

import pytest

from preview.change.comparison import Change, Kind, compared, known_types, stateful
from preview.graph import UNKNOWN, Graph, Node
from tests.preview.promises.small import graph, node, urn

TABLE = node("aws:dynamodb/table:Table", "carts", name="carts", billingMode="PAY_PER_REQUEST")
CHECK = node("aws:route53/healthCheck:HealthCheck", "check", requestInterval=10, failureThreshold=1)
NETWORK = node("aws:ec2/vpc:Vpc", "network", cidrBlock="10.0.0.0/16")
SUBNET = replace(
    node("aws:ec2/subnet:Subnet", "private", vpcId=UNKNOWN, mapPublicIpOnLaunch=False),
    property_dependencies={"vpcId": (NETWORK.urn,)},
)


def with_inputs(resource: Node, **inputs: Any) -> Node:
    return replace(resource, inputs={**resource.inputs, **inputs})


def between(before: Graph, after: Graph) -> list[tuple[Kind, str, tuple[str, ...]]]:
    return [(change.kind, change.node.name, change.properties) for change in compared(before, after)]


def test_nothing_differs_between_a_stack_and_itself(prod: Graph) -> None:
    assert compared(prod, prod) == []


def test_what_comes_and_what_goes() -> None:
    assert between(graph(TABLE), graph(CHECK)) == [(Kind.ADDED, "check", ()), (Kind.DELETED, "carts", ())]


def test_a_property_that_aws_can_change_is_changed_in_place() -> None:
    changed = with_inputs(CHECK, failureThreshold=3)
    assert between(graph(CHECK), graph(changed)) == [(Kind.CHANGED, "check", ("failureThreshold",))]


def test_a_property_that_aws_cannot_change_replaces() -> None:
    changed = with_inputs(CHECK, failureThreshold=3, requestInterval=30)
    assert between(graph(CHECK), graph(changed)) == [(Kind.REPLACED, "check", ("requestInterval",))]


def test_what_is_tied_to_a_replaced_resource_is_replaced_too() -> None:
    moved = with_inputs(NETWORK, cidrBlock="10.1.0.0/16")
    assert between(graph(NETWORK, SUBNET), graph(moved, SUBNET)) == [
        (Kind.REPLACED, "private", ("vpcId",)),
        (Kind.REPLACED, "network", ("cidrBlock",)),
    ]


def test_a_change_in_place_pulls_nothing_along() -> None:
    changed = with_inputs(NETWORK, enableDnsHostnames=True)
    assert between(graph(NETWORK, SUBNET), graph(changed, SUBNET)) == [
        (Kind.CHANGED, "network", ("enableDnsHostnames",))
    ]


def test_what_a_resource_ignores_changes_nothing() -> None:
    ignoring = replace(with_inputs(CHECK, requestInterval=30), ignore_changes=("requestInterval",))
    assert between(graph(CHECK), graph(ignoring)) == []


def test_another_region_of_its_provider_replaces() -> None:
    moved = replace(TABLE, region="us-east-1", provider="urn:other")
    assert between(graph(TABLE), graph(moved)) == [(Kind.REPLACED, "carts", ("provider",))]


@pytest.mark.parametrize(
    "alias",
    ["carts", urn(TABLE.type, "carts"), "urn:pulumi:test::storefront::storefront:data:Old::old"],
    ids=["a former name", "a former URN", "a former parent"],
)
def test_an_alias_is_the_same_resource(alias: str) -> None:
    head = TABLE.urn.rpartition("::")[0]
    name, was = "baskets", TABLE
    if "Old" in alias:
        name, was = "carts", replace(TABLE, urn=f"urn:pulumi:test::storefront::storefront:data:Old${TABLE.type}::carts")
    renamed = replace(TABLE, urn=f"{head}::{name}", name=name, aliases=(alias,))
    assert between(graph(was), graph(renamed)) == []
    assert len(between(graph(was), graph(replace(renamed, aliases=())))) == 2, "without it one goes and one comes"


def losing(before: Graph, after: Graph) -> list[Change]:
    return [change for change in compared(before, after) if change.loses_state]


def test_state_is_lost_by_replacement_and_deletion_alone() -> None:
    assert [change.holds for change in losing(graph(TABLE), graph())] == ["catalogue, carts and sessions"]
    assert losing(graph(TABLE), graph(with_inputs(TABLE, hashKey="other")))
    assert not losing(graph(TABLE), graph(with_inputs(TABLE, billingMode="PROVISIONED")))
    assert not losing(graph(), graph(TABLE))
    assert not losing(graph(CHECK), graph()), "a health check holds nothing"


def test_every_type_that_holds_state_is_known(prod: Graph) -> None:
    declared = {node.type for node in prod}
    assert set(stateful()) - declared == {"aws:dynamodb/tableReplica:TableReplica"}, "or the list names what is gone"
    protected = {node.type for node in prod if node.protect}
    assert protected <= set(stateful()), "what the program protects holds something"


def test_the_provider_was_asked_about_every_type_that_is_declared(prod: Graph, staging: Graph) -> None:
    declared = {node.type for node in (*prod, *staging) if node.custom and node.type.startswith("aws:")}
    assert declared <= known_types(), "what replaces the others is not known"
