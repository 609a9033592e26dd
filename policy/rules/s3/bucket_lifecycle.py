"""Buckets tidy up: unfinished uploads end, and replaced versions go after a while."""

from collections.abc import Iterator

from policy.examples import Absent, Add, Change, Declared, Drop, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.s3._examples import MODELS, of_bucket
from policy.subject import Subject
from policy.values import get
from policy.views.buckets import BUCKET, BUCKETS, LIFECYCLE, inner, lifecycle_rules, places

TYPE = LIFECYCLE.types[0]
UNFINISHED = "abortIncompleteMultipartUpload"
OLD = "noncurrentVersionExpiration"


def check(subject: Subject) -> Iterator[Complaint]:
    found = places(subject, LIFECYCLE)
    at, path = (found[0].at, found[0].path) if found else (None, "")
    rules = lifecycle_rules(subject)
    if not any(get(rule, UNFINISHED) or get(rule, f"{UNFINISHED}Days") for rule in rules):
        yield wrong(path, f"an enabled rule with {UNFINISHED}", at=at)
    if not any(block for rule in rules for block in inner(rule, OLD)):
        yield wrong(path, f"an enabled rule with {OLD}", at=at)


ONE = {"id": "unfinished", "status": "Enabled", "filter": {"prefix": ""}, UNFINISHED: {"daysAfterInitiation": 3}}
TWO = {"id": "old", "status": "Enabled", "filter": {"prefix": ""}, OLD: {"noncurrentDays": 90}}
INLINE = Declared(
    type=BUCKET,
    name="inline",
    props={"lifecycleRules": [{"enabled": True, f"{UNFINISHED}Days": 3, OLD: {"days": 90}}]},
)

RULE = Rule(
    id="s3-bucket-lifecycle",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.LOW,
    controls=("S3.10", "S3.13"),
    why="Parts of uploads and replaced versions, which nobody sees, are paid for and kept for ever",
    mend="Give the bucket enabled lifecycle rules that end unfinished uploads and expire noncurrent versions",
    check=check,
    examples=Examples(
        accepted=[MODELS, of_bucket(TYPE, "rules", rules=[ONE, TWO])],
        refused=Change("rules[1].status", "Disabled", on="rules"),
        unknown=Change("rules[1].status", None, on="rules"),
        absent=Absent(Drop("rules"), Verdict.REFUSED, "without rules everything is kept"),
        stronger=[Add(INLINE), Change(f"rules[1].{OLD}", {"noncurrentDays": 1}, on="rules")],
        also_refused=[Change("rules[0].status", "Disabled", on="rules"), Remove(f"rules[1].{OLD}", on="rules")],
    ),
    breaks=[
        Break(on=TYPE, path=f"rules[*].{UNFINISHED}", value=None),
        Break(on=TYPE, path=f"rules[*].{OLD}", value=None),
    ],
)
