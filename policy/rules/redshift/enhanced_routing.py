"""The warehouse reads and writes through our own network."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.redshift._types import WORKGROUP
from policy.subject import Subject
from policy.values import get, truth

ROUTING = "enhancedVpcRouting"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, ROUTING)):
        yield wrong(ROUTING, "true", found=get(subject.props, ROUTING))


RULE = Rule(
    id="redshift-enhanced-routing",
    on=WORKGROUP,
    severity=Severity.HIGH,
    controls=("RedshiftServerless.1",),
    why="What is loaded and unloaded passes outside our network, unseen by flow logs, endpoints and security groups",
    mend="Set enhancedVpcRouting to true",
    check=check,
    examples=Examples(
        accepted=one(WORKGROUP, enhancedVpcRouting=True),
        refused=Change(ROUTING, False),
        unknown=Change(ROUTING, None),
        absent=Absent(Remove(ROUTING), Verdict.REFUSED, "a workgroup takes AWS's own ways by default"),
        stronger=[Change(ROUTING, "true")],
    ),
)
