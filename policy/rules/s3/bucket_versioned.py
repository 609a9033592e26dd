"""Buckets keep former versions of their objects."""

from collections.abc import Iterator

from policy.examples import Absent, Add, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import MODELS, of_bucket
from policy.subject import Subject
from policy.views.buckets import BUCKET, BUCKETS, VERSIONING, places, versioned

TYPE = VERSIONING.types[0]
STATUS = VERSIONING.path


def check(subject: Subject) -> Iterator[Complaint]:
    found = places(subject, VERSIONING)
    if not found:
        yield wrong("", "a BucketVersioning with status Enabled")
    for place in found:
        if not versioned(place):
            yield wrong(place.path, "Enabled", at=place.at)


RULE = Rule(
    id="s3-bucket-versioned",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("S3.14",),
    why="Without versions an object that is overwritten or deleted is gone",
    mend="Give the bucket a BucketVersioning with status Enabled",
    check=check,
    examples=Examples(
        accepted=[MODELS, of_bucket(TYPE, "versions", versioningConfiguration={"status": "Enabled"})],
        refused=Change(STATUS, "Suspended", on="versions"),
        unknown=Change(STATUS, None, on="versions"),
        absent=Absent(Drop("versions"), Verdict.REFUSED, "a bucket is unversioned until it is told otherwise"),
        stronger=[Add(Declared(type=BUCKET, name="inline", props={"versioning": {"enabled": True}}))],
        also_refused=[Add(Declared(type=BUCKET, name="inline", props={"versioning": {"enabled": False}}))],
    ),
    breaks=[Break(on=TYPE, path=STATUS, value="Suspended")],
)
