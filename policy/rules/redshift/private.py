"""The warehouse has no public address."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.redshift._types import WORKGROUP
from policy.subject import Subject
from policy.values import get, truth

PUBLIC = "publiclyAccessible"


def check(subject: Subject) -> Iterator[Complaint]:
    if truth(get(subject.props, PUBLIC, default=False)):
        yield wrong(PUBLIC, "false", found=get(subject.props, PUBLIC))


RULE = Rule(
    id="redshift-private",
    on=WORKGROUP,
    severity=Severity.HIGH,
    controls=("RedshiftServerless.3",),
    why="A public address puts all orders one leaked password away from the internet",
    mend="Set publiclyAccessible to false",
    check=check,
    examples=Examples(
        accepted=one(WORKGROUP, publiclyAccessible=False),
        refused=Change(PUBLIC, True),
        unknown=Change(PUBLIC, None),
        absent=Absent(Remove(PUBLIC), Verdict.ACCEPTED, "a workgroup is private until it is told otherwise"),
    ),
)
