"""Quotas that count resources: how many the stack declares, per region, per account, or per what holds them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from preview.facts.quotas import quota
from preview.graph import Node
from preview.promises.capacity.limits.data import places
from preview.promises.deployed import Deployed
from preview.promises.figure import Kind, Reading, figure
from preview.quotas.need import Need

Holder = Callable[[Deployed, Node], str]
"""Names what holds a resource."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """Resources that a quota counts."""

    quota: str
    types: tuple[str, ...]
    only: tuple[str, str] | None
    """An input and its value, where only such resources count."""

    holder: Holder | None
    """What has them, where the quota holds for each of those; None for the region or the account."""


def _all(identifier: str, *tokens: str, only: tuple[str, str] | None = None, holder: Holder | None = None) -> Counted:
    return Counted(quota=identifier, types=tuple(f"aws:{token}" for token in tokens), only=only, holder=holder)


def by(*properties: str) -> Holder:
    """The resource behind a property, and behind a property of that: `by("listenerArn", "loadBalancerArn")`."""

    def holder(deployed: Deployed, node: Node) -> str:
        for name in properties:
            behind = deployed.references(node, name)
            if not behind:
                return str(node.inputs.get(name))
            node = behind[0]
        return node.name

    return holder


def zone(deployed: Deployed, node: Node) -> str:
    """The availability zone of a resource's subnet."""
    return next((str(subnet.inputs.get("availabilityZone")) for subnet in deployed.references(node, "subnetId")), "")


def bus(deployed: Deployed, node: Node) -> str:
    """The event bus of a rule."""
    return by("eventBusName")(deployed, node) if node.inputs.get("eventBusName") else "default"


COUNTED: tuple[Counted, ...] = (
    _all("vpc.networks", "ec2/vpc:Vpc"),
    _all("vpc.internet_gateways", "ec2/internetGateway:InternetGateway"),
    _all("vpc.security_groups", "ec2/securityGroup:SecurityGroup", "ec2/defaultSecurityGroup:DefaultSecurityGroup"),
    _all("vpc.subnets", "ec2/subnet:Subnet", holder=by("vpcId")),
    _all("vpc.route_tables", "ec2/routeTable:RouteTable", holder=by("vpcId")),
    _all("vpc.nat_gateways", "ec2/natGateway:NatGateway", holder=zone),
    _all(
        "vpc.interface_endpoints",
        "ec2/vpcEndpoint:VpcEndpoint",
        only=("vpcEndpointType", "Interface"),
        holder=by("vpcId"),
    ),
    _all("vpc.gateway_endpoints", "ec2/vpcEndpoint:VpcEndpoint", only=("vpcEndpointType", "Gateway")),
    _all("ec2.elastic_ips", "ec2/eip:Eip"),
    _all("autoscaling.groups", "autoscaling/group:Group"),
    _all("elb.load_balancers", "lb/loadBalancer:LoadBalancer", only=("loadBalancerType", "application")),
    _all("elb.target_groups", "lb/targetGroup:TargetGroup"),
    _all("elb.listeners", "lb/listener:Listener", holder=by("loadBalancerArn")),
    _all("elb.rules", "lb/listenerRule:ListenerRule", holder=by("listenerArn", "loadBalancerArn")),
    _all("apigateway.routes", "apigatewayv2/route:Route", holder=by("apiId")),
    _all("apigateway.domain_names", "apigatewayv2/domainName:DomainName"),
    _all("dynamodb.tables", "dynamodb/table:Table"),
    _all("rds.clusters", "rds/cluster:Cluster"),
    _all("rds.proxies", "rds/proxy:Proxy"),
    _all("rds.cluster_parameter_groups", "rds/clusterParameterGroup:ClusterParameterGroup"),
    _all("rds.subnet_groups", "rds/subnetGroup:SubnetGroup"),
    _all("rds.event_subscriptions", "rds/eventSubscription:EventSubscription"),
    _all("cloudfront.distributions", "cloudfront/distribution:Distribution"),
    _all("cloudfront.cache_policies", "cloudfront/cachePolicy:CachePolicy"),
    _all("cloudfront.header_policies", "cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"),
    _all("cloudfront.access_controls", "cloudfront/originAccessControl:OriginAccessControl"),
    _all("cloudfront.functions", "cloudfront/function:Function"),
    _all("route53.health_checks", "route53/healthCheck:HealthCheck"),
    _all("route53.zones", "route53/zone:Zone"),
    _all("route53.records", "route53/record:Record", holder=by("zoneId")),
    _all("wafv2.web_acls", "wafv2/webAcl:WebAcl"),
    _all("kms.keys", "kms/key:Key", "kms/replicaKey:ReplicaKey"),
    _all("secretsmanager.secrets", "secretsmanager/secret:Secret"),
    _all("s3.buckets", "s3/bucket:Bucket"),
    _all("acm.certificates", "acm/certificate:Certificate"),
    _all("cognito.user_pools", "cognito/userPool:UserPool"),
    _all("events.buses", "cloudwatch/eventBus:EventBus"),
    _all("events.rules", "cloudwatch/eventRule:EventRule", holder=bus),
    _all("cloudwatch.alarms", "cloudwatch/metricAlarm:MetricAlarm", "cloudwatch/compositeAlarm:CompositeAlarm"),
    _all("cloudwatch.canaries", "synthetics/canary:Canary"),
    _all("logs.groups", "cloudwatch/logGroup:LogGroup"),
    _all("sns.topics", "sns/topic:Topic"),
    _all("iam.roles", "iam/role:Role"),
    _all("iam.instance_profiles", "iam/instanceProfile:InstanceProfile"),
    _all("iam.managed_policies", "iam/rolePolicyAttachment:RolePolicyAttachment", holder=by("role")),
    _all("backup.vaults", "backup/vault:Vault"),
    _all("backup.plans", "backup/plan:Plan"),
    _all("config.rules", "cfg/rule:Rule"),
    _all("cloudtrail.trails", "cloudtrail/trail:Trail"),
    _all("codedeploy.deployment_groups", "codedeploy/deploymentGroup:DeploymentGroup", holder=by("appName")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """Entries of a resource's own property that a quota counts."""

    quota: str
    type: str
    property: str
    beside: int = 0
    """Entries that stand elsewhere in the resource: a distribution's default behaviour."""


LISTED: tuple[Listed, ...] = (
    Listed(
        quota="cloudfront.behaviours",
        type="aws:cloudfront/distribution:Distribution",
        property="orderedCacheBehaviors",
        beside=1,
    ),
    Listed(quota="cloudfront.origins", type="aws:cloudfront/distribution:Distribution", property="origins"),
    Listed(quota="cloudfront.origin_groups", type="aws:cloudfront/distribution:Distribution", property="originGroups"),
    Listed(quota="dynamodb.indexes", type="aws:dynamodb/table:Table", property="globalSecondaryIndexes"),
)


def counted(deployed: Deployed) -> Iterator[Need]:
    """What every such quota must grant, of each that has such resources."""
    for what in COUNTED:
        groups: dict[str | None, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for node in _nodes(deployed, what):
            holder = what.holder(deployed, node) if what.holder else ""
            for region in _regions(what.quota, node):
                groups[region][holder].append(node)
        for region, holders in groups.items():
            for holder, nodes in holders.items():
                yield _need(what.quota, region, holder, deployed.count(nodes, quota(what.quota).default.unit))
    for entries in LISTED:
        yield from _entries(deployed, entries)


def _nodes(deployed: Deployed, what: Counted) -> list[Node]:
    found = [node for token in what.types for node in deployed.of_type(token)]
    if what.only is None:
        return found
    property_, value = what.only
    return [node for node in found if node.inputs.get(property_) == value]


def _regions(identifier: str, node: Node) -> list[str | None]:
    """Where a resource counts: for the account, or in its region and those of its replicas."""
    return [None] if quota(identifier).of_account else sorted(places(node), key=str)


def _entries(deployed: Deployed, what: Listed) -> Iterator[Need]:
    for node in deployed.of_type(what.type):
        count = len(node.inputs.get(what.property) or ()) + what.beside
        unit = quota(what.quota).default.unit
        number = Reading(value=float(count), unit=unit, urn=node.urn, path=f"number of {what.property}")
        for region in _regions(what.quota, node):
            yield _need(what.quota, region, node.name, number)


def _need(identifier: str, region: str | None, of: str, count: Reading) -> Need:
    found = quota(identifier, region)
    return Need(
        quota=found, region=region, of=of, needed=figure(found.name, count.unit, Kind.BOUND, "count", count=count)
    )
