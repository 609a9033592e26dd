"""What the audit trail has written nobody deletes before its time, not even its owner."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Setting, Severity, wrong
from policy.rules.s3._examples import of_bucket
from policy.subject import Subject
from policy.values import get
from policy.views.buckets import BUCKET, BUCKETS, LIFECYCLE, LOCK, TRAIL, expiry_days, places, retentions

TYPE = LOCK.types[0]
DAYS = "rule.defaultRetention.days"
A_YEAR = 365


def check(subject: Subject) -> Iterator[Complaint]:
    if not subject.users("s3BucketName", TRAIL):
        raise NotApplicable("no audit trail writes there")
    least = subject.settings["days"]
    locks = places(subject, LOCK)
    held = [(place, _days(retention)) for place in locks for retention in retentions(place)]
    for place in locks:
        if any(get(retention, "mode") != "COMPLIANCE" for retention in retentions(place)):
            yield wrong(place.path, "mode COMPLIANCE, which nobody can lift", at=place.at)
    if not held:
        yield wrong("", f"a BucketObjectLockConfiguration of at least {least:g} days")
    for place, days in held:
        if days < least:
            yield wrong(place.path, f"at least {least:g} days", found=days, at=place.at)
        if any(expiry < days for expiry in expiry_days(subject)):
            yield wrong("lifecycle rules", "no expiry before the lock ends, which could not delete anything")


def _days(retention: object) -> float:
    return float(get(retention, "days", 0)) + A_YEAR * float(get(retention, "years", 0))


WRITER = Declared(type=TRAIL, name="trail", links={"s3BucketName": ["audit"]})
AUDIT = Declared(type=BUCKET, name="audit", props={"objectLockEnabled": True})
RULES = [{"id": "expire", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 400}}]

RULE = Rule(
    id="s3-audit-locked",
    on=BUCKETS,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("S3.15",),
    why="Whoever breaks in deletes the record of having done so",
    mend="Give the trail's bucket an object lock with a default retention, and let nothing expire before it",
    check=check,
    settings={"days": Setting(says="Days that the audit trail is locked", default=90, minimum=1, maximum=36500)},
    examples=Examples(
        accepted=[
            WRITER,
            AUDIT,
            of_bucket(TYPE, "lock", bucket="audit", rule={"defaultRetention": {"mode": "COMPLIANCE", "days": 365}}),
            of_bucket(LIFECYCLE.types[0], "rules", bucket="audit", rules=RULES),
        ],
        refused=Change(DAYS, 30, on="lock"),
        unknown=Change(DAYS, None, on="lock"),
        absent=Absent(Drop("lock"), Verdict.REFUSED, "without a default retention objects are not locked"),
        not_applicable=[Declared(type=BUCKET, name="models")],
        stronger=[Change("rule.defaultRetention", {"mode": "COMPLIANCE", "years": 1.0}, on="lock")],
        also_refused=[
            Remove(DAYS, on="lock"),
            Change("rule.defaultRetention.mode", "GOVERNANCE", on="lock"),
            Change("rules[0].expiration.days", 364, on="rules"),
        ],
    ),
    breaks=[Break(on=TYPE, path=DAYS, value=1), Break(on=TYPE, path="bucket", unlink=True, also=("data-log-chain",))],
)
