"""Remediation mends tags, keeps secrets secret, and touches nothing else."""

from typing import Any

from google.protobuf import json_format
from pulumi_policy import deserialize as sdk
from pulumi_policy.policy import EnforcementLevel

from policy.examples import Declared
from policy.pack import all_rules
from policy.rules.tags.required import OWN, RULE
from preview import requests
from tests.policy.trial import graph_of, server

TABLE = "aws:dynamodb/table:Table"


def mended(props: dict[str, Any]) -> list[dict[str, Any]]:
    """What the pack's server makes of a table."""
    request = requests.about_resources(graph_of([Declared(type=TABLE, props=props)]))
    about = next(one for one in request if one.type == TABLE)
    remediations = server([RULE]).Remediate(about, None).remediations
    return [json_format.MessageToDict(one.properties) for one in remediations]


def test_only_tags_are_ever_mended() -> None:
    assert [rule.id for rule in all_rules() if rule.remedy] == ["tags-required"]


def test_an_empty_tag_takes_the_providers_value() -> None:
    assert mended({"name": "carts", "tags": {**OWN, "project": ""}}) == [
        {"name": "carts", "tags": {**OWN, "project": "storefront"}}
    ]


def test_a_whole_resource_is_left_alone() -> None:
    assert mended({"name": "carts", "tags": OWN}) == []


def test_a_tag_that_nobody_has_a_value_for_stays_a_complaint() -> None:
    assert mended({"name": "carts", "tags": {**OWN, "owner": ""}}) == []


def test_a_secret_stays_a_secret() -> None:
    secret = {sdk.SPECIAL_SIG_KEY: sdk.SPECIAL_SECRET_SIG, "value": "hidden"}
    (props,) = mended({"name": secret, "tags": {**OWN, "project": ""}})
    assert props["name"] == secret


def test_it_runs_before_the_rule_judges() -> None:
    policies = {one.name: one for one in server([RULE]).GetAnalyzerInfo(None, None).policies}
    assert policies[RULE.id].enforcementLevel == server([RULE])._map_enforcement_level(EnforcementLevel.REMEDIATE)
