"""Configuration is recorded: everything, and in fact."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth

RECORDER = "aws:cfg/recorder:Recorder"
STATUS = "aws:cfg/recorderStatus:RecorderStatus"


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.type == STATUS:
        if not truth(subject.props["isEnabled"]):
            yield wrong("isEnabled", "true", found=False)
        return
    group = "recordingGroup" in set(subject.props)
    if group and not truth(get(subject.props, "recordingGroup.allSupported", default=True)):
        yield wrong("recordingGroup.allSupported", "true", found=False)


RULE = Rule(
    id="config-records",
    on=(RECORDER, STATUS),
    severity=Severity.MEDIUM,
    why="What is not recorded cannot be compared with what it was yesterday",
    mend="Record all supported types, and start the recorder",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=RECORDER, name="recorder", props={"roleArn": "a", "recordingGroup": {"allSupported": True}}),
            Declared(type=STATUS, name="status", props={"name": "a", "isEnabled": True}),
        ],
        refused=Change("recordingGroup.allSupported", False, on="recorder"),
        unknown=Change("recordingGroup.allSupported", None, on="recorder"),
        absent=Absent(
            Remove("recordingGroup", on="recorder"),
            Verdict.ACCEPTED,
            "a recorder without a group records all supported types",
        ),
        also_refused=[Change("isEnabled", False, on="status")],
    ),
    breaks=[
        Break(on=STATUS, path="isEnabled", value=False),
        Break(on=RECORDER, path="recordingGroup.allSupported", value=False),
    ],
)
