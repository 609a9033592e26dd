"""What of a region answers a request: load balancer, servers, API, functions, tables, database.

Everything is found by relation: from a DNS record to what it names, from a listener's rule to its servers, from
servers and functions by their role's rights to the tables behind them. A region that cannot answer at all, because
the tables have no replica there, is said by UnservedError.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

from preview.facts import fact
from preview.graph import UNKNOWN, Node
from preview.promises.availability.blocks import Part, block, level
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Quantity, Reading

LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
API_DOMAIN = "aws:apigatewayv2/domainName:DomainName"
USER_POOL = "aws:cognito/userPool:UserPool"
CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
ACL_ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
SUBNET = "aws:ec2/subnet:Subnet"
PACKAGED_NETWORK = "awsx:ec2:Vpc"
GROUP = "aws:autoscaling/group:Group"

ZONES = "spread if zones >= 2 else single"


class UnservedError(UndeclaredError):
    """A region lacks what a request needs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a visitor asks for, and what the code behind it does then."""

    path: str
    method: str = "GET"
    calls: tuple[str, ...] = ()
    """Actions of AWS that the answer takes, `dynamodb:Query`; the role's rights say on which resources."""

    @property
    def writes_orders(self) -> bool:
        """Whether it needs the relational database's writer."""
        return "rds-db:connect" in self.calls


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """What answers a request in a region, in series."""

    blocks: Mapping[str, Part]
    servers: Node | None = None
    """Scaling group of the web servers, where servers answer."""

    sign_in: Node | None = None
    """User pool whose tokens the request must carry."""


def serving(deployed: Deployed, entrance: Node, region: str, request: Request) -> Serving:
    """What answers behind a load balancer or an API's own name; UnservedError where nothing of the region can."""
    if entrance.type == LOAD_BALANCER:
        return _behind_load_balancer(deployed, entrance, region, request)
    return _behind_api(deployed, entrance, region, request)


# --- servers ------------------------------------------------------------------------------------------------------


def _behind_load_balancer(deployed: Deployed, balancer: Node, region: str, request: Request) -> Serving:
    servers = _servers(deployed, balancer, request.path)
    facing = "Private" if deployed.value(balancer, "internal") else "Public"
    blocks = {
        "load balancers": block(
            "load balancers",
            ZONES,
            zones=zones(deployed, balancer, "subnets", facing),
            spread=level("sla.elb_zones"),
            single=level("sla.elb_one_zone"),
        ),
        "web servers": _fleet("web servers", deployed, servers, sizes=_smallest_sizes(deployed, servers)),
        **stored(deployed, group_role(deployed, servers), region, request.calls),
    }
    if referring(deployed, ACL_ASSOCIATION, "resourceArn", balancer):
        blocks["web ACLs of the regions"] = _web_acl(deployed, balancer)
    if "tables" in blocks and not _has_gateway(deployed, region, "dynamodb"):
        blocks["NAT gateways"] = block("NAT gateways", "level", level=level("sla.nat_gateway"))
    return Serving(blocks=blocks, servers=servers)


def _servers(deployed: Deployed, balancer: Node, path: str) -> Node:
    groups = [
        target
        for listener in referring(deployed, "aws:lb/listener:Listener", "loadBalancerArn", balancer)
        for rule in referring(deployed, "aws:lb/listenerRule:ListenerRule", "listenerArn", listener)
        if _takes(rule, path)
        for target in deployed.references(rule, "actions")
    ]
    for fleet in deployed.of_type(GROUP, region=balancer.region):
        if fleet.inputs.get("maxSize") and any(
            each in groups for each in deployed.references(fleet, "targetGroupArns")
        ):
            return fleet
    raise UnservedError(f"no web servers stand behind {path} of {balancer.name}")


def _takes(rule: Node, path: str) -> bool:
    conditions = cast(list[dict[str, Any]], rule.inputs.get("conditions") or [])
    patterns = [text for condition in conditions for text in (condition.get("pathPattern") or {"values": ()})["values"]]
    return any(fnmatchcase(path, str(pattern)) for pattern in patterns)


def _web_acl(deployed: Deployed, balancer: Node) -> Part:
    """In the way of every request, unless the load balancer lets them pass while it cannot ask."""
    return block(
        "web ACLs of the regions",
        "100 if passes else level",
        passes=deployed.number(balancer, "enableWafFailOpen", "", fact("alb.waf_fail_open")),
        level=level("sla.waf"),
    )


def _smallest_sizes(deployed: Deployed, fleet: Node) -> list[Reading]:
    """The group's own least size and those that schedules set; -1 leaves it as it is."""
    schedules = referring(deployed, "aws:autoscaling/schedule:Schedule", "autoscalingGroupName", fleet)
    sizes = [deployed.number(node, "minSize", "servers") for node in (fleet, *schedules)]
    return [size for size in sizes if size.value >= 0]


def _fleet(name: str, deployed: Deployed, fleet: Node, *, sizes: Sequence[Reading]) -> Part:
    """Two zones, and a server in each of two, make it a service of the region; else it is as good as one server."""
    uses: dict[str, Quantity] = {f"size_{index}": size for index, size in enumerate(sizes, 1)}
    return block(
        name,
        f"spread if min(zones, {', '.join(uses)}) >= 2 else single",
        zones=zones(deployed, fleet, "vpcZoneIdentifiers", "Private"),
        spread=level("sla.ec2_zones"),
        single=level("sla.ec2_instance"),
        **uses,
    )


def worker_fleet(name: str, deployed: Deployed, fleet: Node) -> Part:
    """Servers that come with the work: what counts is how many there may be."""
    return _fleet(name, deployed, fleet, sizes=[deployed.number(fleet, "maxSize", "servers")])


def zones(deployed: Deployed, node: Node, path: str, kind: str) -> Reading:
    """Zones of the subnets that a resource stands in, each counted by its first subnet of the kind, `Public`."""
    networks = {network.urn: network for network in deployed.references(node, path)}
    subnets: dict[str, Node] = {}
    for subnet in deployed.of_type(SUBNET, region=node.region):
        packaged = deployed.component(subnet, PACKAGED_NETWORK)
        if subnet.urn in networks or (packaged and packaged.urn in networks and _is(kind, subnet)):
            subnets.setdefault(str(subnet.inputs.get("availabilityZone")), subnet)
    return deployed.count(list(subnets.values()), "zones", of=node)


def _is(kind: str, subnet: Node) -> bool:
    return cast(dict[str, Any], subnet.inputs.get("tags") or {}).get("SubnetType") == kind


# --- functions ----------------------------------------------------------------------------------------------------


def _behind_api(deployed: Deployed, domain: Node, region: str, request: Request) -> Serving:
    route = _route(deployed, domain, request)
    functions = [
        function
        for integration in deployed.references(route, "target")
        for caller in deployed.references(integration, "integrationUri")
        for function in behind_alias(deployed, caller)
    ]
    blocks = {
        "API gateways": block("API gateways", "level", level=level("sla.api_gateway")),
        "functions": block("functions", "level", level=level("sla.lambda")),
    }
    for function in functions:
        for role in deployed.references(function, "role"):
            blocks |= stored(deployed, role, region, request.calls)
    pools = [
        pool
        for authorizer in deployed.references(route, "authorizerId")
        for pool in deployed.references(authorizer, "jwtConfiguration")
        if pool.type == USER_POOL
    ]
    return Serving(blocks=blocks, sign_in=pools[0] if pools else None)


def _route(deployed: Deployed, domain: Node, request: Request) -> Node:
    for mapping in referring(deployed, "aws:apigatewayv2/apiMapping:ApiMapping", "domainName", domain):
        for api in deployed.references(mapping, "apiId"):
            for route in referring(deployed, "aws:apigatewayv2/route:Route", "apiId", api):
                method, _, template = str(route.inputs.get("routeKey")).partition(" ")
                if method == request.method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), request.path):
                    return route
    raise UnservedError(f"no API behind {domain.name} has a route for {request.method} {request.path}")


def behind_alias(deployed: Deployed, caller: Node) -> list[Node]:
    """The function that a function's alias leads to, or the function itself."""
    if caller.type == "aws:lambda/function:Function":
        return [caller]
    return deployed.references(caller, "functionName")


# --- what they keep -----------------------------------------------------------------------------------------------


def stored(deployed: Deployed, role: Node | None, region: str, calls: Sequence[str]) -> dict[str, Part]:
    """Tables on which a role may do what the request takes, and their keys; UnservedError where one is not here."""
    names = {
        resource.partition(":table/")[2].partition("/")[0]
        for action, resource in rights(deployed, role)
        if action in calls and ":table/" in resource
    }
    wanted = [action for action in calls if action.startswith("dynamodb:")]
    if wanted and not names:
        raise UnservedError(f"nothing that answers in {region} may call {wanted[0]}")
    tables = [table for table in deployed.of_type("aws:dynamodb/table:Table") if table.inputs.get("name") in names]
    absent = names - {str(table.inputs["name"]) for table in tables if region in _places(table)}
    if absent:
        raise UnservedError(f"{', '.join(sorted(absent))} has no replica in {region}")
    blocks: dict[str, Part] = {}
    if tables:
        blocks["tables"] = block("tables", "level", level=level("sla.dynamodb"))
    if any(deployed.value(table, "serverSideEncryption.kmsKeyArn") for table in tables):
        blocks["keys"] = block("keys", "level", level=level("sla.kms"))
    return blocks


def _places(table: Node) -> set[str | None]:
    return {table.region, *(replica.get("regionName") for replica in table.inputs.get("replicas") or ())}


def group_role(deployed: Deployed, fleet: Node) -> Node | None:
    """The role of a scaling group's servers."""
    for profile in _profiles(deployed, fleet):
        for role in deployed.references(profile, "role"):
            return role
    return None


def _profiles(deployed: Deployed, fleet: Node) -> list[Node]:
    return [
        profile
        for template in templates(deployed, fleet)
        for profile in deployed.references(template, "iamInstanceProfile")
    ]


def templates(deployed: Deployed, fleet: Node) -> list[Node]:
    """Launch templates of a scaling group."""
    return [
        node
        for node in deployed.references(fleet, "mixedInstancesPolicy", "launchTemplate")
        if node.type == "aws:ec2/launchTemplate:LaunchTemplate"
    ]


def rights(deployed: Deployed, role: Node | None) -> Iterator[tuple[str, str]]:
    """What a role may do: action and resource, of every allowing statement."""
    if role is None:
        return
    for policy in referring(deployed, "aws:iam/rolePolicy:RolePolicy", "role", role):
        text = policy.inputs.get("policy")
        if not isinstance(text, str) or text == UNKNOWN:
            continue
        for statement in cast(dict[str, Any], json.loads(text)).get("Statement", ()):
            if statement.get("Effect") == "Allow":
                yield from (
                    (action, resource)
                    for action in _listed(statement.get("Action"))
                    for resource in _listed(statement.get("Resource"))
                )


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _has_gateway(deployed: Deployed, region: str, service: str) -> bool:
    """Whether the region's network leads to the service without a NAT gateway."""
    endpoints = deployed.of_type("aws:ec2/vpcEndpoint:VpcEndpoint", region=region)
    return any(
        endpoint.inputs.get("vpcEndpointType") == "Gateway"
        and str(endpoint.inputs.get("serviceName")).endswith(f".{service}")
        for endpoint in endpoints
    )


def database(name: str, deployed: Deployed, cluster: Node) -> Part:
    """A relational cluster, by the zones that its instances stand in."""
    instances = {
        str(instance.inputs.get("availabilityZone")): instance
        for instance in referring(deployed, INSTANCE, "clusterIdentifier", cluster)
    }
    return block(
        name,
        f"({ZONES}) if zones >= 1 else 0",
        zones=deployed.count(list(instances.values()), "zones with an instance", of=cluster),
        spread=level("sla.aurora_zones"),
        single=level("sla.aurora_one_zone"),
    )


def referring(deployed: Deployed, token: str, path: str, node: Node) -> list[Node]:
    """Resources of a type whose property is made of a resource."""
    return [each for each in deployed.of_type(token) if node.urn in each.property_dependencies.get(path, ())]
