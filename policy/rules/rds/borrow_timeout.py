"""A client that gets no connection learns so in time."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Setting, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import POOL

TIMEOUT = "connectionPoolConfig.connectionBorrowTimeout"
OF_AWS = 120


def check(subject: Subject) -> Iterator[Complaint]:
    longest = subject.settings["seconds"]
    if float(get(subject.props, TIMEOUT, OF_AWS)) > longest:
        yield wrong(TIMEOUT, f"at most {longest:g} s", found=get(subject.props, TIMEOUT))


RULE = Rule(
    id="rds-borrow-timeout",
    on=POOL,
    severity=Severity.MEDIUM,
    why="While a writer fails over, requests that wait two minutes for a connection fill every server",
    mend="Set connectionBorrowTimeout below the failover budget",
    check=check,
    settings={
        "seconds": Setting(says="Seconds a client may wait for a connection", default=30, minimum=0, maximum=300)
    },
    examples=Examples(
        accepted=one(POOL, connectionPoolConfig={"connectionBorrowTimeout": 30}),
        refused=Change(TIMEOUT, 31),
        unknown=Change(TIMEOUT, None),
        absent=Absent(Remove("connectionPoolConfig"), Verdict.REFUSED, "AWS lets a client wait 120 seconds"),
        stronger=[Change(TIMEOUT, 0.0)],
    ),
)
