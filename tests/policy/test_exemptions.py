"""Exemptions end, name one resource, and never pass in silence."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi_policy import EnforcementLevel

from policy import exemptions
from policy.examples import Change, Declared
from policy.exemptions import Exemption, Exemptions
from policy.levels import Levels
from policy.pack import NAME, Pack
from policy.rules.cloudfront.origin_https import RULE
from policy.serving import Servicer
from preview import requests
from tests.policy.altering import altered
from tests.policy.trial import Said, ask, graph_of

URN = "urn:pulumi:test::storefront::aws:cloudfront/distribution:Distribution::it"
TODAY = date(2030, 1, 1)


def entry(**changed: Any) -> dict[str, Any]:
    """An exemption as the file holds it."""
    whole = {"rule": RULE.id, "urn": URN, "owner": "platform", "expires": date(2030, 6, 1)}
    return {**whole, "reason": "the partner's origin speaks plain HTTP until spring", **changed}


def said_with(*entries: dict[str, Any]) -> Said:
    """What the pack says of a distribution that breaks the rule, with these exemptions."""
    declared: list[Declared] = altered(
        RULE.examples.accepted, Change("origins[0].customOriginConfig.originProtocolPolicy", "http-only")
    )
    valid = [Exemption.model_validate(one) for one in entries]
    pack = Pack(rules=[RULE], exemptions=Exemptions(valid, "test", TODAY), levels=Levels([], [RULE.id], "test"))
    Servicer.levels = pack.levels
    server = Servicer(NAME, "1.0.0", pack.policies(), EnforcementLevel.MANDATORY)
    graph = graph_of(declared)
    return ask(server, requests.about_resources(graph), requests.about_stack(graph))


def test_without_one_the_rule_complains() -> None:
    assert said_with().rules() == {RULE.id}


def test_one_takes_effect_and_is_told() -> None:
    said = said_with(entry())
    assert said.rules() == {"pack-trace"}
    assert "until 2030-06-01, platform" in said.complaints[0][2]


def test_an_expired_one_fails_and_exempts_nothing() -> None:
    said = said_with(entry(expires=date(2029, 12, 31)))
    assert said.rules() == {RULE.id, "pack-integrity"}


def test_the_last_day_still_counts() -> None:
    assert RULE.id not in said_with(entry(expires=TODAY)).rules()


def test_an_unused_one_is_reported() -> None:
    said = said_with(entry(urn=f"{URN}-other"))
    assert said.rules() == {RULE.id, "pack-trace"}
    assert any("exempts nothing" in message for _, _, message in said.complaints)


def test_another_stacks_exemption_does_not_count() -> None:
    assert said_with(entry(urn=URN.replace(":test:", ":prod:"))).rules() == {RULE.id}


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"urn": "urn:pulumi:test::storefront::aws:*::it"}, "[0].urn"),
        ({"reason": "because"}, "[0].reason"),
        ({"owner": ""}, "[0].owner"),
        ({"expires": None}, "[0].expires"),
        ({"rule": "no-such-rule"}, "[0].rule"),
        ({"severity": "low"}, "[0].severity"),
    ],
)
def test_a_faulty_file_is_refused_at_its_place(changed: dict[str, Any], where: str, tmp_path: Path) -> None:
    file = tmp_path / "exemptions.yaml"
    file.write_text(yaml.safe_dump([entry(**changed)]))
    _, faults = exemptions.read([RULE.id], file)
    assert [fault.partition(":")[0] for fault in faults] == [f"exemptions.yaml{where}"]


def test_there_are_at_most_five() -> None:
    entries, faults = exemptions.read([RULE.id])
    assert len(entries) <= 5, "more than five exemptions mean that a rule or the program is wrong"
    assert not [fault for fault in faults if "there is no rule" not in fault]
