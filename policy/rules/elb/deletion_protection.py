"""Load balancers cannot be deleted by mistake."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.elb._examples import BALANCER, BALANCER_PROPS
from policy.subject import Subject
from policy.values import get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, "enableDeletionProtection", False)):
        yield wrong("enableDeletionProtection", "true", found=get(subject.props, "enableDeletionProtection"))


RULE = Rule(
    id="elb-deletion-protection",
    on=BALANCER,
    severity=Severity.MEDIUM,
    controls=("ELB.6", "resilience:no-deletion-protection"),
    why="One wrong command takes the only door of a region away, and its name with it",
    mend="Set enableDeletionProtection to true",
    check=check,
    examples=Examples(
        accepted=one(BALANCER, **BALANCER_PROPS),
        refused=Change("enableDeletionProtection", False),
        unknown=Change("enableDeletionProtection", None),
        absent=Absent(Remove("enableDeletionProtection"), Verdict.REFUSED, "AWS's default is no protection"),
    ),
)
