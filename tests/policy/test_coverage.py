"""Every control of the table has a rule, or a line that says why not."""

import csv

import pytest

from policy.pack import PACK_FOLDER, all_rules

RULES = all_rules()
RESILIENCE = {
    "spot-only-capacity",
    "keep-alive-an-hour",
    "no-fail-open-choice",
    "two-zones",
    "no-deletion-protection",
    "deletable-backups",
    "timeouts-beyond-objective",
    "reads-to-writer",
    "single-reader",
    "zone-recovery-in-one-region",
    "sessions-lost-with-region",
    "single-broker",
}


def rows(file: str) -> list[dict[str, str]]:
    """The rows of a table beside the pack."""
    with (PACK_FOLDER / file).open(encoding="utf-8", newline="") as content:
        return list(csv.DictReader(content))


CONTROLS = [row["control_id"] for row in rows("controls.csv")]
NOT_COVERED = {row["control_id"]: row["because"] for row in rows("not_covered.csv")}
COVERED = {control for rule in RULES for control in rule.controls}


@pytest.mark.parametrize("control", [*CONTROLS, *(f"resilience:{name}" for name in sorted(RESILIENCE))])
def test_a_control_has_a_rule_or_a_reason(control: str) -> None:
    assert control in COVERED or len(NOT_COVERED.get(control, "")) > 15, f"{control} has neither rule nor reason"


def test_no_control_has_both() -> None:
    assert not COVERED & NOT_COVERED.keys()


def test_no_line_is_about_a_control_that_is_not_in_the_table() -> None:
    assert NOT_COVERED.keys() <= {*CONTROLS, *(f"resilience:{name}" for name in RESILIENCE)}
