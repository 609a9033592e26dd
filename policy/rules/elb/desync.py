"""Load balancers keep ambiguous requests away from servers."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.elb._examples import BALANCER, BALANCER_PROPS
from policy.subject import Subject
from policy.values import get


def check(subject: Subject) -> Iterator[Complaint]:
    mode = get(subject.props, "desyncMitigationMode", "defensive")
    if mode not in {"defensive", "strictest"}:
        yield wrong("desyncMitigationMode", "defensive or strictest", found=mode)


RULE = Rule(
    id="elb-desync",
    on=BALANCER,
    severity=Severity.MEDIUM,
    controls=("ELB.12",),
    why="Requests that balancer and server cut apart differently poison the answers of other visitors",
    mend="Set desyncMitigationMode to strictest",
    check=check,
    examples=Examples(
        accepted=one(BALANCER, **BALANCER_PROPS),
        refused=Change("desyncMitigationMode", "monitor"),
        unknown=Change("desyncMitigationMode", None),
        absent=Absent(Remove("desyncMitigationMode"), Verdict.ACCEPTED, "AWS's default is defensive"),
        stronger=[Change("desyncMitigationMode", "strictest")],
    ),
)
