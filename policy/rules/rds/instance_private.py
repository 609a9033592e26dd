"""No database instance has a public address."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.clusters import INSTANCE

PUBLIC = "publiclyAccessible"


def check(subject: Subject) -> Iterator[Complaint]:
    if truth(get(subject.props, PUBLIC, default=True)):
        yield wrong(PUBLIC, "false", found=get(subject.props, PUBLIC))


RULE = Rule(
    id="rds-instance-private",
    on=INSTANCE,
    severity=Severity.CRITICAL,
    controls=("RDS.2",),
    why="A public address puts the database one leaked password away from the internet",
    mend="Set publiclyAccessible to false",
    check=check,
    examples=Examples(
        accepted=one(INSTANCE, publiclyAccessible=False),
        refused=Change(PUBLIC, True),
        unknown=Change(PUBLIC, None),
        absent=Absent(
            Remove(PUBLIC), Verdict.REFUSED, "without it AWS goes by whether the subnets' VPC has an internet gateway"
        ),
        stronger=[Change(PUBLIC, "false")],
    ),
)
