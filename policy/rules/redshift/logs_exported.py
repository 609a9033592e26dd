"""The warehouse tells who came and what they asked."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.redshift._types import NAMESPACE
from policy.subject import Subject
from policy.values import each

LOGS = "logExports"
NEEDED = {"connectionlog", "userlog"}


def check(subject: Subject) -> Iterator[Complaint]:
    missing = NEEDED - {str(log) for _, log in each(subject.props, LOGS)}
    if missing:
        yield wrong(LOGS, f"{' and '.join(sorted(missing))} among them")


RULE = Rule(
    id="redshift-logs-exported",
    on=NAMESPACE,
    severity=Severity.MEDIUM,
    controls=("RedshiftServerless.6",),
    why="Nobody can tell afterwards who connected, and whose rights were changed",
    mend="Export connectionlog and userlog",
    check=check,
    examples=Examples(
        accepted=one(NAMESPACE, logExports=["connectionlog", "userlog"]),
        refused=Change(LOGS, ["userlog"]),
        unknown=Change(LOGS, None),
        absent=Absent(Remove(LOGS), Verdict.REFUSED, "nothing is exported by default"),
        stronger=[Change(LOGS, ["useractivitylog", "userlog", "connectionlog"])],
    ),
)
