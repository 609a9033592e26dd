"""The trail's bucket is private, and says who reads it."""

from collections.abc import Iterator

from policy.documents import document, statements
from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.account._examples import TRAIL, trail
from policy.subject import Subject
from policy.values import get, truth

BUCKET = "aws:s3/bucket:Bucket"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
BLOCKED = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def check(subject: Subject) -> Iterator[Complaint]:
    buckets = subject.links("s3BucketName", BUCKET)
    if not buckets:
        yield wrong("s3BucketName", "a bucket of this stack")
    for bucket in buckets:
        yield from _private(bucket)
        if not bucket.users("bucket", LOGGING):
            yield wrong("", "a BucketLogging: who read the trail is part of it", at=bucket)


def _private(bucket: Subject) -> Iterator[Complaint]:
    blocks = bucket.users("bucket", BLOCK)
    if not blocks:
        yield wrong("", "a BucketPublicAccessBlock", at=bucket)
    for block in blocks:
        for prop in BLOCKED:
            if not truth(get(block.props, prop, default=False)):
                yield wrong(prop, "true", found=get(block.props, prop), at=block)
    for policy in bucket.users("bucket", POLICY):
        if any(one.open_to_strangers for one in statements(get(policy.props, "policy"))):
            yield wrong("policy", "no statement for everybody", at=policy)


OPEN = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
CLOSED = {**OPEN, "Principal": {"Service": "cloudtrail.amazonaws.com"}}

RULE = Rule(
    id="cloudtrail-bucket",
    on=TRAIL,
    scope=Scope.STACK,
    severity=Severity.CRITICAL,
    controls=("CloudTrail.6", "CloudTrail.7"),
    why="Who reads the trail knows the account; who reads it unseen was never there",
    mend="Block public access to the trail's bucket and log access to it",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=BUCKET, name="logs"),
            Declared(type=BLOCK, name="access", props=dict.fromkeys(BLOCKED, True), links={"bucket": ["logs"]}),
            Declared(type=POLICY, name="policy", props={"policy": document(CLOSED)}, links={"bucket": ["logs"]}),
            Declared(type=LOGGING, name="logging", links={"bucket": ["logs"]}),
            Declared(type=TRAIL, name="trail", props=trail(s3BucketName=None), links={"s3BucketName": ["logs"]}),
        ],
        refused=Change("restrictPublicBuckets", False, on="access"),
        unknown=Change("restrictPublicBuckets", None, on="access"),
        absent=Absent(Drop("access"), Verdict.REFUSED, "what a bucket does not block an account's setting may allow"),
        also_refused=[
            Drop("logging"), Unlink("s3BucketName", on="trail"), Change("policy", document(OPEN), on="policy"),
        ],
    ),
    breaks=[Break(on=TRAIL, path="s3BucketName", unlink=True)],
)  # fmt: skip
