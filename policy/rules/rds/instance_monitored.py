"""Instances publish what their operating system measures."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import INSTANCE

INTERVAL = "monitoringInterval"


def check(subject: Subject) -> Iterator[Complaint]:
    if float(get(subject.props, INTERVAL, 0)) <= 0:
        yield wrong(INTERVAL, "1 to 60 seconds", found=get(subject.props, INTERVAL))


RULE = Rule(
    id="rds-instance-monitored",
    on=INSTANCE,
    severity=Severity.LOW,
    controls=("RDS.6",),
    why="Without the operating system's figures nobody sees which process holds a slow instance up",
    mend="Set monitoringInterval to 60 seconds or less, and a monitoringRoleArn",
    check=check,
    examples=Examples(
        accepted=one(INSTANCE, monitoringInterval=60),
        refused=Change(INTERVAL, 0),
        unknown=Change(INTERVAL, None),
        absent=Absent(Remove(INTERVAL), Verdict.REFUSED, "enhanced monitoring is off by default"),
        stronger=[Change(INTERVAL, 1.0)],
    ),
)
