"""Buckets behind a distribution are read by way of CloudFront alone."""

from collections.abc import Iterator

from policy.documents import statements
from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.cloudfront._examples import SERVER
from policy.subject import Subject
from policy.views.buckets import DOCUMENT, places
from policy.views.edge import BUCKET, DISTRIBUTION
from policy.views.roles import EQUALITY, account_in, accounts, is_ours

POLICY = "aws:s3/bucketPolicy:BucketPolicy"
CLOUDFRONT = ("Service", "cloudfront.amazonaws.com")
READ = "s3:GetObject"


def check(subject: Subject) -> Iterator[Complaint]:
    buckets = subject.links("origins", BUCKET)
    if not buckets:
        raise NotApplicable("no origin of it is a bucket of this stack")
    for bucket in buckets:
        yield from _closed(bucket)


def _closed(bucket: Subject) -> Iterator[Complaint]:
    policies, ours = places(bucket, DOCUMENT), accounts(bucket)
    allowed = [
        (place.at, one) for place in policies for one in statements(place.value) if one.allows and one.covers(READ)
    ]
    if not any(CLOUDFRONT in one.principals for _, one in allowed):
        at = policies[0].at if policies else bucket
        yield wrong("policy", f"an Allow of {READ} to cloudfront.amazonaws.com", at=at)
    for policy, one in allowed:
        if set(one.principals) != {CLOUDFRONT}:
            yield wrong("policy", f"no Allow of {READ} to anybody but cloudfront.amazonaws.com", at=policy)
        elif not (arns := one.condition("aws:SourceArn", *EQUALITY)) or not all(
            is_ours(account_in(a), ours) for a in arns
        ):
            yield wrong("policy", "a condition on aws:SourceArn, which names our distributions", at=policy)


DISTRIBUTIONS = "arn:aws:cloudfront::123456789012:distribution/*"
THEIRS = "arn:aws:cloudfront::999999999999:distribution/*"
OURS = {"ArnLike": {"aws:SourceArn": DISTRIBUTIONS}}
ALLOW = {"Effect": "Allow", "Principal": {"Service": CLOUDFRONT[1]}, "Action": READ, "Resource": "*"}
RULE = Rule(
    id="edge-origin-bucket",
    on=DISTRIBUTION,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="Who reads the bucket itself, or by a distribution of a stranger, is stopped and logged by nobody",
    mend="Let the bucket's policy allow s3:GetObject to cloudfront.amazonaws.com alone, bound by aws:SourceArn",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site", links={"origins": ["near"]}),
            Declared(type=BUCKET, name="near"),
            Declared(type=POLICY, name="readers", links={"bucket": ["near"]},
                     props={"policy": {"Statement": [{**ALLOW, "Condition": OURS}]}}),
        ],
        refused=Change("policy", {"Statement": [ALLOW]}, on="readers"),
        unknown=Change("policy", None, on="readers"),
        absent=Absent(Drop("readers"), Verdict.REFUSED, "a bucket without a policy lets CloudFront read nothing"),
        not_applicable=[Declared(type=DISTRIBUTION, props={"origins": [SERVER]})],
        also_refused=[
            Unlink("bucket", on="readers"),
            Change("policy.Statement[0].Principal", {"AWS": "*"}, on="readers"),
            Change("policy.Statement[0].Condition", {"ArnLike": {"aws:SourceArn": "arn:*"}}, on="readers"),
            Change("policy.Statement[0].Condition.ArnLike", {"aws:SourceArn": [DISTRIBUTIONS, THEIRS]}, on="readers"),
        ],
    ),
    breaks=[
        Break(on=POLICY, path="policy::Statement[2].Condition", value=None, also=("iam-grant-bound",),
              where=lambda props: "ReadByDistributions" in props["policy"]),
    ],
)  # fmt: skip
