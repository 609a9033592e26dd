"""The program keeps its own rules, and every rule is about something that it deploys."""

from typing import Any

import pytest

from policy.pack import all_rules
from policy.rules.tags._tags import TAGGABLE
from preview import declared
from preview.graph import Graph
from preview.policies import Verdicts, judge
from tests.conftest import Built

RULES = all_rules()


@pytest.fixture(scope="module")
def verdicts(staging: Graph, prod: Graph) -> dict[str, Verdicts]:
    """What the pack, in a process of its own, says of both stacks."""
    return {graph.stack: judge(graph, RULES) for graph in (staging, prod)}


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_a_stack_has_no_mandatory_complaint(stack: str, verdicts: dict[str, Verdicts]) -> None:
    complaints = [one for one in verdicts[stack].findings if one.level == "mandatory"]
    assert not complaints, "\n".join(f"{one.rule}: {one.message}" for one in complaints)


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_what_stays_undecided_is_allowed(stack: str, verdicts: dict[str, Verdicts]) -> None:
    assert not [one for one in verdicts[stack].open if not one.allowed]
    assert not verdicts[stack].failed


def test_no_allowance_is_left_over(verdicts: dict[str, Verdicts]) -> None:
    unused = [set(one.unused_allowances) for one in verdicts.values()]
    assert not unused[0] & unused[1], "what neither stack leaves open needs no allowance"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_decides_something(rule: object, verdicts: dict[str, Verdicts]) -> None:
    name = str(getattr(rule, "id", ""))
    met = {one.rule for said in verdicts.values() for one in said.open if one.allowed}
    assert name in met or any(one.decided[name] > 0 for one in verdicts.values()), "it matches nothing that is deployed"


def _mandatory(graph: Graph) -> list[str]:
    return [f"{one.rule}: {one.message}" for one in judge(graph, RULES).findings if one.level == "mandatory"]


@pytest.mark.parametrize("state", ["active", "draining", "retired"])
def test_a_region_that_comes_and_goes_needs_no_change_of_the_pack(state: str, staging_with: Built) -> None:
    def three(config: dict[str, Any]) -> None:
        config["regions"].append({"name": "eu-north-1", "cidr": "10.96.0.0/16", "state": state})

    assert _mandatory(staging_with(three)) == []


def test_one_of_two_regions_can_leave_dns_in_an_emergency(staging_with: Built) -> None:
    def drained(config: dict[str, Any]) -> None:
        config["regions"][1]["state"] = "draining"

    assert _mandatory(staging_with(drained)) == []


def test_the_writer_can_move(staging_with: Built) -> None:
    def moved(config: dict[str, Any]) -> None:
        del config["regions"][0]["primary"]
        config["regions"][1]["primary"] = True

    assert _mandatory(staging_with(moved)) == []


OWNED = (
    "trail",
    "threat_detection",
    "security_hub",
    "configuration_recorder",
    "vulnerability_scanning",
    "access_analyzer",
    "public_access_block",
    "disk_encryption",
    "sharing_blocks",
)


@pytest.mark.parametrize("guard", OWNED)
def test_what_a_landing_zone_owns_is_left_to_it(guard: str, staging_with: Built) -> None:
    def adopted(config: dict[str, Any]) -> None:
        config.setdefault("security", {})[guard] = "adopt"

    assert _mandatory(staging_with(adopted)) == []


def test_what_is_merely_off_is_missed(staging_with: Built) -> None:
    def off(config: dict[str, Any]) -> None:
        config.setdefault("security", {}).update(dict.fromkeys(OWNED, "off"))

    complaining = {one.partition(":")[0] for one in _mandatory(staging_with(off))}
    assert complaining >= {"cloudtrail-exists", "guards-everywhere", "s3-public-access-everywhere"}


def test_every_type_with_tags_is_known_to_the_rule_about_tags(staging: Graph) -> None:
    """The list is data, because the pack does not import pulumi_aws, which takes seconds."""
    listed = set(TAGGABLE)
    modules = {token.split(":")[1].partition("/")[0] for token in listed}
    assert len(listed) > 800
    assert {"s3", "ec2", "lambda", "rds"} <= modules
    assert all("tagsAll" in declared.outputs(token) for token in sorted(listed)[::25])
    taggable = {node.type for node in staging if "tagsAll" in declared.outputs(node.type)}
    assert taggable <= listed
