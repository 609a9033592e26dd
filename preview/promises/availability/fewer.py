"""The same stack with less of what makes it reliable, for a look at what that is worth."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from preview.graph import Node
from preview.promises.availability.buckets import ARCHIVE, DISTRIBUTION, second_buckets
from preview.promises.availability.names import RECORD
from preview.promises.availability.region import ACL_ASSOCIATION, GROUP, INSTANCE, SUBNET
from preview.promises.deployed import Deployed

SCHEDULE = "aws:autoscaling/schedule:Schedule"
TABLE = "aws:dynamodb/table:Table"


def fewer(deployed: Deployed) -> Iterator[tuple[str, Deployed]]:
    """Each change in words, and the stack after it; those that change nothing are left out."""
    yield from ((says, changed) for says, changed in _changes(deployed) if changed.graph.nodes != deployed.graph.nodes)


def _changes(deployed: Deployed) -> Iterator[tuple[str, Deployed]]:
    writer = deployed.writer_region
    others = [region for region in deployed.serving if region != writer]
    zones = max((len(each) for each in _zones(deployed).values()), default=0)
    for kept in sorted({zones - 1, 1} - {0, zones}, reverse=True):
        yield f"{kept} zone{'s' if kept > 1 else ''} in each region", _with_zones(deployed, kept)
    if others:
        yield f"without {others[-1]}", deployed.without_region(others[-1])
    if writer:
        yield f"DNS leads to {writer} alone", deployed.without(_records_elsewhere(deployed, writer))
        instances = deployed.of_type(INSTANCE, region=writer)
        yield "one database instance where the writer is", deployed.without(node.urn for node in instances[1:])
    yield "no second bucket for pages and models", deployed.without(node.urn for node in second_buckets(deployed))
    tables: dict[tuple[str, str], Any] = {(table.urn, "replicas"): None for table in deployed.of_type(TABLE)}
    yield "no replicas of the tables", deployed.altered(tables)
    yield (
        "no health checks",
        deployed.without(node.urn for node in deployed.of_type("aws:route53/healthCheck:HealthCheck")),
    )
    sizes: dict[tuple[str, str], Any] = {(node.urn, "minSize"): 1 for node in _web(deployed)}
    yield "one web server at the least", deployed.altered(sizes)
    yield "no web ACLs", _without_acls(deployed)
    yield "no archive tiers in the buckets", deployed.without(node.urn for node in deployed.of_type(ARCHIVE))


def _zones(deployed: Deployed) -> dict[str | None, list[str]]:
    """By region, the zones of its subnets."""
    found: dict[str | None, set[str]] = defaultdict(set)
    for subnet in deployed.of_type(SUBNET):
        found[subnet.region].add(str(subnet.inputs.get("availabilityZone")))
    return {region: sorted(zones) for region, zones in found.items()}


def _with_zones(deployed: Deployed, kept: int) -> Deployed:
    gone = {zone for zones in _zones(deployed).values() for zone in zones[kept:]}
    standing = [*deployed.of_type(SUBNET), *deployed.of_type(INSTANCE)]
    return deployed.without(node.urn for node in standing if node.inputs.get("availabilityZone") in gone)


def _records_elsewhere(deployed: Deployed, region: str) -> Iterator[str]:
    for record in deployed.of_type(RECORD):
        policies = record.inputs.get("latencyRoutingPolicies") or ()
        if policies and all(policy.get("region") != region for policy in policies):
            yield record.urn


def _web(deployed: Deployed) -> Iterator[Node]:
    for group in deployed.of_type(GROUP):
        if "targetGroupArns" in group.inputs:
            yield group
            for schedule in deployed.of_type(SCHEDULE):
                if group.urn in schedule.property_dependencies.get("autoscalingGroupName", ()):
                    yield schedule


def _without_acls(deployed: Deployed) -> Deployed:
    unguarded = deployed.without(node.urn for node in deployed.of_type(ACL_ASSOCIATION))
    return unguarded.altered({(node.urn, "webAclId"): None for node in deployed.of_type(DISTRIBUTION)})
