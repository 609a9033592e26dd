"""The local stack asks the emulator for nothing that the emulator does not serve."""

from pathlib import Path

import pytest

from preview.__main__ import PROJECT_DIRECTORY
from preview.graph import Graph
from preview.recorder import record, stack_values

NOT_SERVED = Path(__file__).with_name("not_served.txt")


def rules() -> dict[str, str]:
    """What is not served, a type or one property of it, and why."""
    lines = NOT_SERVED.read_text(encoding="utf-8").splitlines()
    stated = [line.partition(" ") for line in lines if not line.startswith("#")]
    return {subject: reason for subject, _, reason in stated}


@pytest.fixture(scope="module")
def local() -> Graph:
    """What the local stack declares."""
    return record(PROJECT_DIRECTORY, "local", stack_values(PROJECT_DIRECTORY, "local"))


def test_it_declares_nothing_that_the_emulator_does_not_serve(local: Graph) -> None:
    refused = [f"{one.name}: {rules()[one.type]}" for one in local.nodes if one.type in rules()]
    assert refused == [], "switch it off in Pulumi.local.yaml"


def test_it_sets_no_property_that_the_emulator_does_not_serve(local: Graph) -> None:
    inputs = {f"{one.type}.{key}": one.name for one in local.nodes for key, value in one.inputs.items() if value}
    assert {key: name for key, name in inputs.items() if key in rules()} == {}, "switch it off in Pulumi.local.yaml"


def test_every_rule_meets_what_the_other_stacks_declare(staging: Graph, prod: Graph) -> None:
    every = [*staging.nodes, *prod.nodes]
    declared = {one.type for one in every} | {f"{one.type}.{key}" for one in every for key in one.inputs}
    assert set(rules()) - declared == OFF_EVERYWHERE, "a rule without a resource says nothing"


def test_it_has_two_regions_one_of_them_home(local: Graph) -> None:
    providers = {one.name for one in local.nodes if one.type == "pulumi:providers:aws"}
    assert providers == {"eu-west-2", "us-east-2", "us-east-1"}, "two regions and the edge's place"


OFF_EVERYWHERE = {"aws:costexplorer/costAllocationTag:CostAllocationTag"}
"""Only the paying account may activate tags for the bill."""
