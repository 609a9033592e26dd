"""The web servers of a region: stateless, spread over its zones, replaced rather than repaired."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.iam import Statement, allow, use_key
from components.interfaces import DatabaseEndpoints, Ground, Tables
from components.naming import Names
from components.region.artifact_store import Release
from components.region.instances import (
    amazon_linux,
    instance_profile,
    launch_template,
    mixed,
    propagated,
    service_log,
    user_data,
)
from components.region.load_balancer import TARGET_PORT
from settings.region import OffPeak, WebFleetSettings

DATABASE_USER = "storefront"
DATABASE_PORT = 5432
BOOT_SECONDS = 180
"""Longest time from launch to the first answer: on the stock image, packages are fetched in it."""

CPU_ALARM_PERCENT = 90
UNCHANGED = -1
"""What a schedule leaves as it is."""

GROUP_METRICS = (
    aws.autoscaling.Metric.GROUP_DESIRED_CAPACITY,
    aws.autoscaling.Metric.GROUP_IN_SERVICE_INSTANCES,
    aws.autoscaling.Metric.GROUP_MAX_SIZE,
    aws.autoscaling.Metric.GROUP_PENDING_INSTANCES,
    aws.autoscaling.Metric.GROUP_TERMINATING_INSTANCES,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class WebFleetArgs:
    settings: WebFleetSettings
    ground: Ground
    release: Release
    image_id: Output[str] | None
    """The image baked for the fleet; None boots from Amazon Linux as it is."""

    vpc_id: Output[str]
    private_subnet_ids: Output[list[str]]
    balancer_group_id: Output[str]
    """Security group of the load balancer, the only one that may connect."""

    balancer_arn_suffix: Output[str]
    target_group_arn: Output[str]
    target_group_arn_suffix: Output[str]
    draining_seconds: int
    rollback_alarm_names: list[Output[str]]
    tables: Tables
    database: DatabaseEndpoints
    database_name: str
    database_group_id: Output[str]
    """Security group of the database's proxy."""

    event_bus: str
    log_retention_days: int
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class WebFleet(Component):
    """Runs the storefront and keeps as many servers as visitors need."""

    group_name: str
    security_group_id: Output[str]
    role_name: str
    alarm_names: list[Output[str]]

    def __init__(self, name: str, args: WebFleetArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:WebFleet", name, args, opts)
        names = args.ground.names
        self.group_name = names.of("web")
        self.role_name = names.globally("storefront")
        firewall = self._security_group(args)
        template = launch_template(
            self.named("server"),
            image_id=args.image_id or amazon_linux(self),
            profile=instance_profile(
                self.named("servers"), names=names, service="storefront", statements=_rights(args), opts=self.own()
            ),
            security_group_id=firewall.id,
            volume_gib=args.settings.root_volume_gib,
            key_arn=args.ground.data_key_arn,
            script=user_data(args.release, names, _environment(args)),
            tags=args.tags,
            opts=self.own(),
        )
        log = service_log(
            self.named("log"), ground=args.ground, service="storefront", days=args.log_retention_days, opts=self.own()
        )
        fleet = self._group(args, template, log)
        self._drain(args, fleet)
        self._scale(args, fleet)
        if args.settings.off_peak is not None:
            self._shrink_off_peak(args.settings, args.settings.off_peak, fleet)
        self.alarm_names = self._alarms(args)
        self.security_group_id = firewall.id
        self.publish()

    def _security_group(self, args: WebFleetArgs) -> aws.ec2.SecurityGroup:
        """From the load balancer, to the database and its proxy, and to AWS; nothing else."""
        group = aws.ec2.SecurityGroup(
            self.named("servers"),
            description="Web servers",
            vpc_id=args.vpc_id,
            tags={"Name": self.named("servers")},
            opts=self.own(),
        )
        aws.vpc.SecurityGroupIngressRule(
            self.named("from-load-balancer"), security_group_id=group.id, description="HTTPS from the load balancer",
            ip_protocol="tcp", from_port=TARGET_PORT, to_port=TARGET_PORT,
            referenced_security_group_id=args.balancer_group_id, opts=self.own(),
        )  # fmt: skip
        aws.vpc.SecurityGroupEgressRule(
            self.named("load-balancer-to-servers"), security_group_id=args.balancer_group_id,
            description="HTTPS to the web servers", ip_protocol="tcp", from_port=TARGET_PORT, to_port=TARGET_PORT,
            referenced_security_group_id=group.id, opts=self.own(),
        )  # fmt: skip
        aws.vpc.SecurityGroupEgressRule(
            self.named("to-database"), security_group_id=group.id, description="PostgreSQL to the database proxy",
            ip_protocol="tcp", from_port=DATABASE_PORT, to_port=DATABASE_PORT,
            referenced_security_group_id=args.database_group_id, opts=self.own(),
        )  # fmt: skip
        aws.vpc.SecurityGroupEgressRule(
            self.named("to-cluster"), security_group_id=group.id, description="PostgreSQL to the database cluster",
            ip_protocol="tcp", from_port=DATABASE_PORT, to_port=DATABASE_PORT,
            referenced_security_group_id=args.database.cluster_group_id, opts=self.own(),
        )  # fmt: skip
        aws.vpc.SecurityGroupEgressRule(
            self.named("to-aws"), security_group_id=group.id, description="HTTPS to AWS and its package mirrors",
            ip_protocol="tcp", from_port=443, to_port=443, cidr_ipv4="0.0.0.0/0", opts=self.own(),
        )  # fmt: skip
        return group

    def _group(
        self, args: WebFleetArgs, template: aws.ec2.LaunchTemplate, log: aws.cloudwatch.LogGroup
    ) -> aws.autoscaling.Group:
        settings = args.settings
        # Scaling owns the desired size from the first minute on; the schedule owns the minimum where there is one.
        owned_elsewhere = ["desiredCapacity", *(["minSize"] if settings.off_peak else [])]
        return aws.autoscaling.Group(
            self.named("group"),
            name=self.group_name,
            vpc_zone_identifiers=args.private_subnet_ids,
            min_size=settings.min_instances,
            desired_capacity=settings.desired_instances,
            max_size=settings.max_instances,
            mixed_instances_policy=mixed(
                template,
                settings.instance_types,
                on_demand_base=settings.on_demand_base,
                spot_share_percent=settings.spot_share_percent,
            ),
            capacity_rebalance=True,
            max_instance_lifetime=settings.max_instance_lifetime_days * 86_400,
            target_group_arns=[args.target_group_arn],
            health_check_type="ELB",
            health_check_grace_period=BOOT_SECONDS,
            default_instance_warmup=settings.warmup_seconds,
            instance_maintenance_policy={"min_healthy_percentage": 100, "max_healthy_percentage": 110},
            instance_refresh=_refresh(args.rollback_alarm_names),
            termination_policies=["AllocationStrategy", "OldestLaunchTemplate", "Default"],
            metrics_granularity="1Minute",
            enabled_metrics=list(GROUP_METRICS),
            tags=propagated(self.group_name, args.tags),
            opts=self.own(depends_on=[args.release.stored, log], ignore_changes=owned_elsewhere),
        )

    def _drain(self, args: WebFleetArgs, fleet: aws.autoscaling.Group) -> None:
        """A leaving server has left the load balancer by then, and gets the time that its last requests need."""
        aws.autoscaling.LifecycleHook(
            self.named("draining"),
            name="draining",
            autoscaling_group_name=fleet.name,
            lifecycle_transition="autoscaling:EC2_INSTANCE_TERMINATING",
            default_result="CONTINUE",
            heartbeat_timeout=max(30, args.draining_seconds),
            opts=self.own(),
        )

    def _scale(self, args: WebFleetArgs, fleet: aws.autoscaling.Group) -> None:
        settings = args.settings
        self._hold("cpu", fleet, "ASGAverageCPUUtilization", settings.cpu_target_percent)
        label = Output.concat(args.balancer_arn_suffix, "/", args.target_group_arn_suffix)
        self._hold("requests", fleet, "ALBRequestCountPerTarget", settings.requests_per_target, label)
        if settings.predictive_scaling:
            aws.autoscaling.Policy(
                self.named("forecast"),
                name="forecast",
                autoscaling_group_name=fleet.name,
                policy_type="PredictiveScaling",
                predictive_scaling_configuration=_forecast(settings),
                opts=self.own(),
            )

    def _hold(
        self, role: str, fleet: aws.autoscaling.Group, metric: str, target: float, label: Input[str] | None = None
    ) -> None:
        aws.autoscaling.Policy(
            self.named(role),
            name=role,
            autoscaling_group_name=fleet.name,
            policy_type="TargetTrackingScaling",
            target_tracking_configuration={
                "predefined_metric_specification": {"predefined_metric_type": metric, "resource_label": label},
                "target_value": target,
            },
            opts=self.own(),
        )

    def _shrink_off_peak(self, settings: WebFleetSettings, off_peak: OffPeak, fleet: aws.autoscaling.Group) -> None:
        for role, hour, smallest in (
            ("night", off_peak.from_hour, off_peak.min_instances),
            ("day", off_peak.to_hour, settings.min_instances),
        ):
            aws.autoscaling.Schedule(
                self.named(role),
                scheduled_action_name=role,
                autoscaling_group_name=fleet.name,
                recurrence=f"0 {hour} * * *",
                time_zone=off_peak.time_zone,
                min_size=smallest,
                max_size=UNCHANGED,
                desired_capacity=UNCHANGED,
                opts=self.own(),
            )

    def _alarms(self, args: WebFleetArgs) -> list[Output[str]]:
        group = {"AutoScalingGroupName": self.group_name}
        busy = alarm(
            self.named("cpu-high"), says="The web servers are short of processor time although the fleet grows",
            namespace="AWS/EC2", metric="CPUUtilization", dimensions=group, statistic="Average",
            threshold=CPU_ALARM_PERCENT, periods=10, datapoints=8, topic_arn=args.ground.alert_topic_arn,
            opts=self.own(),
        )  # fmt: skip
        if args.settings.max_instances == args.settings.min_instances:
            return [busy.name]
        limit = alarm(
            self.named("at-limit"), says="The web fleet is at its largest size and cannot grow",
            namespace="AWS/AutoScaling", metric="GroupDesiredCapacity", dimensions=group, statistic="Maximum",
            comparison="GreaterThanOrEqualToThreshold", threshold=args.settings.max_instances, periods=5,
            datapoints=5, topic_arn=args.ground.alert_topic_arn, opts=self.own(),
        )  # fmt: skip
        return [busy.name, limit.name]


def _environment(args: WebFleetArgs) -> dict[str, Input[str]]:
    region = args.ground.names.region
    return {
        "AWS_REGION": region,
        "CATALOGUE_TABLE": args.tables.catalogue,
        "SESSIONS_TABLE": args.tables.sessions,
        "EVENT_BUS_NAME": args.event_bus,
        "DB_WRITER_HOST": args.database.writer_host,
        "DB_FORWARDING_HOST": args.database.forwarding_host,
        "DB_READER_HOST": args.database.reader_host,
        "DB_PORT": str(DATABASE_PORT),
        "DB_NAME": args.database_name,
        "DB_USER": DATABASE_USER,
        "DB_CA_BUNDLE": "/etc/storefront/rds.pem",
    }


def _rights(args: WebFleetArgs) -> list[Statement]:
    names: Names = args.ground.names
    catalogue, sessions = args.tables.catalogue, args.tables.sessions
    return [
        allow(["dynamodb:GetItem", "dynamodb:Query"], args.tables.arns(names, catalogue)),
        allow(
            ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
            [names.arn("dynamodb", f"table/{sessions}")],
        ),
        use_key(names, "data", through="dynamodb", actions=("kms:Decrypt",)),
        allow(["events:PutEvents"], [names.arn("events", f"event-bus/{args.event_bus}")]),
        # Both get their identifier from AWS; the user name and the network bound this to ours.
        allow(
            ["rds-db:connect"],
            [names.arn("rds-db", f"dbuser:{kind}-*/{DATABASE_USER}") for kind in ("cluster", "prx")],
        ),
    ]


def _refresh(alarm_names: list[Output[str]]) -> aws.autoscaling.GroupInstanceRefreshArgsDict:
    """A new template replaces server by server, adds before it removes, and goes back when an alarm goes off."""
    return {
        "strategy": "Rolling",
        "preferences": {
            "min_healthy_percentage": 100,
            "max_healthy_percentage": 110,
            "auto_rollback": True,
            "skip_matching": True,
            "scale_in_protected_instances": "Wait",
            "alarm_specification": {"alarms": alarm_names},
        },
    }


def _forecast(settings: WebFleetSettings) -> aws.autoscaling.PolicyPredictiveScalingConfigurationArgsDict:
    return {
        "mode": "ForecastAndScale",
        "scheduling_buffer_time": str(BOOT_SECONDS),
        "max_capacity_breach_behavior": "HonorMaxCapacity",
        "metric_specification": {
            "target_value": settings.cpu_target_percent,
            "predefined_metric_pair_specification": {"predefined_metric_type": "ASGCPUUtilization"},
        },
    }
