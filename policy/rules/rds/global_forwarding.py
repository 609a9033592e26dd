"""Writes are forwarded to the writer's region where that is meant, and in all regions alike."""

from collections.abc import Iterator

from policy.examples import Change, Declared, Drop, Examples
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.rds._examples import DATABASE, member
from policy.subject import Subject
from policy.values import get, truth
from policy.views.clusters import CLUSTER, GLOBAL, clients, members

FORWARDING = "enableGlobalWriteForwarding"
SERVER = "aws:ec2/launchTemplate:LaunchTemplate"


def check(subject: Subject) -> Iterator[Complaint]:
    forwards = {one.urn: truth(get(one.props, FORWARDING)) for one in members(subject)}
    for one in members(subject):
        if not forwards[one.urn] and any(forwards.values()):
            yield wrong(FORWARDING, "true, as in the other regions: any may become a secondary", found=False, at=one)
        if forwards[one.urn] and not clients(one):
            yield wrong(FORWARDING, "servers or functions that are told of the cluster, or false", found=True, at=one)


RULE = Rule(
    id="rds-global-forwarding",
    on=GLOBAL,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Forwarding that nobody uses is one more way to write; where it is missing, orders fail after a switchover",
    mend="Forward writes in every region whose servers are given the cluster's own host, and in no other",
    check=check,
    examples=Examples(
        accepted=[
            DATABASE,
            member("home", "eu-west-2", enableGlobalWriteForwarding=True),
            member("away", "us-east-1", enableGlobalWriteForwarding=True),
            Declared(type=SERVER, name="server", links={"userData": ["home"]}),
            Declared(type=SERVER, name="away-server", links={"userData": ["away"]}),
        ],
        refused=Change(FORWARDING, False, on="away"),
        unknown=Change(FORWARDING, None, on="away"),
        absent=None,
        also_refused=[Drop("away-server")],
    ),
    breaks=[Break(on=CLUSTER, path=FORWARDING, value=False)],
)
