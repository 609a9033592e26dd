"""What people and machines are told of the pack's verdicts."""

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from pulumi.runtime import proto
from rich.console import Console

from policy.exemptions import Exemption
from preview import junit, sarif, verdicts
from preview.policies import Finding, Open, Verdicts

URN = "urn:pulumi:prod::storefront::aws:s3/bucket:Bucket::eu-west-2-assets-models"
GRAVE = Finding(
    rule="s3-bucket-not-public", severity="critical", level="mandatory", urn=URN,
    message="eu-west-2-assets-models, policy: expected: no stranger. Close it.", source="components/storage.py:80",
)  # fmt: skip
SLIGHT = Finding(rule="s3-bucket-versioned", severity="low", level="advisory", urn=URN, message="Keep versions.")
TRACE = Finding(rule="pack-trace", severity="medium", level="advisory", urn=URN, message="exempted from x until …")
UNKNOWN = Open(rule="s3-bucket-tls-only", urn=URN, type="aws:s3/bucket:Bucket", path="policy", allowed=None)
ALLOWED = replace(UNKNOWN, allowed="AWS makes up the name")
EXEMPTION = Exemption(
    rule="s3-bucket-logged", urn=URN, reason="logs of logs would never end", owner="platform", expires=date(2030, 5, 31)
)


def said(*findings: Finding, undecided: tuple[Open, ...] = ()) -> Verdicts:
    """Verdicts of a pack of four rules."""
    names = ("s3-bucket-not-public", "s3-bucket-versioned", "s3-bucket-tls-only", "pack-trace")
    rules: dict[str, Any] = {
        name: proto.PolicyInfo(
            name=name, description=f"Why {name}", remediation_steps="Mend it", severity=proto.POLICY_SEVERITY_CRITICAL
        )
        for name in names
    }
    decided = Counter({"s3-bucket-not-public": 28, "s3-bucket-versioned": 28, "s3-bucket-tls-only": 27})
    return Verdicts(rules=rules, findings=list(findings), open=list(undecided), decided=decided)


def printed(made: Verdicts) -> str:
    """The printed report."""
    console = Console(file=io.StringIO(), width=200, highlight=False)
    verdicts.show(console, made, [EXEMPTION], seconds=1.5)
    file: Any = console.file
    return file.getvalue()


def test_one_line_says_how_it_stands() -> None:
    assert printed(said(GRAVE, SLIGHT, undecided=(ALLOWED,))).splitlines()[0] == (
        "policies: 3 rules, 83 decided, 0 not applicable, 1 undecided (1 allowed), 2 complaints (1 advisory), "
        "1 exemptions (the next ends on 2030-05-31), 1.5 s"
    )


def test_the_gravest_comes_first_with_its_line_of_code() -> None:
    lines = printed(said(SLIGHT, GRAVE)).splitlines()
    assert lines[1].split()[0] == "critical"
    assert lines[1].endswith("components/storage.py:80")
    assert lines[2].startswith("  low (advisory)")


def test_advisory_complaints_of_one_rule_take_two_lines() -> None:
    lines = printed(said(*[SLIGHT] * 40)).splitlines()
    assert len(lines) == 3
    assert "39 more" in lines[2]


def test_mandatory_complaints_are_all_shown() -> None:
    assert printed(said(*[GRAVE] * 3)).count("s3-bucket-not-public") == 3


def test_what_was_left_out_is_told() -> None:
    text = printed(said(TRACE, undecided=(UNKNOWN,)))
    assert "note  pack-trace" in text
    assert "undecided  s3-bucket-tls-only" in text
    assert "policy/undecided.yaml" in text


@pytest.mark.parametrize(
    ("made", "failed"),
    [
        (said(), False),
        (said(SLIGHT, TRACE), False),
        (said(GRAVE), True),
        (said(undecided=(ALLOWED,)), False),
        (said(undecided=(UNKNOWN,)), True),
    ],
)
def test_it_fails_for_what_is_mandatory_or_undecided_without_leave(made: Verdicts, failed: bool) -> None:
    assert made.failed is failed


def results(made: Verdicts) -> list[dict[str, Any]]:
    """The results of the SARIF log, as they are written."""
    log = json.loads(json.dumps(sarif.described(made)))
    assert log["version"] == "2.1.0"
    assert {one["ruleId"] for one in log["runs"][0]["results"]} <= {
        rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]
    }
    return log["runs"][0]["results"]


def test_sarif_points_at_the_resource_and_its_line() -> None:
    (result,) = results(said(GRAVE))
    (place,) = result["locations"]
    assert result["level"] == "error"
    assert place["logicalLocations"][0]["fullyQualifiedName"] == URN
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "components/storage.py", "uriBaseId": "SRCROOT"}
    assert place["physicalLocation"]["region"] == {"startLine": 80}


def test_sarif_has_a_file_for_every_result() -> None:
    stackwide = replace(GRAVE, urn="", source=None)
    for result in results(said(SLIGHT, stackwide, TRACE, undecided=(UNKNOWN,))):
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == "__main__.py"


def test_sarif_tells_levels_apart() -> None:
    levels = {one["ruleId"]: one["level"] for one in results(said(GRAVE, SLIGHT, TRACE, undecided=(UNKNOWN, ALLOWED)))}
    assert levels == {
        "s3-bucket-not-public": "error",
        "s3-bucket-versioned": "warning",
        "pack-trace": "note",
        "s3-bucket-tls-only": "error",
    }


def test_sarif_knows_a_complaint_again() -> None:
    first, second = results(said(GRAVE))[0], results(said(SLIGHT, replace(GRAVE, source="components/storage.py:99")))[1]
    assert first["partialFingerprints"] == second["partialFingerprints"], "a moved line is no new complaint"


def test_junit_has_a_case_a_rule() -> None:
    suite = Xml.fromstring(junit.text(said(GRAVE, SLIGHT, undecided=(UNKNOWN,)), "prod"))  # noqa: S314 - our own text
    outcome = {case.get("name"): case[0].tag if len(case) else "passed" for case in suite}
    assert outcome == {
        "s3-bucket-not-public": "failure",
        "s3-bucket-versioned": "passed",
        "s3-bucket-tls-only": "error",
        "pack-trace": "passed",
    }
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "1")


def test_junit_says_that_a_rule_had_nothing_to_judge() -> None:
    made = said()
    made.decided["s3-bucket-versioned"] = 0
    suite = Xml.fromstring(junit.text(made, "prod"))  # noqa: S314 - our own text
    assert [case.get("name") for case in suite if len(case) and case[0].tag == "skipped"] == ["s3-bucket-versioned"]
