"""A group behind a load balancer replaces the servers that fail its health checks."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.autoscaling._fleet import GROUP, fleet, serves
from policy.subject import Subject
from policy.values import get


def check(subject: Subject) -> Iterator[Complaint]:
    if not serves(subject):
        raise NotApplicable("no load balancer checks its servers")
    found = str(get(subject.props, "healthCheckType"))
    if "ELB" not in found.split(","):
        yield wrong("healthCheckType", "ELB", found=found)


RULE = Rule(
    id="autoscaling-balancer-health",
    on=GROUP,
    scope=Scope.STACK,
    severity=Severity.LOW,
    controls=("AutoScaling.1",),
    why="A server that is running and answers nobody stays, and its zone is short of it for good",
    mend="Set healthCheckType to ELB",
    check=check,
    examples=Examples(
        accepted=fleet(),
        refused=Change("healthCheckType", "EC2", on="web"),
        unknown=Change("healthCheckType", None, on="web"),
        absent=Absent(
            Remove("healthCheckType", on="web"),
            Verdict.UNDECIDED,
            "AWS's default is EC2; at the end of a preview what is not set reads as unknown, which is never passed",
        ),
        not_applicable=[one for one in fleet() if one.name == "workers"],
    ),
    breaks=[
        Break(on=GROUP, path="healthCheckType", value="EC2", where=lambda group: group["healthCheckType"] == "ELB"),
    ],
)
