"""Load balancers drop headers that are not valid HTTP."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.elb._examples import BALANCER, BALANCER_PROPS
from policy.subject import Subject
from policy.values import get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, "dropInvalidHeaderFields", False)):
        yield wrong("dropInvalidHeaderFields", "true", found=get(subject.props, "dropInvalidHeaderFields"))


RULE = Rule(
    id="elb-invalid-headers",
    on=BALANCER,
    severity=Severity.MEDIUM,
    controls=("ELB.4",),
    why="A malformed header that two parsers read differently smuggles a second request behind the first",
    mend="Set dropInvalidHeaderFields to true",
    check=check,
    examples=Examples(
        accepted=one(BALANCER, **BALANCER_PROPS),
        refused=Change("dropInvalidHeaderFields", False),
        unknown=Change("dropInvalidHeaderFields", None),
        absent=Absent(Remove("dropInvalidHeaderFields"), Verdict.REFUSED, "AWS's default passes them on"),
    ),
)
