"""Every rule, by the examples beside it: accepted, refused one value away, unknown, absent, not applicable."""

import csv
import re

import pytest

from policy.examples import Change, Verdict
from policy.pack import PACK_FOLDER, all_rules
from policy.rule import Rule, Scope
from preview.graph import UNKNOWN
from tests.policy.altering import altered
from tests.policy.trial import said_of, verdict

RULES = all_rules()
every_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])


@every_rule
def test_it_accepts_what_is_right(rule: Rule) -> None:
    said = said_of(rule, rule.examples.accepted)
    assert verdict(rule, rule.examples.accepted) is Verdict.ACCEPTED, said


@every_rule
def test_it_refuses_what_is_one_value_away(rule: Rule) -> None:
    for alteration in (rule.examples.refused, *rule.examples.also_refused):
        assert verdict(rule, altered(rule.examples.accepted, alteration)) is Verdict.REFUSED, alteration


@every_rule
def test_its_message_names_resource_expectation_and_remedy(rule: Rule) -> None:
    declared = altered(rule.examples.accepted, rule.examples.refused)
    for _, _, message in said_of(rule, declared).complaints:
        assert rule.mend in message
        assert "expected: " in message
        assert any(one.name in message for one in declared) or "the stack" in message


@every_rule
def test_an_unknown_value_is_undecided(rule: Rule) -> None:
    unknown = rule.examples.unknown
    if unknown is None:
        assert not isinstance(rule.examples.refused, Change), "a rule about a value says what an unknown one means"
        return
    hidden = altered(rule.examples.accepted, Change(unknown.path, UNKNOWN, on=unknown.on))
    assert verdict(rule, hidden) is Verdict.UNDECIDED


@every_rule
def test_what_is_absent_counts_as_awss_own_default(rule: Rule) -> None:
    absent = rule.examples.absent
    if absent is not None:
        assert len(absent.because) > 10
        assert verdict(rule, altered(rule.examples.accepted, absent.change)) is absent.verdict, absent.because


@every_rule
def test_it_leaves_alone_what_it_is_not_about(rule: Rule) -> None:
    if rule.examples.not_applicable:
        assert verdict(rule, rule.examples.not_applicable) is Verdict.NOT_APPLICABLE


@every_rule
def test_more_than_it_asks_for_passes(rule: Rule) -> None:
    for alteration in rule.examples.stronger:
        assert verdict(rule, altered(rule.examples.accepted, alteration)) is Verdict.ACCEPTED, alteration


@pytest.mark.parametrize("rule", [r for r in RULES if r.scope is Scope.STACK], ids=lambda rule: rule.id)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_resources_changes_nothing(rule: Rule, seed: int) -> None:
    refused = altered(rule.examples.accepted, rule.examples.refused)
    assert verdict(rule, rule.examples.accepted, shuffled=seed) is Verdict.ACCEPTED
    assert said_of(rule, refused, shuffled=seed) == said_of(rule, refused)


@every_rule
def test_it_says_what_it_is_for(rule: Rule) -> None:
    with (PACK_FOLDER / "controls.csv").open(encoding="utf-8") as file:
        known = {row["control_id"] for row in csv.DictReader(file)}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    named = {control for control in rule.controls if not control.startswith("resilience:")}
    assert named <= known, "a control is named as the table names it"
    assert len(rule.why) > 20
    assert len(rule.mend) > 10
    assert not (rule.why + rule.mend).count(". "), "one sentence each"
    assert not rule.why.endswith("."), "the message adds the stop"
    assert not rule.mend.endswith("."), "the message adds the stop"
