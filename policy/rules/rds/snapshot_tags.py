"""Snapshots carry the tags of their cluster."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.clusters import CLUSTER

TAGS = "copyTagsToSnapshot"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, TAGS)):
        yield wrong(TAGS, "true", found=get(subject.props, TAGS))


RULE = Rule(
    id="rds-snapshot-tags",
    on=CLUSTER,
    severity=Severity.LOW,
    controls=("RDS.16",),
    why="A snapshot without tags has no owner, no class of data and no cost centre",
    mend="Set copyTagsToSnapshot to true",
    check=check,
    examples=Examples(
        accepted=one(CLUSTER, copyTagsToSnapshot=True),
        refused=Change(TAGS, False),
        unknown=Change(TAGS, None),
        absent=Absent(Remove(TAGS), Verdict.REFUSED, "tags stay behind until the cluster is told otherwise"),
        stronger=[Change(TAGS, "true")],
    ),
)
