"""Small stacks of a name in DNS with its regions, for tests of what leaves a failed region."""

from dataclasses import replace
from typing import Any

from preview.graph import Node
from tests.preview.promises.small import node

CHECK = "aws:route53/healthCheck:HealthCheck"
RECORD = "aws:route53/record:Record"
NAME = "origin.shop.example.com"


def linked(made: Node, **properties: list[Node]) -> Node:
    """The same resource with properties made of other resources' outputs."""
    dependencies = {name: tuple(each.urn for each in targets) for name, targets in properties.items()}
    return replace(made, property_dependencies={**made.property_dependencies, **dependencies})


def endpoint_check(name: str, *, watches: Node | None = None, **inputs: Any) -> Node:
    """A health check of an endpoint; every 10 s, one failure suffices, unless said otherwise."""
    wanted = {"type": "HTTPS", "requestInterval": 10, "failureThreshold": 1, **inputs}
    return linked(node(CHECK, name, region=None, **wanted), fqdn=[watches] if watches else [])


def calculated(name: str, *children: Node, healthy: int, **inputs: Any) -> Node:
    """A health check that is healthy while so many of its children are."""
    made = node(CHECK, name, region=None, type="CALCULATED", childHealthThreshold=healthy, **inputs)
    return linked(made, childHealthchecks=list(children))


def record(region: str, check: Node | None, *, ttl: float | None = 10, name: str = NAME, **inputs: Any) -> Node:
    """A latency record; without a TTL an alias."""
    how = {"aliases": [{"name": f"{region}.elb.amazonaws.com"}]} if ttl is None else {"ttl": ttl}
    policy = {"setIdentifier": region, "latencyRoutingPolicies": [{"region": region}]}
    made = node(RECORD, f"{name}-{region}", region=None, name=name, type="CNAME", **policy, **how, **inputs)
    return linked(made, healthCheckId=[check]) if check else made


def two_regions(*, ttl: float | None = 10, **check: Any) -> list[Node]:
    """A name with a record and a check for each of two regions."""
    made: list[Node] = []
    for region in ("eu-west-2", "us-east-2"):
        watching = endpoint_check(f"check-{region}", **check)
        made += [watching, record(region, watching, ttl=ttl)]
    return made
