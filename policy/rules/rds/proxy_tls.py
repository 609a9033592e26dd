"""Whoever connects to a proxy does so over TLS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.clusters import PROXY

TLS = "requireTls"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, TLS)):
        yield wrong(TLS, "true", found=get(subject.props, TLS))


RULE = Rule(
    id="rds-proxy-tls",
    on=PROXY,
    severity=Severity.MEDIUM,
    controls=("RDS.43",),
    why="A client that connects in clear text exposes orders and tokens to the network",
    mend="Set requireTls to true",
    check=check,
    examples=Examples(
        accepted=one(PROXY, requireTls=True),
        refused=Change(TLS, False),
        unknown=Change(TLS, None),
        absent=Absent(Remove(TLS), Verdict.REFUSED, "a proxy takes clear text until it is told otherwise"),
        stronger=[Change(TLS, "true")],
    ),
)
