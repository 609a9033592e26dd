"""The account has a trail."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.account._examples import TRAIL, trail
from policy.subject import Subject
from policy.views.ownership import ACCOUNT, leave_to_owner


def check(subject: Subject) -> Iterator[Complaint]:
    leave_to_owner(subject.stack, "trail")
    if not subject.stack.of_type(TRAIL):
        yield wrong("", "a Trail")


RULE = Rule(
    id="cloudtrail-exists",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("CloudTrail.3",),
    why="Without a trail nobody can say who did what in the account",
    mend="Create one trail for all regions",
    check=check,
    examples=Examples(
        accepted=[Declared(type=TRAIL, name="trail", props=trail())],
        refused=Drop("trail"),
        unknown=None,
        not_applicable=[Declared(type=ACCOUNT, name="account", props={"adopted": ["trail"]}, region=None)],
        absent=Absent(Drop("trail"), Verdict.REFUSED, "the event history that AWS keeps by itself ends after 90 days"),
    ),
    breaks=[Break(on=TRAIL, path="")],
)
