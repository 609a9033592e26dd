"""What customers get from a bucket stands in another region, too."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import MODELS, READ_BY_EDGE, policy_of
from policy.subject import Subject
from policy.values import get
from policy.views.buckets import (
    BUCKET,
    BUCKETS,
    COPYING,
    copied_from,
    copy_rules,
    holds_what_customers_get,
    inner,
    places,
)

TYPE = COPYING.types[0]


def check(subject: Subject) -> Iterator[Complaint]:
    if not holds_what_customers_get(subject):
        raise NotApplicable("no distribution serves it: logs, exports, packages, or files that soon go")
    found = places(subject, COPYING)
    if not found and any(one.region != subject.region for one in copied_from(subject)):
        return
    if not found:
        yield wrong("", "a BucketReplicationConfig to another region")
    for place in found:
        if all(one.region == subject.region for one in place.links(*BUCKETS)):
            yield wrong(place.path, "a bucket of this stack in another region as destination", at=place.at)
        if not any(get(rule, "status") == "Enabled" and _whole(rule) for rule in copy_rules(place)):
            yield wrong(place.path, "an enabled rule for all objects", at=place.at)


def _whole(rule: object) -> bool:
    """Whether it copies every object: by no prefix and by no tag."""
    filters = [rule, *inner(rule, "filter")]
    return not any(get(one, "prefix") or get(one, "tag") or get(one, "tags") or get(one, "and") for one in filters)


COPY = {"id": "far", "status": "Enabled", "filter": {"prefix": ""}}
TO_FAR = Declared(type=TYPE, name="copies", props={"rules": [COPY]}, links={"bucket": ["models"], "rules": ["far"]})
FAR = Declared(type=BUCKET, name="far", region="us-east-2")


def _alone(inputs: Mapping[str, Any]) -> bool:
    return len(inputs["rules"]) == 1


RULE = Rule(
    id="s3-customers-replicated",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("S3.7",),
    why="With its region a customer loses models and pages that exist nowhere else",
    mend="Replicate all of the bucket to a bucket in another region",
    check=check,
    examples=Examples(
        accepted=[MODELS, policy_of("models", READ_BY_EDGE), FAR, TO_FAR],
        refused=Change("rules[0].status", "Disabled", on="copies"),
        unknown=Change("rules[0].status", None, on="copies"),
        absent=Absent(Drop("copies"), Verdict.REFUSED, "S3 keeps a bucket in its region"),
        not_applicable=[Declared(type=BUCKET, name="logs")],
        also_refused=[
            Link("rules", ["models"], on="copies"),
            Change("rules[0].filter", {"prefix": "models/"}, on="copies"),
        ],
    ),
    breaks=[
        Break(on=TYPE, path="rules[*].filter", value={"prefix": "some/"}, where=_alone),
        Break(on=TYPE, path="rules[*].status", value="Disabled", where=_alone),
    ],
)  # fmt: skip
