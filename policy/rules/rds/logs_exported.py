"""A cluster's log outlives its instances."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import each, get
from policy.views.clusters import CLUSTER

EXPORTS = "enabledCloudwatchLogsExports"
NEEDED = {"aurora-postgresql": "postgresql", "postgres": "postgresql"}


def check(subject: Subject) -> Iterator[Complaint]:
    needed = NEEDED.get(str(get(subject.props, "engine")), "audit")
    if needed not in [log for _, log in each(subject.props, EXPORTS)]:
        yield wrong(EXPORTS, f"the {needed} log among them")


RULE = Rule(
    id="rds-logs-exported",
    on=CLUSTER,
    severity=Severity.MEDIUM,
    controls=("RDS.37",),
    why="A log that stays on the instance is gone with it, and so is who did what",
    mend="Export the engine's log to CloudWatch",
    check=check,
    examples=Examples(
        accepted=one(CLUSTER, engine="aurora-postgresql", enabledCloudwatchLogsExports=["postgresql"]),
        refused=Change(EXPORTS, []),
        unknown=Change(EXPORTS, None),
        absent=Absent(Remove(EXPORTS), Verdict.REFUSED, "nothing is exported by default"),
        also_refused=[Change("engine", "aurora-mysql")],
        stronger=[Change(EXPORTS, ["instance", "postgresql"])],
    ),
)
