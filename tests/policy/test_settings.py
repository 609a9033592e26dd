"""The pack itself holds its rules' settings to their schema: the protocol does not."""

from dataclasses import replace
from typing import Any

import pytest
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2

from policy.exemptions import Exemptions
from policy.levels import Levels
from policy.pack import Pack, all_rules
from policy.rule import Rule, Setting
from policy.rules.cloudfront.origin_timeouts import RULE as TIMEOUTS
from preview import requests
from tests.policy.test_exemptions import TODAY
from tests.policy.trial import ask, graph_of, server

OPTIONAL = Setting(says="seconds", default=30, minimum=1, maximum=60)
REQUIRED = Setting(says="days", default=None, minimum=7, maximum=35)
RULE: Rule = replace(TIMEOUTS, settings={"seconds": OPTIONAL, "days": REQUIRED})


def taken(config: dict[str, Any] | None) -> tuple[dict[str, Any], list[str]]:
    """A rule's settings and what was wrong with them."""
    pack = Pack(rules=[RULE], exemptions=Exemptions([], "test", TODAY), levels=Levels([], [RULE.id], "test"))
    return dict(pack.settings(RULE, config)), sorted(pack.faults)


def test_a_default_is_filled_in() -> None:
    assert taken({"days": 14}) == ({"seconds": 30, "days": 14}, [])


def test_a_reason_may_stand_beside_them() -> None:
    assert taken({"days": 14, "reason": "a quieter region"})[1] == []


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        (None, f"{RULE.id}.days: is required"),
        ({"days": 6}, f"{RULE.id}.days: is 6; allowed are 7 to 35"),
        ({"days": "14"}, f"{RULE.id}.days: is no number"),
        ({"days": True}, f"{RULE.id}.days: is no number"),
        ({"days": 14, "second": 3}, f"{RULE.id}.second: there is no such setting; there are days, reason, seconds"),
    ],
)
def test_a_fault_is_told_and_the_strictest_reading_taken(config: dict[str, Any] | None, fault: str) -> None:
    settings, faults = taken(config)
    assert faults == [fault]
    assert settings.keys() == RULE.settings.keys(), "a rule is judged even so"


def test_one_that_is_not_the_default_is_told() -> None:
    analyzer = server([TIMEOUTS])
    config = proto.PolicyConfig(enforcementLevel=proto.MANDATORY)
    config.properties.update({"seconds": 600, "reason": "a partner's slow origin"})
    analyzer.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig={TIMEOUTS.id: config}), None)
    graph = graph_of(TIMEOUTS.examples.accepted)
    said = ask(analyzer, requests.about_resources(graph), requests.about_stack(graph))
    ((rule, _, message),) = said.complaints
    assert rule == "pack-trace"
    assert f"{TIMEOUTS.id}.seconds is 600 in this stack: a partner's slow origin" in message


@pytest.mark.parametrize("rule", [rule for rule in all_rules() if rule.settings], ids=lambda rule: rule.id)
def test_a_rules_own_default_is_within_its_bounds(rule: Rule) -> None:
    for setting in rule.settings.values():
        assert setting.minimum <= (setting.default if setting.default is not None else setting.minimum)
        assert (setting.default or setting.minimum) <= setting.maximum
        assert len(setting.says) > 10
