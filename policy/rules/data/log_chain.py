"""Each log ends in a bucket or log group of ours that keeps it, and out of which nobody deletes."""

from collections.abc import Iterator

from policy.documents import statements
from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Setting, Severity, wrong
from policy.rules.s3._examples import of_bucket, policy_of
from policy.subject import Subject
from policy.views.buckets import (
    BUCKET,
    BUCKETS,
    DOCUMENT,
    LIFECYCLE,
    LOCK,
    POLICY,
    TRAIL,
    expiry_days,
    on_every_object,
    places,
    retentions,
)
from policy.views.stated import stated
from policy.views.stores import LOAD_BALANCER, LOG_GROUP

SOURCES = {
    TRAIL: ("s3BucketName", "cloudWatchLogsGroupArn"),
    "aws:apigatewayv2/stage:Stage": ("accessLogSettings",),
    "aws:cfg/deliveryChannel:DeliveryChannel": ("s3BucketName",),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": ("deliveryDestinationConfiguration",),
    "aws:ec2/flowLog:FlowLog": ("logDestination",),
    LOAD_BALANCER: ("accessLogs", "connectionLogs"),
    "aws:route53/queryLog:QueryLog": ("cloudwatchLogGroupArn",),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": ("logDestinationConfigs",),
}
DELETE = ("s3:DeleteObject", "s3:DeleteObjectVersion")


def check(subject: Subject) -> Iterator[Complaint]:
    written = [prop for prop in SOURCES[subject.type] if subject.links(prop) or stated(subject, prop) is not None]
    if not written:
        raise NotApplicable("it writes no log, which the rule of its service judges")
    for prop in written:
        ends = subject.links(prop, LOG_GROUP, *BUCKETS)
        if not ends:
            yield wrong(prop, "a bucket or log group of this stack")
        for end in ends:
            yield from _kept(end, subject.settings["days"])


def _kept(end: Subject, least: float) -> Iterator[Complaint]:
    days = [float(stated(end, "retentionInDays") or 0)] if end.type == LOG_GROUP else expiry_days(end)
    if any(0 < one < least for one in days):
        yield wrong(
            "retentionInDays" if end.type == LOG_GROUP else "", f"logs kept {least:g} days", found=min(days), at=end
        )
    if end.type in BUCKETS and not (any(retentions(place) for place in places(end, LOCK)) or _denies_deletion(end)):
        yield wrong("", f"an object lock, or a policy that denies {' and '.join(DELETE)} to all", at=end)


def _denies_deletion(bucket: Subject) -> bool:
    denials = [one for place in places(bucket, DOCUMENT) for one in statements(place.value) if not one.allows]
    anybody = [one for one in denials if one.names_anyone and not one.not_principals and not one.conditions]
    sweeping = [one for one in anybody if on_every_object(one)]
    return all(any(one.covers(action) for one in sweeping) for action in DELETE)


LOCKED = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": list(DELETE), "Resource": "arn:aws:s3:::logs/*"}
EXPIRE = {"id": "expire", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 30}}

RULE = Rule(
    id="data-log-chain",
    on=tuple(SOURCES),
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="After a break-in there is nothing to read: the log went elsewhere, was too short, or was deleted",
    mend="Write to a bucket or group of this stack, keep it long enough, and lock the bucket",
    check=check,
    settings={"days": Setting(says="Days that any log is kept", default=14, minimum=1, maximum=3653)},
    examples=Examples(
        accepted=[
            Declared(type=LOG_GROUP, name="group", props={"retentionInDays": 14}), Declared(type=BUCKET, name="logs"),
            policy_of("logs", LOCKED), of_bucket(LIFECYCLE.types[0], "rules", bucket="logs", rules=[EXPIRE]),
            Declared(type="aws:ec2/flowLog:FlowLog", name="flow", links={"logDestination": ["group"]}),
            Declared(type=LOAD_BALANCER, name="front", links={"accessLogs": ["logs"]}),
        ],
        refused=Change("retentionInDays", 7, on="group"),
        unknown=Change("rules[0].expiration.days", None, on="rules"),
        absent=Absent(Remove("retentionInDays", on="group"), Verdict.ACCEPTED, "what has no end is kept for ever"),
        not_applicable=[Declared(type=LOAD_BALANCER, name="silent")],
        stronger=[Change("retentionInDays", 365.0, on="group"), Drop("rules")],
        also_refused=[
            Change("rules[0].expiration.days", 13, on="rules"), Drop("logs-policy"),
            Link("accessLogs", ["flow"], on="front"),
            Change("policy::Statement[0].Action", DELETE[0], on="logs-policy"),
            Change("policy::Statement[0].Resource", "arn:aws:s3:::logs/old/*", on="logs-policy"),
            Change("logDestination", "arn:aws:s3:::elsewhere", on="flow"),
        ],
    ),
    breaks=[
        Break(on=LOG_GROUP, path="retentionInDays", value=1, where=lambda inputs: "flow-logs" in str(inputs["name"])),
        Break(
            on=POLICY, path="policy::Statement[6].Action", value="s3:DeleteObject",
            where=lambda inputs: "s3:DeleteObjectVersion" in str(inputs.get("policy")),
        ),
    ],
)  # fmt: skip
