"""Clients reach a cluster through a proxy."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.clusters import CLUSTER, PROXY, PROXY_TARGET


def check(subject: Subject) -> Iterator[Complaint]:
    targets = subject.users("dbClusterIdentifier", PROXY_TARGET)
    if not any(target.links("dbProxyName", PROXY) for target in targets):
        yield wrong("", "a proxy that has it for its target")


RULE = Rule(
    id="rds-proxy-in-front",
    on=CLUSTER,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Clients that connect by DNS hold on to the failed writer, so that a failover takes minutes for them",
    mend="Make the cluster the target of a Proxy",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CLUSTER),
            Declared(type=PROXY, name="proxy"),
            Declared(type=PROXY_TARGET, name="target", links={"dbClusterIdentifier": ["it"], "dbProxyName": ["proxy"]}),
        ],
        refused=Drop("target"),
        unknown=None,
        absent=Absent(Unlink("dbProxyName", on="target"), Verdict.REFUSED, "clients go to the cluster by default"),
        also_refused=[Drop("proxy")],
    ),
    breaks=[
        Break(on=PROXY_TARGET, path="dbClusterIdentifier", unlink=True),
        Break(on=PROXY_TARGET, path=""),
    ],
)
