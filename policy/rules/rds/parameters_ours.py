"""A cluster goes by parameters of ours."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.clusters import CLUSTER, PARAMETERS

GROUP = "dbClusterParameterGroupName"


def check(subject: Subject) -> Iterator[Complaint]:
    if not subject.links(GROUP, PARAMETERS):
        yield wrong(GROUP, "a ClusterParameterGroup of this stack")


RULE = Rule(
    id="rds-parameters-ours",
    on=CLUSTER,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("RDS.38",),
    why="AWS's own parameter group lets clients in without TLS, and nobody can change it",
    mend="Give the cluster the parameter group that forces TLS",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CLUSTER, links={GROUP: ["parameters"]}),
            Declared(type=PARAMETERS, name="parameters"),
        ],
        refused=Unlink(GROUP),
        unknown=None,
        absent=Absent(Unlink(GROUP), Verdict.REFUSED, "AWS takes the default group of the engine's version"),
    ),
    breaks=[Break(on=CLUSTER, path=GROUP, unlink=True)],
)
