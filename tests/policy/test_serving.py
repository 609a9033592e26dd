"""The pack's server says what the SDK's own server says; only faster."""

import random
from datetime import date
from typing import Any

import pulumi_policy.policy as sdk
import pytest

from policy.exemptions import Exemptions
from policy.levels import Levels
from policy.pack import NAME, Pack, all_rules
from policy.serving import Base, Servicer
from preview import requests
from preview.graph import Graph

RULES = all_rules()
SAMPLE = 40
"""Resources of one comparison: the SDK's server reads each of them once a policy."""


def _said(response: Any) -> list[Any]:
    """Diagnostics in full; of what is not applicable only what a rule has said, not that a type is another's."""
    return [*response.diagnostics, *(one for one in response.not_applicable if one.reason)]


def _server(kind: Any) -> Any:
    pack = Pack(rules=RULES, exemptions=Exemptions([], "staging", date(2030, 1, 1)), levels=Levels([], [], "staging"))
    Servicer.levels = pack.levels
    return kind(NAME, "1.0.0", pack.policies(), sdk.EnforcementLevel.MANDATORY)


@pytest.fixture(scope="module")
def sample(staging: Graph) -> list[Any]:
    """Requests about resources of every type that a rule is about, some of them broken by emptying them."""
    about = requests.about_resources(staging)
    first = list({request.type: request for request in about}.values())
    chosen = random.Random(7).sample(first, min(SAMPLE, len(first)))  # noqa: S311 - a sample that can be repeated
    for request in chosen[::2]:
        request.properties.Clear()
    return chosen


def test_it_answers_about_a_resource_as_the_sdk_does(sample: list[Any]) -> None:
    theirs, ours = _server(Base), _server(Servicer)
    answers = [(_said(theirs.Analyze(one, None)), _said(ours.Analyze(one, None))) for one in sample]
    assert all(expected == got for expected, got in answers)
    assert any(expected for expected, _ in answers), "a comparison of silence with silence shows nothing"


def test_it_answers_about_a_stack_as_the_sdk_does(staging: Graph) -> None:
    asked = requests.about_stack(staging)
    kept = {node.urn for node in staging if node.type.startswith("aws:s3/") or not node.custom}
    few = type(asked)(resources=[one for one in asked.resources if one.urn in kept])
    for one in few.resources:
        if one.type == "aws:s3/bucketVersioning:BucketVersioning":
            one.properties["versioningConfiguration"] = {"status": "Suspended"}
    expected = _said(_server(Base).AnalyzeStack(few, None))
    assert _said(_server(Servicer).AnalyzeStack(few, None)) == expected
    assert expected
