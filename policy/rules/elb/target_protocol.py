"""Load balancers speak to servers over an encrypted protocol."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.elb._examples import TARGETS, TARGETS_PROPS
from policy.subject import Subject
from policy.values import get

ENCRYPTED = {"HTTPS", "TLS", "QUIC", "TCP_QUIC"}
FORWARDED = {"lambda", "alb"}


def check(subject: Subject) -> Iterator[Complaint]:
    if get(subject.props, "targetType") in FORWARDED:
        raise NotApplicable("its targets are no servers: functions are called over TLS, a load balancer ends it")
    found = get(subject.props, "protocol")
    if found not in ENCRYPTED:
        yield wrong("protocol", "HTTPS", found=found)


RULE = Rule(
    id="elb-target-protocol",
    on=TARGETS,
    severity=Severity.MEDIUM,
    controls=("ELB.22",),
    why="In the network between balancer and server sessions and orders would travel in clear text",
    mend="Set protocol to HTTPS and let the servers end TLS",
    check=check,
    examples=Examples(
        accepted=one(TARGETS, **TARGETS_PROPS),
        refused=Change("protocol", "HTTP"),
        also_refused=[Change("protocol", "TCP"), Remove("protocol")],
        unknown=Change("protocol", None),
        absent=Absent(Remove("targetType"), Verdict.ACCEPTED, "AWS's default type is instance, and it has a protocol"),
        not_applicable=one(TARGETS, targetType="lambda"),
        stronger=[Change("protocol", "TLS")],
    ),
    breaks=[Break(on=TARGETS, path="protocol", value="HTTP")],
)
