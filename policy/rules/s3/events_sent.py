"""A bucket whose events somebody waits for sends them."""

import json
from collections.abc import Iterator
from typing import Any

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import MODELS, NAME, of_bucket
from policy.subject import Subject
from policy.values import each, get, plain, truth
from policy.views.buckets import BUCKETS, NOTIFICATION
from policy.views.stated import stated

EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"


def check(subject: Subject) -> Iterator[Complaint]:
    pattern = stated(subject, "eventPattern")
    awaited: Any = json.loads(pattern) if isinstance(pattern, str) else plain(pattern or {})
    if "aws.s3" not in [source for _, source in each(awaited, "source")]:
        raise NotApplicable("it waits for no events of S3")
    for _, name in each(awaited, "detail.bucket.name"):
        for bucket in subject.stack.of_type(*BUCKETS):
            if bucket.region == subject.region and stated(bucket, "bucket") == name and not _sends(bucket):
                yield wrong("eventbridge", "true, in a BucketNotification of the bucket", at=bucket)


def _sends(bucket: Subject) -> bool:
    return any(truth(get(one.props, "eventbridge")) for one in bucket.users("bucket", NOTIFICATION))


PATTERN = {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [NAME]}}}
OTHER = {"eventPattern": json.dumps({"source": ["aws.guardduty"]})}

RULE = Rule(
    id="s3-events-sent",
    on=EVENT_RULE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("S3.11",),
    why="What is uploaded is never looked at, and nobody is told",
    mend="Give the bucket a BucketNotification with eventbridge true",
    check=check,
    examples=Examples(
        accepted=[
            MODELS,
            of_bucket(NOTIFICATION, "events", eventbridge=True),
            Declared(type=EVENT_RULE, name="rule", props={"eventPattern": json.dumps(PATTERN)}),
        ],
        refused=Change("eventbridge", False, on="events"),
        unknown=Change("eventbridge", None, on="events"),
        absent=Absent(Drop("events"), Verdict.REFUSED, "a bucket sends nothing until it is told to"),
        not_applicable=[MODELS, Declared(type=EVENT_RULE, name="rule", props=OTHER)],
        stronger=[Change("eventbridge", "true", on="events")],
    ),
    breaks=[
        Break(on=NOTIFICATION, path="eventbridge", value=False),
        Break(on=NOTIFICATION, path="bucket", unlink=True),
    ],
)
