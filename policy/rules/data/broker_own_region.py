"""No region waits for another region's broker: buses, queues and topics stand beside who uses them."""

from collections.abc import Iterator, Sequence

from pulumi_policy.proxy import UnknownValueError

from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.stores import BUS, QUEUE, TOPIC

RULE_TYPE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
SCHEDULE = "aws:scheduler/schedule:Schedule"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
ENDS = {
    RULE_TYPE: ("eventBusName",),
    TARGET: ("arn", "eventBusName", "deadLetterConfig"),
    MAPPING: ("eventSourceArn", "functionName"),
    SCHEDULE: ("target",),
    SUBSCRIPTION: ("topic", "endpoint"),
    BUS: ("deadLetterConfig",),
    QUEUE: ("redrivePolicy",),
}
NAMED = {TARGET: "arn", MAPPING: "eventSourceArn", SCHEDULE: "target.arn"}
"""Where an ARN may stand as text."""

PARTIES = (BUS, QUEUE, TOPIC, "aws:lambda/function:Function", "aws:lambda/alias:Alias")


def check(subject: Subject) -> Iterator[Complaint]:
    linked = {prop: subject.links(prop, *PARTIES) for prop in ENDS[subject.type]}
    for prop, parties in linked.items():
        if any(party.region != subject.region for party in parties):
            yield wrong(prop, "a bus, queue, topic or function of its own region")
    path = NAMED.get(subject.type, "")
    region = _region(subject, path, linked.get(path.partition(".")[0], []))
    if region and region != subject.region:
        yield wrong(path, "an ARN in its own region")


def _region(subject: Subject, path: str, linked: Sequence[Subject]) -> str:
    """The region of an ARN that stands there as text; of one that is not known yet, what it is made of says it."""
    try:
        return f"{get(subject.props, path) if path else ''}:::::".split(":")[3]
    except UnknownValueError:
        if linked:
            return ""
        raise


RULE = Rule(
    id="data-broker-own-region",
    on=tuple(ENDS),
    scope=Scope.STACK,
    controls=("resilience:single-broker",),
    severity=Severity.HIGH,
    why="With one region's broker all regions stop working off what they were told",
    mend="Give each region a bus, queues and topics of its own, and stay within them",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=QUEUE, name="jobs"),
            Declared(type=QUEUE, name="far-jobs", region="us-east-2"),
            Declared(type=TARGET, name="target", links={"arn": ["jobs"]}),
            Declared(type=MAPPING, name="feed", links={"eventSourceArn": ["jobs"]}),
            Declared(type=TARGET, name="named", props={"arn": "arn:aws:sns:eu-west-2:123456789012:alerts"}),
            Declared(type=SCHEDULE, name="export", props={"target": {"arn": "arn:aws:scheduler:::aws-sdk:rds:x"}}),
        ],
        refused=Change("arn", "arn:aws:sqs:us-east-2:123456789012:jobs", on="target"),
        unknown=Change("arn", None, on="target"),
        absent=Absent(Drop("feed"), Verdict.ACCEPTED, "who consumes nothing waits for nobody"),
        also_refused=[Link("arn", ["far-jobs"], on="target"), Link("eventSourceArn", ["jobs", "far-jobs"], on="feed")],
    ),
    breaks=[
        Break(on=TARGET, path="arn", value="arn:aws:sqs:us-west-1:123456789012:elsewhere"),
        Break(on=MAPPING, path="eventSourceArn", value="arn:aws:sqs:us-west-1:123456789012:elsewhere"),
    ],
)
