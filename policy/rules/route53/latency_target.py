"""A latency record leads to something that lives, in the region that it stands for, and its health check asks there."""

from collections.abc import Iterator
from typing import Any

from policy.examples import Absent, Change, Declared, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.edge import BALANCER
from policy.views.edge_dns import HEALTH_CHECK, RECORD, Latency, asked_regions, follows_target, latency_records

HEALTH = "healthCheckId"


def check(subject: Subject) -> Iterator[Complaint]:
    records = [one for one in latency_records(subject.stack) if one.record.urn == subject.urn]
    if not records:
        raise NotApplicable("latency does not decide over it")
    for one in records:
        yield from _judged(one)


def _judged(one: Latency) -> Iterator[Complaint]:
    if {target.region for target in one.targets} != {one.region}:
        yield wrong("records", f"a load balancer or API domain of this stack in {one.region}")
    checks = one.record.links(HEALTH, HEALTH_CHECK)
    if not checks and not follows_target(one.record):
        yield wrong(HEALTH, "a health check of this stack")
    for health in checks:
        if asked_regions(health) != {one.region}:
            yield wrong(HEALTH, f"a health check that asks in {one.region} alone")


def record(name: str, region: str) -> dict[str, Any]:
    return {"name": "origin.example.com", "setIdentifier": name, "latencyRoutingPolicies": [{"region": region}]}


RULE = Rule(
    id="route53-latency-target",
    on=RECORD,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="Visitors near a region are led to nothing, or kept from it by the failure of another",
    mend="Lead the record to its own region's load balancer or API, and give it a health check that asks there",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=RECORD, name="london", props=record("london", "eu-west-2"),
                     links={"records": ["balancer"], HEALTH: ["pages"]}),
            Declared(type=BALANCER, name="balancer"),
            Declared(type=BALANCER, name="other", region="us-east-1"),
            Declared(type=HEALTH_CHECK, name="pages", links={"fqdn": ["balancer"]}, region="us-east-1"),
        ],
        refused=Change("latencyRoutingPolicies[0].region", "us-east-1", on="london"),
        unknown=Change("latencyRoutingPolicies[0].region", None, on="london"),
        absent=Absent(Unlink(HEALTH, on="london"), Verdict.REFUSED, "Route 53 takes an unwatched record for healthy"),
        not_applicable=[Declared(type=RECORD, props={"name": "example.com", "type": "CAA", "ttl": 3600})],
        also_refused=[
            Unlink("records", on="london"), Link("records", ["other"], on="london"),
            Link("fqdn", ["other"], on="pages"),
        ],
    ),
    breaks=[
        Break(on=RECORD, path=HEALTH, unlink=True, where=lambda props: HEALTH in props),
        Break(on=RECORD, path="latencyRoutingPolicies[0].region", value="af-south-1"),
    ],
)  # fmt: skip
