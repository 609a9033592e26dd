"""Functions are traced."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.functions._types import FUNCTION
from policy.subject import Subject
from policy.values import get

MODE = "tracingConfig.mode"


def check(subject: Subject) -> Iterator[Complaint]:
    if get(subject.props, MODE) != "Active":
        yield wrong(MODE, "Active", found=get(subject.props, MODE))


RULE = Rule(
    id="functions-traced",
    on=FUNCTION,
    severity=Severity.LOW,
    controls=("Lambda.7",),
    why="Without a trace nobody sees in which of the services behind it a slow call waits",
    mend="Set tracingConfig.mode to Active",
    check=check,
    examples=Examples(
        accepted=one(FUNCTION, tracingConfig={"mode": "Active"}),
        refused=Change(MODE, "PassThrough"),
        unknown=Change(MODE, None),
        absent=Absent(Remove("tracingConfig"), Verdict.REFUSED, "a function passes on what its caller traces, no more"),
    ),
)
