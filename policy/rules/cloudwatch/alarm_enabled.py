"""No alarm is silenced."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.alarms import ALARM, COMPOSITE

ENABLED = "actionsEnabled"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, ENABLED, default=True)):
        yield wrong(ENABLED, "true", found=False)


RULE = Rule(
    id="cloudwatch-alarm-enabled",
    on=(ALARM, COMPOSITE),
    severity=Severity.HIGH,
    controls=("CloudWatch.17",),
    why="An alarm that was silenced for a night's work stays silent",
    mend="Set actionsEnabled to true, or leave it away",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=ALARM, props={ENABLED: True}),
            Declared(type=COMPOSITE, name="state", props={ENABLED: True}),
        ],
        refused=Change(ENABLED, False),
        unknown=Change(ENABLED, None),
        absent=Absent(Remove(ENABLED), Verdict.ACCEPTED, "actions are enabled by default"),
        also_refused=[Change(ENABLED, "false", on="state")],
    ),
    breaks=[Break(on=ALARM, path=ENABLED, value=False), Break(on=COMPOSITE, path=ENABLED, value=False)],
)
