"""What a schedule could not start is kept, or somebody is told."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.functions._types import QUEUE
from policy.subject import Subject
from policy.values import get
from policy.views.alarms import ALARM, watching
from policy.views.stated import states

SCHEDULE = "aws:scheduler/schedule:Schedule"
GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup"
DROPPED = "InvocationDroppedCount"
FAILURES = "arn:aws:sqs:eu-west-2:123456789012:failures"
EXPORT = "arn:aws:scheduler:::aws-sdk:dynamodb:exportTableToPointInTime"


def check(subject: Subject) -> Iterator[Complaint]:
    if states(get(subject.props, "target"), "deadLetterConfig") and subject.links("target", QUEUE):
        return
    if not any(list(watching(group, "AWS/Scheduler", DROPPED)) for group in subject.links("groupName", GROUP)):
        yield wrong("target.deadLetterConfig", f"a queue, or an alarm on {DROPPED} of its group")


RULE = Rule(
    id="events-schedule-failures",
    on=SCHEDULE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A nightly job that was not started is missed when its result is needed",
    mend="Set target.deadLetterConfig, or put the schedule in a group with an alarm on dropped invocations",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=SCHEDULE, props={"target": {"arn": EXPORT}}, links={"groupName": ["nightly"]}),
            Declared(type=GROUP, name="nightly", props={"name": "exports"}),
            Declared(
                type=SCHEDULE, name="hourly", links={"target": ["failures"]},
                props={"target": {"arn": EXPORT, "deadLetterConfig": {"arn": FAILURES}}},
            ),
            Declared(type=QUEUE, name="failures"),
            Declared(
                type=ALARM, name="dropped",
                props={"namespace": "AWS/Scheduler", "metricName": DROPPED, "dimensions": {"ScheduleGroup": "exports"}},
            ),
        ],
        refused=Change("metricName", "InvocationAttemptCount", on="dropped"),
        unknown=Change("metricName", None, on="dropped"),
        absent=Absent(Drop("dropped"), Verdict.REFUSED, "the scheduler drops what it cannot start"),
        also_refused=[
            Drop("failures"),
            Remove("target.deadLetterConfig", on="hourly"),
            Change("dimensions.ScheduleGroup", "other", on="dropped"),
        ],
    ),
    breaks=[
        Break(on=ALARM, path="metricName", value="Other", where=lambda inputs: inputs.get("metricName") == DROPPED),
        Break(on=SCHEDULE, path="target.deadLetterConfig", value=None),
    ],
)  # fmt: skip
