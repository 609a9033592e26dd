"""Load balancers log every request."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.elb._examples import BALANCER, BALANCER_PROPS
from policy.subject import Subject
from policy.values import get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, "accessLogs.enabled", False)):
        yield wrong("accessLogs.enabled", "true", found=get(subject.props, "accessLogs.enabled"))


RULE = Rule(
    id="elb-access-logs",
    on=BALANCER,
    severity=Severity.MEDIUM,
    controls=("ELB.5",),
    why="Without them nobody can say what an attacker asked for, or why visitors were turned away",
    mend="Set accessLogs with enabled true and the bucket of logs",
    check=check,
    examples=Examples(
        accepted=one(BALANCER, **BALANCER_PROPS),
        refused=Change("accessLogs.enabled", False),
        unknown=Change("accessLogs.enabled", None),
        absent=Absent(Remove("accessLogs.enabled"), Verdict.REFUSED, "a bucket alone switches nothing on"),
    ),
)
