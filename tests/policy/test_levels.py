"""No level is lowered without a reason in the file and a trace in the output."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel

from policy import levels
from policy.exemptions import Exemptions
from policy.levels import Levels, Lowered
from policy.pack import NAME, Pack
from policy.rules.cloudfront.origin_https import RULE
from policy.serving import Servicer
from preview import requests
from tests.policy.test_exemptions import TODAY
from tests.policy.trial import Said, ask, graph_of

ENTRY = {"stack": "test", "rule": RULE.id, "level": "advisory", "reason": "the origin is a partner's until spring"}


def server_with(*entries: dict[str, Any], given: dict[str, Any] | None = None) -> Any:
    """The pack with these levels, some of them configured from outside."""
    lowered = [Lowered.model_validate(one) for one in entries]
    pack = Pack(rules=[RULE], exemptions=Exemptions([], "test", TODAY), levels=Levels(lowered, [RULE.id], "test"))
    Servicer.levels = pack.levels
    server = Servicer(NAME, "1.0.0", pack.policies(), EnforcementLevel.MANDATORY)
    if given:
        server.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=given), None)
    return server


def said_with(*entries: dict[str, Any], given: dict[str, Any] | None = None) -> Said:
    """What the pack says of a right distribution with these levels."""
    graph = graph_of(RULE.examples.accepted)
    return ask(server_with(*entries, given=given), requests.about_resources(graph), requests.about_stack(graph))


def answer_with(given: dict[str, Any]) -> Any:
    """The protocol's answer about a right stack, with these levels from outside."""
    return server_with(given=given).AnalyzeStack(requests.about_stack(graph_of(RULE.examples.accepted)), None)


def test_a_rule_is_mandatory_unless_said_otherwise() -> None:
    assert Levels([], [RULE.id], "prod").of(RULE.id) is EnforcementLevel.MANDATORY


def test_a_lowered_one_is_told_with_its_reason() -> None:
    said = said_with(ENTRY)
    assert said.rules() == {"pack-trace"}
    assert ENTRY["reason"] in said.complaints[0][2]


def test_another_stack_keeps_its_level() -> None:
    assert Levels([Lowered.model_validate(ENTRY)], [RULE.id], "prod").of(RULE.id) is EnforcementLevel.MANDATORY


@pytest.mark.parametrize("level", [proto.ADVISORY, proto.DISABLED])
def test_one_lowered_from_outside_fails(level: Any) -> None:
    said = said_with(given={RULE.id: proto.PolicyConfig(enforcementLevel=level)})
    assert said.rules() == {"pack-integrity"}
    assert RULE.id in said.complaints[0][2]


@pytest.mark.parametrize("level", [proto.ADVISORY, proto.DISABLED])
def test_all_lowered_from_outside_fails(level: Any) -> None:
    names = (RULE.id, "pack-integrity", "pack-trace")
    response = answer_with({name: proto.PolicyConfig(enforcementLevel=level) for name in names})
    assert [one.policyName for one in response.diagnostics] == ["pack-integrity"]
    assert response.diagnostics[0].enforcementLevel == proto.MANDATORY


def test_a_setting_that_a_rule_does_not_have_fails() -> None:
    config = proto.PolicyConfig(enforcementLevel=proto.MANDATORY)
    config.properties.update({"limit": 3})
    said = said_with(given={RULE.id: config})
    assert [message for _, _, message in said.complaints if f"{RULE.id}.limit" in message]


@pytest.mark.parametrize("changed", [{"reason": "so"}, {"level": "mandatory"}, {"rule": "no-such-rule"}, {"x": 1}])
def test_a_faulty_file_is_refused(changed: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "levels.yaml"
    file.write_text(yaml.safe_dump([{**ENTRY, **changed}]))
    assert len(levels.read([RULE.id], file)[1]) == 1


def test_a_stack_on_an_emulator_lowers_all_at_once() -> None:
    every = Levels([Lowered.model_validate({**ENTRY, "rule": "all"})], [RULE.id], "test")
    assert every.of(RULE.id) is EnforcementLevel.ADVISORY


def test_nothing_is_lowered_in_prod() -> None:
    entries, _ = levels.read([])
    assert not [entry for entry in entries if entry.stack == "prod"]
    assert {entry.stack for entry in entries if entry.rule == "all"} == {"local"}
