"""The trail's files are encrypted with our key, validated, and followed by a log group."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.account._examples import TRAIL, trail
from policy.subject import Subject
from policy.values import get, truth

WANTED = {"kmsKeyId": "a key of ours", "cloudWatchLogsGroupArn": "a log group, which alarms can read"}


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, "enableLogFileValidation", default=False)):
        yield wrong("enableLogFileValidation", "true", found=get(subject.props, "enableLogFileValidation"))
    stated = set(subject.props)  # a key's ARN is unknown before it exists; that one is stated is enough
    for prop, wanted in WANTED.items():
        if prop not in stated:
            yield wrong(prop, wanted)


RULE = Rule(
    id="cloudtrail-sealed",
    on=TRAIL,
    severity=Severity.MEDIUM,
    controls=("CloudTrail.2", "CloudTrail.4", "CloudTrail.5"),
    why="A trail that can be read, altered without a trace, or that no alarm follows, is no evidence",
    mend="Give the trail a key, log file validation and a log group",
    check=check,
    examples=Examples(
        accepted=one(TRAIL, **trail()),
        refused=Change("enableLogFileValidation", False),
        unknown=Change("enableLogFileValidation", None),
        absent=Absent(Remove("kmsKeyId"), Verdict.REFUSED, "without a key of ours S3's own key encrypts the files"),
        also_refused=[Remove("enableLogFileValidation"), Remove("cloudWatchLogsGroupArn")],
    ),
    breaks=[
        Break(on=TRAIL, path="enableLogFileValidation", value=False),
        Break(on=TRAIL, path="kmsKeyId"),
        Break(on=TRAIL, path="cloudWatchLogsGroupArn"),
    ],
)
