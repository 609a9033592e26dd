"""The account, and each bucket by itself, has a block of public access."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import MODELS, of_bucket
from policy.subject import Subject
from policy.views.buckets import ACCOUNT_BLOCK, BLOCK, BUCKETS
from policy.views.ownership import adopted


def check(subject: Subject) -> Iterator[Complaint]:
    if not subject.stack.of_type(ACCOUNT_BLOCK) and "public_access_block" not in adopted(subject.stack):
        yield wrong("", "an AccountPublicAccessBlock")
    for bucket in subject.stack.of_type(*BUCKETS):
        if not bucket.users("bucket", BLOCK):
            yield wrong("", "a BucketPublicAccessBlock", at=bucket)


RULE = Rule(
    id="s3-public-access-everywhere",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("S3.1", "S3.8"),
    why="Without a block a bucket that somebody opens by hand is public at once",
    mend="Declare an AccountPublicAccessBlock, and a BucketPublicAccessBlock for each bucket",
    check=check,
    examples=Examples(
        accepted=[MODELS, of_bucket(BLOCK, "block"), Declared(type=ACCOUNT_BLOCK, name="account")],
        refused=Unlink("bucket", on="block"),
        unknown=None,
        absent=Absent(Drop("account"), Verdict.REFUSED, "an account has no block until it is given one"),
        also_refused=[Drop("block")],
    ),
    breaks=[Break(on=BLOCK, path="bucket", unlink=True, also=("cloudtrail-bucket",))],
)
