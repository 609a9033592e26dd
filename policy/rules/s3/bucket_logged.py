"""Who read or wrote a bucket's objects is logged, in another bucket of its region."""

from collections.abc import Iterator

from policy.examples import Absent, Add, Declared, Drop, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import LOGS, MODELS
from policy.subject import Subject
from policy.views.buckets import BUCKET, BUCKETS, LOGGING, log_target, places, receives

TYPE = LOGGING.types[0]


def check(subject: Subject) -> Iterator[Complaint]:
    if receives(subject):
        raise NotApplicable("access logs arrive there: its own would be logs of writing logs")
    found = places(subject, LOGGING)
    if not found:
        yield wrong("", "a BucketLogging")
    for place in found:
        targets = log_target(place)
        if not targets or any(one is subject or one.region != subject.region for one in targets):
            yield wrong("targetBucket", "another bucket of this stack, in the same region", at=place.at)


TO_LOGS = Declared(type=TYPE, name="logging", links={"bucket": ["models"], "targetBucket": ["logs"]})
INLINE = Declared(
    type=BUCKET, name="inline", props={"logging": {"targetPrefix": "inline/"}}, links={"logging": ["logs"]}
)
FAR = (
    Declared(type=BUCKET, name="far", region="us-east-2"),
    Declared(type=TYPE, name="elsewhere", links={"targetBucket": ["far"]}, region="us-east-2"),
)

RULE = Rule(
    id="s3-bucket-logged",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("S3.9",),
    why="Nobody can tell afterwards who took what",
    mend="Give the bucket a BucketLogging into the region's log bucket",
    check=check,
    examples=Examples(
        accepted=[MODELS, LOGS, TO_LOGS, *FAR],
        refused=Unlink("targetBucket", on="logging"),
        unknown=None,
        absent=Absent(Drop("logging"), Verdict.REFUSED, "a bucket logs nothing until it is told where to"),
        not_applicable=[LOGS, Declared(type=TYPE, name="logging", links={"targetBucket": ["logs"]})],
        stronger=[Add(INLINE)],
        also_refused=[Link("targetBucket", ["models"], on="logging"), Link("targetBucket", ["far"], on="logging")],
    ),
    breaks=[
        Break(on=TYPE, path="bucket", unlink=True, also=("cloudtrail-bucket",)),
        Break(on=TYPE, path="targetBucket", unlink=True),
    ],
)
