"""An alarm that goes off reaches somebody, or does something."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.alarms import ALARM, COMPOSITE

ACTIONS = "alarmActions"
TOPIC = "aws:sns/topic:Topic"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
DOING = ("aws:autoscaling/policy:Policy", "aws:appautoscaling/policy:Policy")


def check(subject: Subject) -> Iterator[Complaint]:
    topics = subject.links(ACTIONS, TOPIC)
    if not topics and not subject.links(ACTIONS, *DOING):
        yield wrong(ACTIONS, "a topic of this stack, or a policy that scales")
    elif topics and not any(topic.users("topic", SUBSCRIPTION) for topic in topics):
        yield wrong(ACTIONS, "a topic that somebody subscribes to")


RULE = Rule(
    id="cloudwatch-alarm-received",
    on=(ALARM, COMPOSITE),
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("CloudWatch.15",),
    why="An alarm that nobody hears leaves visitors to find out",
    mend="Send alarmActions to the alerts topic, and subscribe those on call to it",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=ALARM, links={ACTIONS: ["alerts"]}),
            Declared(type=COMPOSITE, name="state", links={ACTIONS: ["alerts"]}),
            Declared(type=TOPIC, name="alerts"),
            Declared(type=SUBSCRIPTION, name="on-call", links={"topic": ["alerts"]}),
            Declared(type=TOPIC, name="silent"),
            Declared(type=DOING[0], name="grow"),
        ],
        refused=Drop("on-call"),
        unknown=None,
        absent=Absent(Unlink(ACTIONS), Verdict.REFUSED, "an alarm does nothing by default"),
        also_refused=[Link(ACTIONS, ["silent"]), Unlink(ACTIONS, on="state")],
        stronger=[Link(ACTIONS, ["grow"]), Link(ACTIONS, ["silent", "alerts"])],
    ),
    breaks=[
        Break(on=ALARM, path=ACTIONS, unlink=True),
        Break(on=COMPOSITE, path=ACTIONS, unlink=True),
        Break(on=SUBSCRIPTION, path="topic", unlink=True),
    ],
)
