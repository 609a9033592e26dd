"""The clusters of a global database run what it runs."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.rds._examples import DATABASE, member
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import CLUSTER, GLOBAL, members


def check(subject: Subject) -> Iterator[Complaint]:
    if not members(subject):
        raise NotApplicable("because no cluster belongs to it")
    for one in members(subject):
        for prop in ("engine", "engineVersion"):
            wanted = get(subject.props, prop)
            if get(one.props, prop) != wanted:
                yield wrong(prop, f"the global database's, {wanted}", found=get(one.props, prop), at=one)


RULE = Rule(
    id="rds-global-version",
    on=GLOBAL,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A secondary of another version cannot take over in a switchover",
    mend="Take engine and engineVersion of every cluster from the global database",
    check=check,
    examples=Examples(
        accepted=[DATABASE, member("home", "eu-west-2"), member("away", "us-east-1")],
        refused=Change("engineVersion", "16.4", on="away"),
        unknown=Change("engineVersion", None, on="away"),
        absent=Absent(
            Remove("engineVersion", on="away"), Verdict.UNDECIDED, "AWS chooses the newest, which nobody knows before"
        ),
        not_applicable=[DATABASE],
        also_refused=[Change("engine", "aurora-mysql", on="home")],
    ),
    breaks=[
        Break(on=CLUSTER, path="engineVersion", value="15.4"),
        Break(on=CLUSTER, path="engine", value="aurora-mysql", also=("rds-logs-exported",)),
    ],
)
