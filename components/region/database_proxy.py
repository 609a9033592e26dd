"""The proxy in front of a region's relational database."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Alias, Input, Output, ResourceOptions

from components.alarms import alarm, ratio_alarm
from components.component import Component
from components.iam import allow, service_role, trust_without_source, use_key
from components.interfaces import GlobalDatabase, Ground
from components.naming import Names

USER = "storefront"
POOL_PERCENT = 80
"""Share of the connections that the proxy may use: the rest is for forwarded writes, replication and people."""

BORROW_SECONDS = 5
LONG_WAIT_MICROSECONDS = 100_000
POOL_ALARM_PERCENT = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseProxyArgs:
    ground: Ground
    database: GlobalDatabase
    cluster: aws.rds.Cluster
    instances: Sequence[aws.rds.ClusterInstance]
    group_id: Output[str]
    subnet_ids: Input[Sequence[Input[str]]]
    log_retention_days: int


class DatabaseProxy(Component):
    """Shares the database's connections, and lets in whoever proves who they are by IAM.

    Its default endpoint has a target only where the writer is: elsewhere it refuses, as docs/adr/0006 takes in account.
    """

    writer_host: Output[str]
    reader_host: Output[str]
    resource_id: Output[str]
    alarm_names: list[Output[str]]
    """Those that say that clients cannot get a connection in time."""

    def __init__(self, name: str, args: DatabaseProxyArgs, opts: ResourceOptions) -> None:
        super().__init__("storefront:region:DatabaseProxy", name, args, opts)
        self._former = opts.parent
        proxy = self._proxy(args)
        reads = self._connect(args, proxy)

        self.writer_host = proxy.endpoint
        self.reader_host = reads.endpoint
        self.resource_id = proxy.arn.apply(lambda arn: arn.rsplit(":", 1)[-1])
        self.alarm_names = self._alarms(args.ground)
        self.publish()

    def _moved(self, **options: object) -> ResourceOptions:
        """Options of a child that stood directly under the database before this component came between."""
        return self.own(aliases=[Alias(parent=self._former)], **options)

    def _proxy(self, args: DatabaseProxyArgs) -> aws.rds.Proxy:
        names = args.ground.names
        name = names.of("database")
        log = aws.cloudwatch.LogGroup(
            self.named("proxy-log"),
            name=f"/aws/rds/proxy/{name}",
            kms_key_id=args.ground.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self._moved(),
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
            opts=self._moved(),
            description="Lets the database proxy in by IAM, and the master user by their secret",
        )
        return aws.rds.Proxy(
            self.named("proxy"),
            name=name,
            engine_family="POSTGRESQL",
            role_arn=role.arn,
            vpc_subnet_ids=args.subnet_ids,
            vpc_security_group_ids=[args.group_id],
            require_tls=True,
            # Users without a secret go by IAM all the way; AWS takes both side by side (Aurora User Guide,
            # "Migrating to end-to-end IAM authentication for RDS Proxy").
            default_auth_scheme="IAM_AUTH",
            auths=[_master_user(args)],
            idle_client_timeout=1800,
            debug_logging=False,
            opts=self._moved(depends_on=[log]),
        )

    def _connect(self, args: DatabaseProxyArgs, proxy: aws.rds.Proxy) -> aws.rds.ProxyEndpoint:
        """The proxy's pool over the cluster, and its endpoint for reads."""
        pool = aws.rds.ProxyDefaultTargetGroup(
            self.named("pool"),
            db_proxy_name=proxy.name,
            connection_pool_config={
                "max_connections_percent": POOL_PERCENT,
                "max_idle_connections_percent": POOL_PERCENT // 2,
                "connection_borrow_timeout": BORROW_SECONDS,
            },
            opts=self._moved(),
        )
        target = aws.rds.ProxyTarget(
            self.named("target"),
            db_proxy_name=proxy.name,
            target_group_name=pool.name,
            db_cluster_identifier=args.cluster.cluster_identifier,
            opts=self._moved(depends_on=list(args.instances)),
        )
        return aws.rds.ProxyEndpoint(
            self.named("reads"),
            db_proxy_name=proxy.name,
            db_proxy_endpoint_name=args.ground.names.of("reads"),
            target_role="READ_ONLY",
            vpc_subnet_ids=args.subnet_ids,
            vpc_security_group_ids=[args.group_id],
            opts=self._moved(depends_on=[target]),
        )

    def _alarms(self, ground: Ground) -> list[Output[str]]:
        pool = {"ProxyName": ground.names.of("database"), "TargetGroup": "default", "TargetRole": "READ_WRITE"}
        waits = alarm(
            self.named("pool-wait"),
            says="Clients wait for a connection to the database",
            namespace="AWS/RDS",
            metric="DatabaseConnectionsBorrowLatency",
            dimensions=pool,
            statistic="Average",
            threshold=LONG_WAIT_MICROSECONDS,
            periods=5,
            datapoints=4,
            topic_arn=ground.alert_topic_arn,
            opts=self._moved(),
        )
        full = ratio_alarm(
            self.named("pool-full"),
            says="The database proxy has used most of its connections",
            part=("AWS/RDS", "DatabaseConnections"),
            whole=("AWS/RDS", "MaxDatabaseConnectionsAllowed"),
            dimensions=pool,
            threshold_percent=POOL_ALARM_PERCENT,
            topic_arn=ground.alert_topic_arn,
            opts=self._moved(),
        )
        return [waits.name, full.name]


def _master_user(args: DatabaseProxyArgs) -> aws.rds.ProxyAuthArgsDict:
    return {
        "auth_scheme": "SECRETS",
        "description": "Master user, by an IAM token towards the proxy",
        "client_password_auth_type": "POSTGRES_SCRAM_SHA_256",
        "iam_auth": "REQUIRED",
        "secret_arn": args.database.secret_arn_in(args.ground.names.region),
    }


def _secret_pattern(names: Names, secret: str) -> str:
    """Secrets Manager appends six characters to the name."""
    return names.arn("secretsmanager", f"secret:{secret}-??????")
