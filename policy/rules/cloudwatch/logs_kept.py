"""Logs are kept for a year."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Setting, Severity, wrong
from policy.subject import Subject
from policy.values import get

GROUP = "aws:cloudwatch/logGroup:LogGroup"
DAYS = "retentionInDays"


def check(subject: Subject) -> Iterator[Complaint]:
    least = subject.settings["days"]
    days = float(get(subject.props, DAYS, 0))
    if 0 < days < least:
        yield wrong(DAYS, f"at least {least:g}", found=days)


RULE = Rule(
    id="cloudwatch-logs-kept",
    on=GROUP,
    severity=Severity.MEDIUM,
    controls=("CloudWatch.16",),
    why="An intrusion is found after months, and the log of its first day is gone",
    mend="Raise retentionInDays",
    check=check,
    settings={"days": Setting(says="Days that logs are kept", default=365, minimum=1, maximum=3653)},
    examples=Examples(
        accepted=one(GROUP, retentionInDays=365),
        refused=Change(DAYS, 180),
        unknown=Change(DAYS, None),
        absent=Absent(Remove(DAYS), Verdict.ACCEPTED, "without it CloudWatch keeps a log for ever"),
        stronger=[Change(DAYS, 0), Change(DAYS, 731.0)],
    ),
)
