"""Threat detection is switched on."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth

DETECTOR = "aws:guardduty/detector:Detector"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, "enable", default=True)):
        yield wrong("enable", "true", found=get(subject.props, "enable"))


RULE = Rule(
    id="guardduty-on",
    on=DETECTOR,
    severity=Severity.HIGH,
    controls=("GuardDuty.1",),
    why="A detector that is suspended sees nothing and says so to nobody",
    mend="Enable the detector",
    check=check,
    examples=Examples(
        accepted=one(DETECTOR, enable=True),
        refused=Change("enable", False),
        unknown=Change("enable", None),
        absent=Absent(
            Remove("enable"), Verdict.ACCEPTED, "the provider enables a detector that does not say otherwise"
        ),
        also_refused=[Change("enable", "false")],
    ),
    breaks=[Break(on=DETECTOR, path="enable", value=False)],
)
