"""A region's part of the relational database: its cluster, and the proxy that everybody connects through."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, Resource, ResourceOptions

from components.alarms import alarm, query_alarm, selected
from components.component import Component
from components.iam import service_role, trust
from components.interfaces import DatabaseEndpoints, GlobalDatabase, Ground
from components.region.database_proxy import DatabaseProxy, DatabaseProxyArgs
from settings.account import AlarmThresholds
from settings.data import RelationalSettings

PORT = 5432
SERVERLESS = "db.serverless"
ORDINALS = "abcdefghijklmnop"
"""Instances are named by letter, so that none is 'the writer' by its name: a failover changes that."""

CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
LEAST_FREE_BYTES = 256 * 1024**2
CPU_ALARM_PERCENT = 85
LAG = "SELECT MAX(AuroraGlobalDBReplicationLag) FROM \"AWS/RDS\" WHERE DBClusterIdentifier = '{identifier}'"
CLUSTER_EVENTS = ("failover", "failure", "global-failover", "maintenance")
INSTANCE_EVENTS = ("availability", "configuration change", "failure", "maintenance")
PARAMETER_EVENTS = ("configuration change",)


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseArgs:
    settings: RelationalSettings
    thresholds: AlarmThresholds
    ground: Ground
    database: GlobalDatabase
    writes: bool
    """Whether the writer stands here."""

    zones: list[str]
    vpc_id: Output[str]
    isolated_subnet_ids: Output[list[str]]
    client_cidrs: list[str]
    """Blocks that may connect to the proxy: the private subnets'."""

    database_cidrs: list[str]
    """Blocks of the database's own subnets."""

    after: Sequence[Resource] = ()
    """What must exist first: in a secondary region the writer's cluster with its instances."""

    protect: bool = True


class Database(Component):
    """Keeps customers, inventory and orders, and lets in whoever proves who they are by IAM."""

    endpoints: DatabaseEndpoints
    proxy_group_id: Output[str]
    cluster: aws.rds.Cluster
    members: list[Resource]
    """The cluster and its instances: what other regions' clusters wait for."""

    alarm_names: list[Output[str]]
    """Those that say that the region's database is sick, rather than what it is asked to do or how old its copy is."""

    def __init__(self, name: str, args: DatabaseArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Database", name, args, opts)
        identifier = args.ground.names.of("database")
        self._dimensions = {"DBClusterIdentifier": identifier}
        proxy_group, cluster_group = self._security_groups(args)
        self.cluster = self._cluster(args, identifier, cluster_group)
        instances = self._instances(args, identifier)
        proxy = None
        if args.settings.proxy:
            proxy = DatabaseProxy(name, _proxy(args, self.cluster, instances, proxy_group.id), self.own())
        if args.settings.max_readers > args.settings.readers:
            self._scale_readers(args, instances)
        self.alarm_names = [*self._alarms(args), *(proxy.alarm_names if proxy else [])]
        self._subscribe(args)

        self.endpoints = DatabaseEndpoints(
            writer_host=proxy.writer_host if proxy else self.cluster.endpoint,
            forwarding_host=self.cluster.reader_endpoint,
            reader_host=proxy.reader_host if proxy else self.cluster.reader_endpoint,
            proxy_resource_id=proxy.resource_id if proxy else self.cluster.cluster_resource_id,
            cluster_group_id=cluster_group.id,
            cluster_arn=self.cluster.arn,
            cluster_identifier=identifier,
        )
        self.proxy_group_id = proxy_group.id
        self.members = [self.cluster, *instances]
        self.publish()

    def _security_groups(self, args: DatabaseArgs) -> tuple[aws.ec2.SecurityGroup, aws.ec2.SecurityGroup]:
        """Clients reach the proxy, the proxy reaches the cluster, and the cluster reaches nothing.

        Clients reach the cluster too, to have writes forwarded from a secondary: no proxy does that (docs/adr/0006).
        """
        proxy = aws.ec2.SecurityGroup(
            self.named("proxy-access"),
            description="Database proxy",
            vpc_id=args.vpc_id,
            ingress=[_postgres("PostgreSQL from the servers", args.client_cidrs)],
            egress=[_postgres("PostgreSQL to the cluster", args.database_cidrs)],
            tags={"Name": self.named("proxy-access")},
            opts=self.own(),
        )
        cluster = aws.ec2.SecurityGroup(
            self.named("cluster-access"),
            description="Database cluster",
            vpc_id=args.vpc_id,
            ingress=[
                {
                    "description": "PostgreSQL from the proxy",
                    "protocol": "tcp",
                    "from_port": PORT,
                    "to_port": PORT,
                    "security_groups": [proxy.id],
                },
                _postgres("PostgreSQL from the servers, for writes to forward", args.client_cidrs),
            ],
            tags={"Name": self.named("cluster-access")},
            opts=self.own(),
        )
        return proxy, cluster

    def _cluster(self, args: DatabaseArgs, identifier: str, group: aws.ec2.SecurityGroup) -> aws.rds.Cluster:
        settings, database, ground = args.settings, args.database, args.ground
        created_as_writer = args.writes or database.id is None
        log = aws.cloudwatch.LogGroup(
            self.named("log"),
            name=f"/aws/rds/cluster/{identifier}/postgresql",
            kms_key_id=ground.log_key_arn,
            retention_in_days=settings.log_retention_days,
            opts=self.own(),
        )
        subnets = aws.rds.SubnetGroup(
            self.named("subnets"),
            description="Isolated subnets",
            subnet_ids=args.isolated_subnet_ids,
            opts=self.own(),
        )
        parameters = aws.rds.ClusterParameterGroup(
            self.named("parameters"),
            description="TLS only, audited",
            family=f"{database.engine}{database.engine_version.split('.')[0]}",
            parameters=_parameters(),
            opts=self.own(),
        )
        return aws.rds.Cluster(
            self.named("cluster"),
            cluster_identifier=identifier,
            global_cluster_identifier=database.id,
            engine=database.engine,
            engine_version=database.engine_version,
            # Only the cluster that is created as the writer has its own; the others receive them with the data.
            database_name=database.database_name if created_as_writer else None,
            master_username=database.master_username if created_as_writer else None,
            master_password=database.master_password if created_as_writer else None,
            # On the writer's cluster this takes effect when it becomes a secondary, and does nothing until then.
            enable_global_write_forwarding=True if database.id else None,
            iam_database_authentication_enabled=True,
            enable_http_endpoint=settings.data_api,
            port=PORT,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[group.id],
            db_cluster_parameter_group_name=parameters.name,
            storage_encrypted=True,
            kms_key_id=ground.data_key_arn,
            backup_retention_period=settings.backup_retention_days,
            copy_tags_to_snapshot=True,
            deletion_protection=settings.deletion_protection,
            skip_final_snapshot=not settings.deletion_protection,
            final_snapshot_identifier=f"{identifier}-final",
            enabled_cloudwatch_logs_exports=["postgresql"],
            serverlessv2_scaling_configuration=_capacity(settings),
            opts=self.own(
                depends_on=[log, *args.after],
                protect=args.protect or None,
                # A switchover and a rotation change these on AWS; the version moves by the global database alone. The
                # last is of Serverless v1, and may be returned empty for other clusters.
                ignore_changes=[
                    "databaseName", "masterUsername", "masterPassword", "replicationSourceIdentifier", "engineVersion",
                    "scalingConfiguration",
                ],
            ),
        )  # fmt: skip

    def _instances(self, args: DatabaseArgs, identifier: str) -> list[aws.rds.ClusterInstance]:
        """As many in every region, whatever its role, so that moving the writer neither adds nor deletes any."""
        settings = args.settings
        monitor = service_role(
            self.named("monitoring"),
            physical_name=args.ground.names.globally("database-monitoring"),
            trusted=trust("monitoring.rds.amazonaws.com", args.ground.names.account),
            statements=[],
            managed=["arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"],
            opts=self.own(),
            description="Publishes the database's operating system metrics",
        )
        return [
            aws.rds.ClusterInstance(
                self.named(letter),
                identifier=f"{identifier}-{letter}",
                cluster_identifier=self.cluster.id,
                engine=aws.rds.EngineType(args.database.engine),
                engine_version=args.database.engine_version,
                instance_class=settings.instance_class,
                availability_zone=args.zones[position % len(args.zones)],
                promotion_tier=min(position, 15),
                publicly_accessible=False,
                # Global databases are upgraded as a whole, by the version in the settings.
                auto_minor_version_upgrade=False,
                ca_cert_identifier=CERTIFICATE_AUTHORITY,
                copy_tags_to_snapshot=True,
                performance_insights_enabled=settings.insights_retention_days is not None,
                performance_insights_kms_key_id=args.ground.data_key_arn if settings.insights_retention_days else None,
                performance_insights_retention_period=settings.insights_retention_days,
                monitoring_interval=settings.monitoring_interval_seconds,
                monitoring_role_arn=monitor.arn,
                # A zone added later must not move an instance: that would replace it.
                opts=self.own(ignore_changes=["availabilityZone", "engineVersion"]),
            )
            for position, letter in enumerate(ORDINALS[: 1 + settings.readers])
        ]

    def _scale_readers(self, args: DatabaseArgs, instances: Sequence[aws.rds.ClusterInstance]) -> None:
        """Adds readers while they are busy. Aurora scales the writer's region alone; elsewhere this waits its turn."""
        settings = args.settings
        waits = not args.writes and args.database.id is not None
        target = aws.appautoscaling.Target(
            self.named("readers"),
            service_namespace="rds",
            scalable_dimension="rds:cluster:ReadReplicaCount",
            resource_id=self.cluster.cluster_identifier.apply(lambda identifier: f"cluster:{identifier}"),
            min_capacity=settings.readers,
            max_capacity=settings.max_readers,
            suspended_state={
                "dynamic_scaling_in_suspended": waits,
                "dynamic_scaling_out_suspended": waits,
                "scheduled_scaling_suspended": waits,
            },
            opts=self.own(depends_on=list(instances)),
        )
        aws.appautoscaling.Policy(
            self.named("reader-cpu"),
            name=args.ground.names.of("reader-cpu"),
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                "predefined_metric_specification": {"predefined_metric_type": "RDSReaderAverageCPUUtilization"},
                "target_value": settings.reader_cpu_target_percent,
                "scale_in_cooldown": 600,
                "scale_out_cooldown": 300,
            },
            opts=self.own(),
        )

    def _alarms(self, args: DatabaseArgs) -> list[Output[str]]:
        """Every region has the same ones; the lag is reported where the cluster is a secondary."""
        topic_arn = args.ground.alert_topic_arn

        def on_cluster(role: str, says: str, metric: str, threshold: float, **how: str) -> aws.cloudwatch.MetricAlarm:
            return alarm(
                self.named(role), says=says, namespace="AWS/RDS", metric=metric, dimensions=self._dimensions,
                statistic=how.get("statistic", "Average"), threshold=threshold, periods=5, datapoints=4,
                comparison="LessThanThreshold" if "below" in how else "GreaterThanThreshold",
                topic_arn=topic_arn, opts=self.own(),
            )  # fmt: skip

        cpu = on_cluster("cpu", "The database is short of processor time", "CPUUtilization", CPU_ALARM_PERCENT)
        memory = on_cluster(
            "memory", "The database is short of memory", "FreeableMemory", LEAST_FREE_BYTES, below="yes"
        )
        on_cluster("deadlocks", "Transactions of the database lock each other out", "Deadlocks", 0, statistic="Maximum")
        query_alarm(
            self.named("lag"),
            says="The region's copy of the database falls behind the writer",
            # RDS may report the lag by the writer's region too; a query finds it by the cluster alone.
            queries=[selected(LAG.format(identifier=self._dimensions["DBClusterIdentifier"]), label="Lag")],
            threshold=args.thresholds.replica_lag_seconds * 1000,
            periods=5,
            datapoints=4,
            topic_arn=topic_arn,
            opts=self.own(),
        )
        return [cpu.name, memory.name]

    def _subscribe(self, args: DatabaseArgs) -> None:
        """What AWS says about the cluster, its instances and their parameters."""
        heard = {"cluster": CLUSTER_EVENTS, "instance": INSTANCE_EVENTS, "parameter-group": PARAMETER_EVENTS}
        for source, categories in heard.items():
            aws.rds.EventSubscription(
                self.named(f"{source}-events"),
                sns_topic=args.ground.alert_topic_arn,
                source_type=f"db-{source}",
                event_categories=list(categories),
                opts=self.own(),
            )


def _postgres(says: str, blocks: list[str]) -> aws.ec2.SecurityGroupIngressArgsDict:
    return {"description": says, "protocol": "tcp", "from_port": PORT, "to_port": PORT, "cidr_blocks": blocks}


def _proxy(
    args: DatabaseArgs, cluster: aws.rds.Cluster, instances: Sequence[aws.rds.ClusterInstance], group_id: Output[str]
) -> DatabaseProxyArgs:
    return DatabaseProxyArgs(
        ground=args.ground,
        database=args.database,
        cluster=cluster,
        instances=instances,
        group_id=group_id,
        subnet_ids=args.isolated_subnet_ids,
        log_retention_days=args.settings.log_retention_days,
    )


def _capacity(settings: RelationalSettings) -> aws.rds.ClusterServerlessv2ScalingConfigurationArgsDict | None:
    if settings.instance_class != SERVERLESS:
        return None
    return {"min_capacity": settings.serverless.min_units, "max_capacity": settings.serverless.max_units}


def _parameters() -> list[aws.rds.ClusterParameterGroupParameterArgsDict]:
    """In every region the same: a secondary may become the writer at any time."""
    chosen = {
        "log_connections": "1",
        "log_min_duration_statement": "1000",
        "pgaudit.log": "ddl,role",
        "rds.force_ssl": "1",
    }
    at_start = {"shared_preload_libraries": "pg_stat_statements,pgaudit"}
    dynamic: list[aws.rds.ClusterParameterGroupParameterArgsDict] = [
        {"name": name, "value": value, "apply_method": "immediate"} for name, value in chosen.items()
    ]
    return dynamic + [
        {"name": name, "value": value, "apply_method": "pending-reboot"} for name, value in at_start.items()
    ]
