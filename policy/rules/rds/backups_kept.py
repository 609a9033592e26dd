"""A cluster can be restored to any moment of the last days."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Setting, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import CLUSTER

RETENTION = "backupRetentionPeriod"


def check(subject: Subject) -> Iterator[Complaint]:
    least = subject.settings["days"]
    if float(get(subject.props, RETENTION, 1)) < least:
        yield wrong(RETENTION, f"at least {least:g} days", found=get(subject.props, RETENTION))


RULE = Rule(
    id="rds-backups-kept",
    on=CLUSTER,
    severity=Severity.MEDIUM,
    controls=("RDS.50",),
    why="A fault in the data that is found after a long weekend cannot be undone",
    mend="Raise backupRetentionPeriod",
    check=check,
    settings={"days": Setting(says="Days that must be restorable", default=7, minimum=1, maximum=35)},
    examples=Examples(
        accepted=one(CLUSTER, backupRetentionPeriod=7),
        refused=Change(RETENTION, 6),
        unknown=Change(RETENTION, None),
        absent=Absent(Remove(RETENTION), Verdict.REFUSED, "AWS keeps one day by default"),
        stronger=[Change(RETENTION, 35.0)],
    ),
)
