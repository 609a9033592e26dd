"""Load balancers check the health of servers over HTTPS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.elb._examples import TARGETS, TARGETS_PROPS
from policy.subject import Subject
from policy.values import get


def check(subject: Subject) -> Iterator[Complaint]:
    if get(subject.props, "targetType") == "lambda":
        raise NotApplicable("a function is not checked over the network")
    found = get(subject.props, "healthCheck.protocol", "HTTP")
    if found != "HTTPS":
        yield wrong("healthCheck.protocol", "HTTPS", found=found)


RULE = Rule(
    id="elb-target-checks",
    on=TARGETS,
    severity=Severity.MEDIUM,
    controls=("ELB.21",),
    why="A check in clear text says nothing of the port that visitors use, and tells listeners what runs there",
    mend="Set healthCheck.protocol to HTTPS",
    check=check,
    examples=Examples(
        accepted=one(TARGETS, **TARGETS_PROPS),
        refused=Change("healthCheck.protocol", "HTTP"),
        also_refused=[Change("healthCheck.protocol", "TCP")],
        unknown=Change("healthCheck.protocol", None),
        absent=Absent(Remove("healthCheck.protocol"), Verdict.REFUSED, "the provider's default is HTTP"),
        not_applicable=one(TARGETS, targetType="lambda"),
    ),
)
