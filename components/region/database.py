"""A region's part of the relational database: its cluster, and the proxy that everybody connects through."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, Resource, ResourceOptions

from components.alarms import alarm, ratio_alarm
from components.component import Component
from components.iam import allow, service_role, trust, trust_without_source, use_key
from components.interfaces import DatabaseEndpoints, GlobalDatabase, Ground
from components.naming import Names
from settings.account import AlarmThresholds
from settings.data import RelationalSettings

PORT = 5432
USER = "storefront"
SERVERLESS = "db.serverless"
ORDINALS = "abcdefghijklmnop"
"""Instances are named by letter, so that none is 'the writer' by its name: a failover changes that."""

CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
POOL_PERCENT = 80
"""Share of the connections that the proxy may use: the rest is for forwarded writes, replication and people."""

BORROW_SECONDS = 5
LEAST_FREE_BYTES = 256 * 1024**2
CPU_ALARM_PERCENT = 85
CLUSTER_EVENTS = ("failover", "failure", "global-failover", "maintenance")
INSTANCE_EVENTS = ("availability", "failure", "maintenance")


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

    def __init__(self, name: str, args: DatabaseArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Database", name, args, opts)
        identifier = args.ground.names.of("database")
        self._dimensions = {"DBClusterIdentifier": identifier}
        proxy_group, cluster_group = self._security_groups(args)
        self.cluster = self._cluster(args, identifier, cluster_group)
        instances = self._instances(args, identifier)
        proxy = self._proxy(args, proxy_group)
        reader = self._connect(args, proxy, proxy_group, instances)
        self._scale_readers(args, instances)
        self._alarms(args)
        self._subscribe(args)

        self.endpoints = DatabaseEndpoints(
            writer_host=proxy.endpoint,
            reader_host=reader.endpoint,
            proxy_resource_id=proxy.arn.apply(lambda arn: arn.rsplit(":", 1)[-1]),
            cluster_arn=self.cluster.arn,
            cluster_identifier=identifier,
        )
        self.proxy_group_id = proxy_group.id
        self.members = [self.cluster, *instances]
        self.publish()

    def _security_groups(self, args: DatabaseArgs) -> tuple[aws.ec2.SecurityGroup, aws.ec2.SecurityGroup]:
        """Clients reach the proxy, the proxy reaches the cluster, and the cluster reaches nothing."""
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
                }
            ],
            tags={"Name": self.named("cluster-access")},
            opts=self.own(),
        )
        return proxy, cluster

    def _cluster(self, args: DatabaseArgs, identifier: str, group: aws.ec2.SecurityGroup) -> aws.rds.Cluster:
        settings, database, ground = args.settings, args.database, args.ground
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
            database_name=database.database_name if args.writes else None,
            master_username=database.master_username if args.writes else None,
            master_password=database.master_password if args.writes else None,
            # On the writer's cluster this takes effect when it becomes a secondary, and does nothing until then.
            enable_global_write_forwarding=True,
            iam_database_authentication_enabled=True,
            enable_http_endpoint=True,
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
                # A switchover and a rotation change these on AWS; the version moves by the global database alone.
                ignore_changes=[
                    "databaseName", "masterUsername", "masterPassword", "replicationSourceIdentifier", "engineVersion",
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
                performance_insights_enabled=True,
                performance_insights_kms_key_id=args.ground.data_key_arn,
                performance_insights_retention_period=settings.insights_retention_days,
                monitoring_interval=settings.monitoring_interval_seconds,
                monitoring_role_arn=monitor.arn,
                # A zone added later must not move an instance: that would replace it.
                opts=self.own(ignore_changes=["availabilityZone", "engineVersion"]),
            )
            for position, letter in enumerate(ORDINALS[: 1 + settings.readers])
        ]

    def _proxy(self, args: DatabaseArgs, group: aws.ec2.SecurityGroup) -> aws.rds.Proxy:
        names = args.ground.names
        name = names.of("database")
        log = aws.cloudwatch.LogGroup(
            self.named("proxy-log"),
            name=f"/aws/rds/proxy/{name}",
            kms_key_id=args.ground.log_key_arn,
            retention_in_days=args.settings.log_retention_days,
            opts=self.own(),
        )
        role = service_role(
            self.named("proxy-access-to-secret"),
            physical_name=names.globally("database-proxy"),
            # RDS documents no source for the proxy's role; a condition on one would lock the proxy out.
            trusted=trust_without_source("rds.amazonaws.com"),
            statements=[
                allow(["secretsmanager:GetSecretValue"], [_secret_pattern(names, args.database.master_secret_name)]),
                use_key(names, "data", through="secretsmanager", actions=("kms:Decrypt",)),
                allow(["rds-db:connect"], [names.arn("rds-db", f"dbuser:cluster-*/{USER}")]),
            ],
            opts=self.own(),
            description="Lets the database proxy in by IAM, and the master user by their secret",
        )
        return aws.rds.Proxy(
            self.named("proxy"),
            name=name,
            engine_family="POSTGRESQL",
            role_arn=role.arn,
            vpc_subnet_ids=args.isolated_subnet_ids,
            vpc_security_group_ids=[group.id],
            require_tls=True,
            default_auth_scheme="IAM_AUTH",
            auths=[
                {
                    "auth_scheme": "SECRETS",
                    "description": "Master user, by an IAM token towards the proxy",
                    "client_password_auth_type": "POSTGRES_SCRAM_SHA_256",
                    "iam_auth": "REQUIRED",
                    "secret_arn": args.database.secret_arn_in(names.region),
                }
            ],
            idle_client_timeout=1800,
            debug_logging=False,
            opts=self.own(depends_on=[log]),
        )

    def _connect(
        self,
        args: DatabaseArgs,
        proxy: aws.rds.Proxy,
        group: aws.ec2.SecurityGroup,
        instances: Sequence[aws.rds.ClusterInstance],
    ) -> aws.rds.ProxyEndpoint:
        """The proxy's pool over the cluster, and its endpoint for reads."""
        pool = aws.rds.ProxyDefaultTargetGroup(
            self.named("pool"),
            db_proxy_name=proxy.name,
            connection_pool_config={
                "max_connections_percent": POOL_PERCENT,
                "max_idle_connections_percent": POOL_PERCENT // 2,
                "connection_borrow_timeout": BORROW_SECONDS,
            },
            opts=self.own(),
        )
        target = aws.rds.ProxyTarget(
            self.named("target"),
            db_proxy_name=proxy.name,
            target_group_name=pool.name,
            db_cluster_identifier=self.cluster.cluster_identifier,
            opts=self.own(depends_on=list(instances)),
        )
        return aws.rds.ProxyEndpoint(
            self.named("reads"),
            db_proxy_name=proxy.name,
            db_proxy_endpoint_name=args.ground.names.of("reads"),
            target_role="READ_ONLY",
            vpc_subnet_ids=args.isolated_subnet_ids,
            vpc_security_group_ids=[group.id],
            opts=self.own(depends_on=[target]),
        )

    def _scale_readers(self, args: DatabaseArgs, instances: Sequence[aws.rds.ClusterInstance]) -> None:
        """Adds readers while they are busy. Aurora scales the writer's region alone; elsewhere this waits its turn."""
        settings = args.settings
        waits = not args.writes
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

    def _alarms(self, args: DatabaseArgs) -> None:
        """Every region has the same ones; the lag is reported where the cluster is a secondary."""
        topic_arn = args.ground.alert_topic_arn
        pool = {"ProxyName": args.ground.names.of("database"), "TargetGroup": "default", "TargetRole": "READ_WRITE"}

        def on_cluster(role: str, says: str, metric: str, threshold: float, **how: str) -> None:
            alarm(
                self.named(role), says=says, namespace="AWS/RDS", metric=metric, dimensions=self._dimensions,
                statistic=how.get("statistic", "Average"), threshold=threshold, periods=5, datapoints=4,
                comparison="LessThanThreshold" if "below" in how else "GreaterThanThreshold",
                topic_arn=topic_arn, opts=self.own(),
            )  # fmt: skip

        on_cluster("cpu", "The database is short of processor time", "CPUUtilization", CPU_ALARM_PERCENT)
        on_cluster("memory", "The database is short of memory", "FreeableMemory", LEAST_FREE_BYTES, below="yes")
        on_cluster("deadlocks", "Transactions of the database lock each other out", "Deadlocks", 0, statistic="Maximum")
        on_cluster(
            "lag", "The region's copy of the database falls behind the writer", "AuroraGlobalDBReplicationLag",
            args.thresholds.replica_lag_seconds * 1000, statistic="Maximum",
        )  # fmt: skip
        alarm(
            self.named("pool-wait"), says="Clients wait for a connection to the database",
            namespace="AWS/RDS", metric="DatabaseConnectionsBorrowLatency", dimensions=pool, statistic="Average",
            threshold=100_000, periods=5, datapoints=4, topic_arn=topic_arn, opts=self.own(),
        )  # fmt: skip
        ratio_alarm(
            self.named("pool-full"), says="The database proxy has used most of its connections",
            part=("AWS/RDS", "DatabaseConnections"), whole=("AWS/RDS", "MaxDatabaseConnectionsAllowed"),
            dimensions=pool, threshold_percent=80, topic_arn=topic_arn, opts=self.own(),
        )  # fmt: skip

    def _subscribe(self, args: DatabaseArgs) -> None:
        """What AWS says about the cluster and its instances."""
        for source, categories in (("cluster", CLUSTER_EVENTS), ("instance", INSTANCE_EVENTS)):
            aws.rds.EventSubscription(
                self.named(f"{source}-events"),
                sns_topic=args.ground.alert_topic_arn,
                source_type=f"db-{source}",
                event_categories=list(categories),
                opts=self.own(),
            )


def _postgres(says: str, blocks: list[str]) -> aws.ec2.SecurityGroupIngressArgsDict:
    return {"description": says, "protocol": "tcp", "from_port": PORT, "to_port": PORT, "cidr_blocks": blocks}


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


def _secret_pattern(names: Names, secret: str) -> str:
    """Secrets Manager appends six characters to the name."""
    return names.arn("secretsmanager", f"secret:{secret}-??????")
