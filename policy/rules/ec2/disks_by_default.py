"""Encryption of new disks is switched on wherever it is declared."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth

DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, "enabled", True)):
        yield wrong("enabled", "true", found=False)


RULE = Rule(
    id="ec2-disks-by-default",
    on=DEFAULT,
    severity=Severity.MEDIUM,
    controls=("EC2.7",),
    why="A disk that nobody thought of, of a test or a restored snapshot, lies there in clear text",
    mend="Set enabled to true",
    check=check,
    examples=Examples(
        accepted=one(DEFAULT, enabled=True),
        refused=Change("enabled", False),
        unknown=Change("enabled", None),
        absent=Absent(Remove("enabled"), Verdict.ACCEPTED, "the resource switches it on unless it is told not to"),
    ),
)
