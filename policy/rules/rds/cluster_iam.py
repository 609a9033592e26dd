"""Whoever connects to a cluster may prove who they are by IAM."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.clusters import CLUSTER

IAM = "iamDatabaseAuthenticationEnabled"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, IAM)):
        yield wrong(IAM, "true", found=get(subject.props, IAM))


RULE = Rule(
    id="rds-cluster-iam",
    on=CLUSTER,
    severity=Severity.MEDIUM,
    controls=("RDS.12",),
    why="Without IAM every client needs a password that somebody has to keep and change",
    mend="Set iamDatabaseAuthenticationEnabled to true",
    check=check,
    examples=Examples(
        accepted=one(CLUSTER, iamDatabaseAuthenticationEnabled=True),
        refused=Change(IAM, False),
        unknown=Change(IAM, None),
        absent=Absent(Remove(IAM), Verdict.REFUSED, "a cluster takes passwords alone until it is told otherwise"),
        stronger=[Change(IAM, "true")],
    ),
)
