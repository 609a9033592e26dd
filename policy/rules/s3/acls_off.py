"""Lists of grants are switched off: whoever writes an object, it is the bucket owner's."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Drop, Examples, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.buckets import OWNERSHIP

PATH = "rule.objectOwnership"


def check(subject: Subject) -> Iterator[Complaint]:
    if get(subject.props, PATH) != "BucketOwnerEnforced":
        yield wrong(PATH, "BucketOwnerEnforced", found=get(subject.props, PATH))


RULE = Rule(
    id="s3-acls-off",
    on=OWNERSHIP,
    severity=Severity.MEDIUM,
    controls=("S3.12",),
    why="A list of grants on one object opens it past every policy",
    mend="Set objectOwnership to BucketOwnerEnforced",
    check=check,
    examples=Examples(
        accepted=one(OWNERSHIP, rule={"objectOwnership": "BucketOwnerEnforced"}),
        refused=Change(PATH, "ObjectWriter"),
        unknown=Change(PATH, None),
        absent=Absent(Drop("it"), Verdict.NOT_APPLICABLE, "since April 2023 new buckets have ACLs switched off"),
        also_refused=[Change(PATH, "BucketOwnerPreferred")],
    ),
)
