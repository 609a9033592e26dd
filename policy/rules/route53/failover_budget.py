"""A name stops leading to a region that is down within the failover budget."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Setting, Severity, wrong
from policy.subject import Subject
from policy.views.edge import BALANCER
from policy.views.edge_dns import (
    HEALTH_CHECK,
    PROPAGATION_SECONDS,
    RECORD,
    aliases,
    detection_seconds,
    follows_target,
    ttl_seconds,
)


def check(subject: Subject) -> Iterator[Complaint]:
    """Detection by Route 53's formula, and propagation, and the time that resolvers keep an answer."""
    checks = subject.links("healthCheckId", HEALTH_CHECK)
    if not checks and not follows_target(subject):
        raise NotApplicable("no health decides over it")
    detection = max((detection_seconds(one) for one in checks), default=0)
    seconds = detection + PROPAGATION_SECONDS + ttl_seconds(subject)
    limit = subject.settings["seconds"]
    if seconds > limit:
        path = "aliases" if aliases(subject) else "ttl"
        yield wrong(path, f"at most {limit:g} s from a failure to the end of the last answer", found=round(seconds, 1))


BUDGET = Setting(says="Seconds from a failure to the end of the last answer", default=30, minimum=1, maximum=600)
ENDPOINT = {"type": "HTTPS", "requestInterval": 10, "failureThreshold": 1}
RULE = Rule(
    id="route53-failover-budget",
    on=RECORD,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="Visitors are led to a region that is down for longer than was promised",
    mend="Lower the record's ttl, or the interval and threshold of its health checks, and use no alias for failover",
    check=check,
    settings={"seconds": BUDGET},
    examples=Examples(
        accepted=[
            Declared(type=RECORD, name="near", props={"ttl": 10}, links={"healthCheckId": ["both"]}),
            Declared(type=HEALTH_CHECK, name="both", links={"childHealthchecks": ["first", "second"]}),
            Declared(type=HEALTH_CHECK, name="first", props=ENDPOINT),
            Declared(type=HEALTH_CHECK, name="second", props=ENDPOINT),
            Declared(type=BALANCER, name="balancer"),
        ],
        refused=Change("failureThreshold", 2, on="second"),
        unknown=Change("ttl", None, on="near"),
        absent=Absent(Remove("requestInterval", on="first"), Verdict.REFUSED, "checkers then ask every 30 s"),
        not_applicable=[Declared(type=RECORD, props={"ttl": 3600, "type": "CAA"})],
        stronger=[Change("ttl", 0, on="near")],
        also_refused=[
            Change("ttl", 60, on="near"),
            Change("requestInterval", 30, on="first"),
            Change("aliases", [{"name": "lb.example.com", "evaluateTargetHealth": True}], on="near"),
        ],
    ),
    breaks=[
        Break(on=RECORD, path="ttl", value=60, where=lambda props: "healthCheckId" in props),
        Break(on=HEALTH_CHECK, path="failureThreshold", value=3, where=lambda props: props["type"] == "HTTPS"),
        Break(on=HEALTH_CHECK, path="requestInterval", value=30, where=lambda props: props["type"] == "HTTPS"),
    ],
)  # fmt: skip
