"""Nobody deletes a database by mistake."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.clusters import CLUSTER, GLOBAL

PROTECTION = "deletionProtection"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, PROTECTION)):
        yield wrong(PROTECTION, "true", found=get(subject.props, PROTECTION))


RULE = Rule(
    id="rds-deletion-protected",
    on=(CLUSTER, GLOBAL),
    severity=Severity.MEDIUM,
    controls=("RDS.7",),
    why="One call deletes a database that no region has twice",
    mend="Set deletionProtection to true",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CLUSTER, props={PROTECTION: True}),
            Declared(type=GLOBAL, name="world", props={PROTECTION: True}),
        ],
        refused=Change(PROTECTION, False),
        unknown=Change(PROTECTION, None),
        absent=Absent(Remove(PROTECTION), Verdict.REFUSED, "a cluster is unprotected until it is told otherwise"),
        also_refused=[Change(PROTECTION, False, on="world"), Remove(PROTECTION, on="world")],
    ),
    breaks=[Break(on=CLUSTER, path=PROTECTION, value=False), Break(on=GLOBAL, path=PROTECTION, value=False)],
)
