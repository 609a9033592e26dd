"""Each recovery point is copied to another region, and kept there as long as here."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Link, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.backup._examples import DAILY_PLAN, FAR_VAULT, NEAR_VAULT
from policy.subject import Subject
from policy.values import each, get
from policy.views.stores import PLAN, VAULT

FOREVER = float("inf")
AFTER = "lifecycle.deleteAfter"


def check(subject: Subject) -> Iterator[Complaint]:
    if all(vault.region == subject.region for vault in subject.links("rules", VAULT)):
        yield wrong("rules", "copies to a vault of this stack in another region")
    for position, rule in each(subject.props, "rules"):
        copies = list(each(rule, "copyActions"))
        if not copies:
            yield wrong(f"rules[{position}].copyActions", "a copy in another region")
        for number, copy in copies:
            if _days(copy) < _days(rule):
                path = f"rules[{position}].copyActions[{number}].{AFTER}"
                yield wrong(path, f"at least {_days(rule):g} days, as the original", found=_days(copy))


def _days(rule: object) -> float:
    return float(get(rule, AFTER, FOREVER))


COPY = "rules[0].copyActions"

RULE = Rule(
    id="backup-plan-copies",
    on=PLAN,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="With a region its data and all backups of them are lost at once",
    mend="Give each rule of the plan a copy action to a vault in another region, with the same lifecycle",
    check=check,
    examples=Examples(
        accepted=[NEAR_VAULT, FAR_VAULT, DAILY_PLAN],
        refused=Change(f"{COPY}[0].{AFTER}", 7, on="plan"),
        unknown=Change(f"{COPY}[0].{AFTER}", None, on="plan"),
        absent=Absent(Remove(COPY, on="plan"), Verdict.REFUSED, "AWS Backup copies nothing by itself"),
        stronger=[Change(f"{COPY}[0].{AFTER}", 365, on="plan"), Remove(f"{COPY}[0].lifecycle", on="plan")],
        also_refused=[Link("rules", ["near"], on="plan"), Change(COPY, [], on="plan")],
    ),
    breaks=[
        Break(on=PLAN, path="rules[*].copyActions", value=None),
        Break(on=PLAN, path=f"rules[*].copyActions[*].{AFTER}", value=1),
    ],
)
