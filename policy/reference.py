"""`python -m policy.reference`: writes docs/policies.md, every rule and every control without one, from the pack."""

import csv
from collections.abc import Iterable
from pathlib import Path

from policy.pack import PACK_FOLDER, all_rules
from policy.rule import Rule

PAGE = PACK_FOLDER.parent / "docs" / "policies.md"
HEAD = """# Policies

Every rule of the pack, and every control of `policy/controls.csv` that has none, with the reason. Written by
`make policies` from the rules; do not edit.

A rule is mandatory in every stack unless `policy/levels.yaml` lowers it with a reason. How to read a complaint, to
exempt one resource or to write a rule: [runbooks/policies.md](runbooks/policies.md).
"""


def page() -> str:
    """The whole page."""
    rules = all_rules()
    with (PACK_FOLDER / "not_covered.csv").open(encoding="utf-8", newline="") as file:
        left_out = sorted((row["control_id"], row["because"]) for row in csv.DictReader(file))
    parts = [HEAD, f"{len(rules)} rules, {len({c for rule in rules for c in rule.controls})} controls.\n"]
    for service in sorted({_service(rule) for rule in rules}):
        parts += [f"## {service}\n", _table(rule for rule in rules if _service(rule) == service)]
    rows = [f"| {control} | {because} |" for control, because in left_out]
    return "\n".join([*parts, "## Not covered\n", "| control | because |", "|---|---|", *rows, ""])


def _table(rules: Iterable[Rule]) -> str:
    rows = [
        f"| `{rule.id}` | {rule.severity.value} | {', '.join(rule.controls) or '–'} | {rule.why}. {rule.mend}. |"
        for rule in rules
    ]
    return "\n".join(["| rule | severity | controls | why, and how to mend |", "|---|---|---|---|", *rows, ""])


def _service(rule: Rule) -> str:
    return rule.id.partition("-")[0]


def main(file: Path = PAGE) -> None:
    """Write the page."""
    file.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
