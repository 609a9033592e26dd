"""Connections of clients to a load balancer do not outlive the health of a region."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Setting, Severity, wrong
from policy.rules.elb._examples import BALANCER, BALANCER_PROPS
from policy.subject import Subject
from policy.values import get

AWS_DEFAULT_SECONDS = 3600


def check(subject: Subject) -> Iterator[Complaint]:
    found = get(subject.props, "clientKeepAlive", AWS_DEFAULT_SECONDS)
    if found > subject.settings["seconds"]:
        yield wrong("clientKeepAlive", f"at most {subject.settings['seconds']:g} seconds", found=found)


RULE = Rule(
    id="elb-keep-alive",
    on=BALANCER,
    severity=Severity.MEDIUM,
    controls=("resilience:keep-alive-an-hour",),
    why="A client whose connection stays open keeps a region that has left DNS; AWS's default is an hour",
    mend="Set clientKeepAlive to 600 seconds or less",
    check=check,
    settings={
        "seconds": Setting(says="Longest life of a connection, in seconds", default=600, minimum=60, maximum=3600)
    },
    examples=Examples(
        accepted=one(BALANCER, **BALANCER_PROPS),
        refused=Change("clientKeepAlive", 3600),
        unknown=Change("clientKeepAlive", None),
        absent=Absent(Remove("clientKeepAlive"), Verdict.REFUSED, "AWS's default is 3600 seconds"),
        stronger=[Change("clientKeepAlive", 60.0)],
    ),
)
