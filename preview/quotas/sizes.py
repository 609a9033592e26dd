"""Quotas that follow from how large things may grow: fleets at their largest, readers, concurrency, throttles."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from preview.facts import fact
from preview.facts.quotas import quota
from preview.graph import Node
from preview.promises.capacity import fleets
from preview.promises.capacity.limits.api import STAGE, reservation
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure
from preview.quotas.need import Need

FUNCTION = "aws:lambda/function:Function"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
LISTENER = "aws:lb/listener:Listener"
CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
SCALING = "aws:appautoscaling/target:Target"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
SECURITY_RULES = {
    "ingress": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "egress": "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
}
SUBNET = "aws:ec2/subnet:Subnet"
GATEWAY = "aws:ec2/natGateway:NatGateway"
IN_EVERY_ZONE = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:rds/proxy:Proxy",
    "aws:rds/proxyEndpoint:ProxyEndpoint",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
)

STANDARD = frozenset({"a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"})
GRAPHICS = frozenset({"g", "gr", "vt"})
"""Families whose processors these quotas count, by the letters before the generation; others have their own quotas."""


def sized(deployed: Deployed) -> Iterator[Need]:
    """What every such quota must grant, of each region."""
    regions = sorted({node.region for node in deployed.graph if node.custom and node.region})
    of_region: tuple[Callable[[Deployed, str], Iterator[Need]], ...] = (
        processors,
        targets,
        interfaces,
        rules,
        instances,
        executions,
        bursts,
    )
    for region in regions:
        for each in of_region:
            yield from each(deployed, region)


def processors(deployed: Deployed, region: str) -> Iterator[Need]:
    """Processors of the fleets at their largest, on demand and on spot, were all of the largest type."""
    parts: dict[str, dict[str, Figure]] = defaultdict(dict)
    for group in deployed.of_type(fleets.GROUP, region=region):
        family = _class(deployed, group)
        uses: dict[str, Quantity] = {
            "servers": _grown(deployed, group),
            "base": fleets.on_demand_base(deployed, group),
            "percent": fleets.on_demand_percent(deployed, group),
            "processors": fleets.most_processors(deployed, group),
        }
        on_demand = "(min(base, servers) + max(servers - base, 0) * percent / 100) * processors"
        spot = "max(servers - base, 0) * (1 - percent / 100) * processors"
        for way, formula in (("on_demand", on_demand), ("spot", spot)):
            needed = figure(f"processors of {group.name}", "vCPUs", Kind.BOUND, formula, **uses)
            parts[f"ec2.{family}_{way}"][group.name] = needed
    for identifier, by_group in parts.items():
        yield _need(identifier, region, "", by_group)


def targets(deployed: Deployed, region: str) -> Iterator[Need]:
    """Servers behind a load balancer, and in a target group, at their largest number."""
    behind: dict[str, dict[str, dict[str, Quantity]]] = defaultdict(lambda: defaultdict(dict))
    for group in fleets.of_web(deployed, region):
        for target_group in deployed.references(group, "targetGroupArns"):
            grown = _grown(deployed, group)
            behind["elb.targets_of_group"][target_group.name][group.name] = grown
            for balancer in _balancers(deployed, target_group):
                behind["elb.targets"][balancer.name][group.name] = grown
    for identifier, holders in behind.items():
        for holder, parts in holders.items():
            yield _need(identifier, region, holder, parts)


def interfaces(deployed: Deployed, region: str) -> Iterator[Need]:
    """Network interfaces of a region, were all in one zone: of servers, databases and what stands in each zone."""
    by_zone = {str(node.inputs.get("availabilityZone")): node for node in deployed.of_type(SUBNET, region=region)}
    if not by_zone:
        return
    standing = [node for token in IN_EVERY_ZONE for node in deployed.of_type(token, region=region)]
    standing = [node for node in standing if node.inputs.get("vpcEndpointType", "Interface") == "Interface"]
    parts: dict[str, Quantity] = {
        node.name: _grown(deployed, node) for node in deployed.of_type(fleets.GROUP, region=region)
    }
    parts["in every zone"] = figure(
        "in every zone", "interfaces", Kind.BOUND, "each * zones",
        each=deployed.count(standing, "in every zone"), zones=deployed.count(list(by_zone.values()), "zones"),
    )  # fmt: skip
    parts["gateways"] = deployed.count(deployed.of_type(GATEWAY, region=region), "NAT gateways")
    parts |= {need.quota.id: need.needed for need in instances(deployed, region)}
    yield _need("vpc.network_interfaces", region, "", parts)


def rules(deployed: Deployed, region: str) -> Iterator[Need]:
    """Rules of each security group; a prefix list counts for as many as the largest that AWS manages."""
    for group in deployed.of_type(SECURITY_GROUP, region=region):
        for direction, token in SECURITY_RULES.items():
            every = deployed.of_type(token, region=region)
            own = [node for node in every if group in deployed.references(node, "securityGroupId")]
            lists = [node for node in own if node.inputs.get("prefixListId")]
            plain = [node for node in own if node not in lists]
            inline = _inline(group, direction)
            needed = figure(
                "rules", "rules", Kind.BOUND, "plain + inline + lists * weight",
                plain=deployed.count(plain, "rules", of=group),
                inline=Reading(value=inline, unit="rules", urn=group.urn, path=f"number of {direction}"),
                lists=deployed.count(lists, "prefix lists", of=group),
                weight=fact("vpc.prefix_list_rules"),
            )  # fmt: skip
            found = quota("vpc.security_group_rules", region)
            yield Need(quota=found, region=region, of=f"{group.name}, {direction}", needed=needed)


def instances(deployed: Deployed, region: str) -> Iterator[Need]:
    """Database instances, with as many readers as scaling may add."""
    parts: dict[str, Quantity] = {}
    for cluster in deployed.of_type(CLUSTER, region=region):
        declared = [
            node
            for node in deployed.of_type(INSTANCE, region=region)
            if cluster in deployed.references(node, "clusterIdentifier")
        ]
        uses: dict[str, Quantity] = {"declared": deployed.count(declared, "instances", of=cluster)}
        formula = "declared"
        for target in deployed.of_type(SCALING, region=region):
            if cluster in deployed.references(target, "resourceId"):
                uses["readers"] = deployed.number(target, "maxCapacity", "readers")
                formula = "max(declared, readers + 1)"
        parts[cluster.name] = figure(cluster.name, "instances", Kind.BOUND, formula, **uses)
    if parts:
        yield _need("rds.instances", region, "", parts)


def executions(deployed: Deployed, region: str) -> Iterator[Need]:
    """Concurrency that functions reserve, and what must stay unreserved for the others."""
    declared = deployed.of_type(FUNCTION, region=region)
    if not declared:
        return
    reserved = {node.name: found for node in declared if (found := reservation(deployed, node)) is not None}
    yield _need("lambda.concurrency", region, "", {**reserved, "unreserved": fact("lambda.unreserved")})


def bursts(deployed: Deployed, region: str) -> Iterator[Need]:
    """Requests that the stages of a region's APIs let through at one moment."""
    path = "defaultRouteSettings.throttlingBurstLimit"
    stages = deployed.of_type(STAGE, region=region)
    parts = {node.name: deployed.number(node, path, "requests") for node in stages if deployed.value(node, path)}
    if parts:
        yield _need("apigateway.burst", region, "", parts)


# --- relations --------------------------------------------------------------------------------------------------------


def _class(deployed: Deployed, group: Node) -> str:
    """The class of a group's instance types, as quotas of processors count them."""
    families = {re.sub(r"\d.*", "", name) for name in fleets.instance_types(deployed, group)}
    if families <= STANDARD:
        return "standard"
    if families <= GRAPHICS:
        return "graphics"
    raise UndeclaredError(f"{group.name} mixes classes of instances, or has one whose quota of processors is not known")


def _grown(deployed: Deployed, group: Node) -> Figure:
    """Servers of a group at its largest, and what it may add for a while to replace others."""
    formula = "largest * (1 + margin)"
    largest, margin = fleets.largest(deployed, group), fact("asg.rebalance_margin")
    return figure(f"servers of {group.name}", "servers", Kind.BOUND, formula, largest=largest, margin=margin)


def _balancers(deployed: Deployed, target_group: Node) -> list[Node]:
    """The load balancers whose listeners or rules lead to a target group."""
    region = target_group.region
    leading = [
        node
        for node in deployed.of_type(LISTENER, region=region)
        if target_group in deployed.references(node, "defaultActions")
    ]
    for rule in deployed.of_type(LISTENER_RULE, region=region):
        if target_group in deployed.references(rule, "actions"):
            leading.extend(deployed.references(rule, "listenerArn"))
    found = [balancer for listener in leading for balancer in deployed.references(listener, "loadBalancerArn")]
    return list({node.urn: node for node in found}.values())


def _inline(group: Node, direction: str) -> float:
    """Rules that a security group spells out itself: one for each block, group or list of its entries."""
    entries = cast(Sequence[Mapping[str, Any]], group.inputs.get(direction) or ())
    sources = ("cidrBlocks", "ipv6CidrBlocks", "securityGroups", "prefixListIds")
    return float(sum(max(1, sum(len(entry.get(source) or ()) for source in sources)) for entry in entries))


def _need(identifier: str, region: str, of: str, parts: Mapping[str, Quantity]) -> Need:
    found = quota(identifier, region)
    uses = {f"part_{place}": part for place, part in enumerate(parts.values())}
    needed = figure(found.name, found.default.unit, Kind.BOUND, " + ".join(uses), **uses)
    return Need(quota=found, region=region, of=of, needed=needed)
