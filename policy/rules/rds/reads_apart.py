"""Reads go to the readers."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import ENDPOINT, PROXY, clients

ROLE = "targetRole"
SERVER = "aws:ec2/launchTemplate:LaunchTemplate"


def check(subject: Subject) -> Iterator[Complaint]:
    endpoints = [one for one in subject.users("dbProxyName", ENDPOINT) if get(one.props, ROLE) == "READ_ONLY"]
    if not endpoints:
        yield wrong("", "a ProxyEndpoint with targetRole READ_ONLY")
    elif not any(clients(endpoint) for endpoint in endpoints):
        yield wrong("", "servers or functions that are told of its READ_ONLY endpoint", at=endpoints[0])


RULE = Rule(
    id="rds-reads-apart",
    on=PROXY,
    scope=Scope.STACK,
    controls=("resilience:reads-to-writer",),
    severity=Severity.MEDIUM,
    why="Reads that go to the writer leave the readers idle and slow every order down",
    mend="Give the proxy a READ_ONLY endpoint, and its host to whoever reads",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=PROXY),
            Declared(type=ENDPOINT, name="reads", props={ROLE: "READ_ONLY"}, links={"dbProxyName": ["it"]}),
            Declared(type=SERVER, name="server", links={"userData": ["reads"]}),
        ],
        refused=Change(ROLE, "READ_WRITE", on="reads"),
        unknown=Change(ROLE, None, on="reads"),
        absent=Absent(Drop("reads"), Verdict.REFUSED, "a proxy's own endpoint leads to the writer"),
        also_refused=[Drop("server")],
    ),
    breaks=[
        Break(on=ENDPOINT, path=ROLE, value="READ_WRITE"),
        Break(on=ENDPOINT, path=""),
    ],
)
