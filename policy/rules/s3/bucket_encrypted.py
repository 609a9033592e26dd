"""Each bucket encrypts by a KMS key of ours that stands beside it, where what writes into it can."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import LOGS, MODELS
from policy.subject import Subject
from policy.views.buckets import BUCKETS, ENCRYPTION, LOGGING, algorithms, places, receives
from policy.views.keys import KEY, keys

TYPE = ENCRYPTION.types[0]
KMS = ("aws:kms", "aws:kms:dsse")
ALGORITHM = "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"


def check(subject: Subject) -> Iterator[Complaint]:
    if receives(subject):
        raise NotApplicable("access logs arrive there: load balancers and S3 write theirs under keys of S3 only")
    found = places(subject, ENCRYPTION)
    if not found:
        yield wrong("", "a BucketServerSideEncryptionConfiguration with a KMS key")
    for place in found:
        weaker = [one for one in algorithms(place) if one not in KMS]
        if weaker or not algorithms(place):
            yield wrong(place.path, "aws:kms", found=weaker[0] if weaker else None, at=place.at)
        elif not any(key.region == subject.region for key in keys(place.at, place.prop)):
            yield wrong(place.path, "a key of this stack in the bucket's region", at=place.at)


DEFAULT = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}
ENCRYPTED = Declared(type=TYPE, name="sse", props={"rules": [DEFAULT]}, links={"bucket": ["models"], "rules": ["key"]})
TO_LOGS = Declared(type=LOGGING.types[0], name="logging", links={"bucket": ["models"], "targetBucket": ["logs"]})

RULE = Rule(
    id="s3-bucket-encrypted",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("S3.17",),
    why="Under a key of S3's own everybody who may read the bucket may read its objects, and no key can be taken away",
    mend="Encrypt the bucket by the region's KMS key",
    check=check,
    examples=Examples(
        accepted=[
            MODELS, LOGS, ENCRYPTED, TO_LOGS,
            Declared(type=KEY, name="key"), Declared(type=KEY, name="far", region="us-east-2"),
        ],
        refused=Change(ALGORITHM, "AES256", on="sse"),
        unknown=Change(ALGORITHM, None, on="sse"),
        absent=Absent(Drop("sse"), Verdict.REFUSED, "S3 then encrypts by itself, under a key of its own"),
        not_applicable=[LOGS, Declared(type=LOGGING.types[0], name="logging", links={"targetBucket": ["logs"]})],
        stronger=[Change(ALGORITHM, "aws:kms:dsse", on="sse")],
        also_refused=[Unlink("rules", on="sse"), Link("rules", ["far"], on="sse"), Drop("logging")],
    ),
    breaks=[
        Break(
            on=TYPE, path=ALGORITHM, value="AES256",
            where=lambda inputs: "aws:kms" in str(inputs["rules"]),
        ),
        Break(on=TYPE, path="rules", unlink=True, where=lambda inputs: "aws:kms" in str(inputs["rules"])),
    ],
)  # fmt: skip
