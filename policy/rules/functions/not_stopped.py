"""No function is left without concurrency."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.functions._types import FUNCTION
from policy.subject import Subject
from policy.values import get

RESERVED = "reservedConcurrentExecutions"


def check(subject: Subject) -> Iterator[Complaint]:
    if float(get(subject.props, RESERVED, -1)) == 0:
        yield wrong(RESERVED, "a number above 0, or none", found=0)


RULE = Rule(
    id="functions-not-stopped",
    on=FUNCTION,
    severity=Severity.HIGH,
    why="A function with no concurrency refuses every call, as somebody meant for an hour once",
    mend="Reserve concurrency for it, or leave the property away",
    check=check,
    examples=Examples(
        accepted=one(FUNCTION, reservedConcurrentExecutions=50),
        refused=Change(RESERVED, 0),
        unknown=Change(RESERVED, None),
        absent=Absent(Remove(RESERVED), Verdict.ACCEPTED, "without it a function shares what the account has"),
        stronger=[Change(RESERVED, -1), Change(RESERVED, 1000.0)],
    ),
    breaks=[Break(on=FUNCTION, path=RESERVED, value=0)],
)
