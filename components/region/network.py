"""The network of a region: subnets with reserved slots, ways out, endpoints and flow logs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi_aws as aws
import pulumi_awsx as awsx
from pulumi import Output, ResourceOptions

from components.component import Component
from components.iam import allow, document, service_role, trust
from components.interfaces import Ground
from components.naming import Names
from settings.region import NetworkSettings

ZONE_SLOTS = 4
"""Slots that the block is cut into, whatever the number of zones: a zone added later takes a free one."""

TABLE_ACTIONS = (
    "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem",
    "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan",
    "dynamodb:UpdateItem",
)  # fmt: skip
OBJECT_ACTIONS = (
    "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetBucketLocation", "s3:GetObject",
    "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ZoneBlocks:
    """The subnets of one zone: half of its slot, a quarter, an eighth; the last eighth stays free."""

    private: IPv4Network
    public: IPv4Network
    isolated: IPv4Network
    reserved: IPv4Network


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkArgs:
    zones: list[str]
    cidr: str
    settings: NetworkSettings
    ground: Ground


class Network(Component):
    """Gives a region its addresses, lets servers out but nobody in, and keeps traffic to AWS inside."""

    vpc_id: Output[str]
    public_subnet_ids: Output[list[str]]
    private_subnet_ids: Output[list[str]]
    """Resolves once the subnets have their way out, so that a server that boots in them reaches its packages."""

    isolated_subnet_ids: Output[list[str]]
    cidr: str
    private_cidrs: list[str]
    isolated_cidrs: list[str]
    alarm_names: list[Output[str]]

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Network", name, args, opts)
        vpc = awsx.ec2.Vpc(
            name,
            cidr_block=args.cidr,
            availability_zone_names=args.zones,
            subnet_strategy=awsx.ec2.SubnetAllocationStrategy.AUTO,
            subnet_specs=_specs(args.cidr, len(args.zones)),
            nat_gateways={"strategy": _nat_strategy(args.settings)},
            enable_dns_hostnames=True,
            enable_dns_support=True,
            opts=self.own(),
        )
        aws.ec2.DefaultSecurityGroup(self.named("default-closed"), vpc_id=vpc.vpc_id, opts=self.own())
        self._record_flows(args, vpc.vpc_id)
        self._reach_storage(args.ground.names, vpc)
        if args.settings.interface_endpoints:
            self._reach_services(args, vpc)

        self.vpc_id = vpc.vpc_id
        self.public_subnet_ids = _ready(vpc.public_subnet_ids, vpc)
        self.private_subnet_ids = _ready(vpc.private_subnet_ids, vpc)
        self.isolated_subnet_ids = vpc.isolated_subnet_ids.apply(list)
        self.alarm_names = [self._watch_way_out(args, vpc).name]
        self.cidr = args.cidr
        blocks = [zone_blocks(IPv4Network(args.cidr), slot) for slot in range(len(args.zones))]
        self.private_cidrs = [str(block.private) for block in blocks]
        self.isolated_cidrs = [str(block.isolated) for block in blocks]
        self.publish()

    def _record_flows(self, args: NetworkArgs, vpc_id: Output[str]) -> None:
        """Every accepted and rejected connection."""
        names = args.ground.names
        group_name = f"/aws/vpc/{names.of('network')}/flow-logs"
        group = aws.cloudwatch.LogGroup(
            self.named("flow-logs"),
            name=group_name,
            kms_key_id=args.ground.log_key_arn,
            retention_in_days=args.settings.flow_log_retention_days,
            opts=self.own(),
        )
        role = service_role(
            self.named("flow-log-writer"),
            physical_name=names.globally("flow-logs"),
            trusted=trust("vpc-flow-logs.amazonaws.com", names.account, sources=[names.arn("ec2", "vpc-flow-log/*")]),
            statements=[
                allow(
                    ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    [names.log_group_arn(group_name)],
                ),
                allow(["logs:DescribeLogGroups"], [names.arn("logs", "log-group:*")]),
            ],
            opts=self.own(),
            description="Writes the flow logs of a network",
        )
        aws.ec2.FlowLog(
            self.named("flow-log"),
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=60,
            opts=self.own(),
        )

    def _reach_storage(self, names: Names, vpc: awsx.ec2.Vpc) -> None:
        """Free gateway endpoints: traffic to S3 and DynamoDB never leaves the network."""
        tables = vpc.route_tables.apply(lambda tables: [table.id for table in tables])
        for service, policy in (("s3", _bucket_policy(names)), ("dynamodb", _table_policy(names))):
            aws.ec2.VpcEndpoint(
                self.named(service),
                vpc_id=vpc.vpc_id,
                service_name=f"com.amazonaws.{names.region}.{service}",
                vpc_endpoint_type="Gateway",
                route_table_ids=tables,
                policy=policy,
                tags={"Name": self.named(service)},
                opts=self.own(),
            )

    def _reach_services(self, args: NetworkArgs, vpc: awsx.ec2.Vpc) -> None:
        """Paid interface endpoints, in the private subnets, behind one security group."""
        names = args.ground.names
        group = aws.ec2.SecurityGroup(
            self.named("endpoints"),
            description="AWS services inside the network",
            vpc_id=vpc.vpc_id,
            ingress=[
                {
                    "protocol": "tcp",
                    "from_port": 443,
                    "to_port": 443,
                    "cidr_blocks": [args.cidr],
                    "description": "HTTPS from the network",
                }
            ],
            tags={"Name": self.named("endpoints")},
            opts=self.own(),
        )
        for service in args.settings.interface_endpoints:
            aws.ec2.VpcEndpoint(
                self.named(service),
                vpc_id=vpc.vpc_id,
                service_name=f"com.amazonaws.{names.region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=vpc.private_subnet_ids,
                security_group_ids=[group.id],
                private_dns_enabled=True,
                policy=_own_account_only(names),
                tags={"Name": self.named(service)},
                opts=self.own(),
            )

    def _watch_way_out(self, args: NetworkArgs, vpc: awsx.ec2.Vpc) -> aws.cloudwatch.MetricAlarm:
        """One alarm over all NAT gateways: a gateway without free ports refuses new connections."""
        letters = [zone[-1] for zone in args.zones[: _gateways(args.settings, len(args.zones))]]
        return aws.cloudwatch.MetricAlarm(
            self.named("nat-ports"),
            alarm_description="A NAT gateway has no free port left: servers cannot open connections to the outside",
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            evaluation_periods=3,
            datapoints_to_alarm=2,
            treat_missing_data="notBreaching",
            metric_queries=[
                {"id": "errors", "expression": "SUM(METRICS())", "label": "Refused connections", "return_data": True},
                *(
                    _port_errors(letter, vpc.nat_gateways.apply(lambda found, index=index: found[index].id))
                    for index, letter in enumerate(letters)
                ),
            ],
            alarm_actions=[args.ground.alert_topic_arn],
            ok_actions=[args.ground.alert_topic_arn],
            opts=self.own(),
        )


def zone_blocks(block: IPv4Network, slot: int) -> ZoneBlocks:
    """The subnets of the zone in a slot, which depend on nothing but the block and the slot."""
    zone = list(block.subnets(new_prefix=block.prefixlen + 2))[slot]
    private, rest = zone.subnets()
    public, rest = rest.subnets()
    isolated, reserved = rest.subnets()
    return ZoneBlocks(private, public, isolated, reserved)


def _specs(cidr: str, zones: int) -> list[awsx.ec2.SubnetSpecArgs]:
    blocks = [zone_blocks(IPv4Network(cidr), slot) for slot in range(zones)]
    return [
        awsx.ec2.SubnetSpecArgs(type=kind, cidr_blocks=cidr_blocks)
        for kind, cidr_blocks in (
            (awsx.ec2.SubnetType.PUBLIC, [str(block.public) for block in blocks]),
            (awsx.ec2.SubnetType.PRIVATE, [str(block.private) for block in blocks]),
            (awsx.ec2.SubnetType.ISOLATED, [str(block.isolated) for block in blocks]),
        )
    ]


def _nat_strategy(settings: NetworkSettings) -> awsx.ec2.NatGatewayStrategy:
    per_zone = settings.nat_gateways == "per_zone"
    return awsx.ec2.NatGatewayStrategy.ONE_PER_AZ if per_zone else awsx.ec2.NatGatewayStrategy.SINGLE


def _gateways(settings: NetworkSettings, zones: int) -> int:
    return zones if settings.nat_gateways == "per_zone" else 1


def _port_errors(letter: str, gateway_id: Output[str]) -> aws.cloudwatch.MetricAlarmMetricQueryArgsDict:
    return {
        "id": f"zone_{letter}",
        "metric": {
            "namespace": "AWS/NATGateway",
            "metric_name": "ErrorPortAllocation",
            "dimensions": {"NatGatewayId": gateway_id},
            "stat": "Sum",
            "period": 60,
        },
    }


def _ready(subnet_ids: Output[Sequence[str]], vpc: awsx.ec2.Vpc) -> Output[list[str]]:
    routes = vpc.routes.apply(lambda found: [route.id for route in found])
    return Output.all(subnet_ids, routes).apply(lambda both: list(both[0]))


def _bucket_policy(names: Names) -> str:
    """Our buckets for our own account; the buckets that AWS serves packages and tools from; nothing else."""
    region = names.region
    return document(
        [
            allow(
                OBJECT_ACTIONS,
                [f"arn:aws:s3:::{names.project}-{names.stack}-{names.account}-*"],
                when={"StringEquals": {"aws:PrincipalAccount": names.account, "aws:ResourceAccount": names.account}},
                principal="*",
                sid="OurBuckets",
            ),
            allow(
                ["s3:GetObject"],
                [
                    f"arn:aws:s3:::al2023-repos-{region}-*/*",
                    f"arn:aws:s3:::amazon-ssm-{region}/*",
                    f"arn:aws:s3:::amazon-ssm-packages-{region}/*",
                    f"arn:aws:s3:::aws-ssm-{region}/*",
                    *image_builder_objects(region),
                ],
                principal="*",
                sid="PackagesAndToolsOfAws",
            ),
        ]
    )


def image_builder_objects(region: str) -> list[str]:
    """What EC2 Image Builder has an instance download before it builds."""
    return [
        f"arn:aws:s3:::ec2imagebuilder-toe-{region}-prod/*",
        f"arn:aws:s3:::ec2imagebuilder-managed-resources-{region}-prod/*",
    ]


def _table_policy(names: Names) -> str:
    prefix = names.arn("dynamodb", f"table/{names.project}-{names.stack}-*")
    return document(
        [
            allow(
                TABLE_ACTIONS,
                [prefix],
                when={"StringEquals": {"aws:PrincipalAccount": names.account}},
                principal="*",
                sid="OurTables",
            )
        ]
    )


def _own_account_only(names: Names) -> str:
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "OurAccount",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {"StringEquals": {"aws:PrincipalAccount": names.account}},
                }
            ],
        }
    )
