"""Daily files of what the shop knows, for the warehouse."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components import iam
from components.alarms import alarm
from components.component import Component
from components.interfaces import BucketRef, Ground, Tables
from components.naming import Names
from components.storage import PrivateBucket, PrivateBucketArgs

KEPT_DAYS = 30
"""Each export is whole, so the newest is enough; older ones show what changed."""

WINDOW_MINUTES = 60
RETRIES = 3


Request = Mapping[str, Input[str | list[str]]]
"""What an export asks AWS for, in AWS's own spelling."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportsArgs:
    ground: Ground
    tables: Tables
    cluster: str
    """Identifier of the region's relational cluster."""

    database_name: str
    protect: bool


class Exports(Component):
    """Writes tables and the relational database to a bucket every night, without a password and without their capacity.

    Zero-ETL would be fresher, but it binds the warehouse to the writer's region and must be made anew after every
    switchover; a federated query puts a password and the analysts' load on the cluster that takes orders. An export
    reads backups and clones, works on a secondary cluster as on the writer, and survives a switchover as it is.
    Sessions stay out: they are secrets, not facts.
    """

    bucket: BucketRef

    def __init__(self, name: str, args: ExportsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:Exports", name, args, opts)
        self._args = args
        names = args.ground.names
        bucket = PrivateBucket(self.named("bucket"), _bucket(args), self.own())
        self.bucket = BucketRef(name=bucket.bucket_name, arn=bucket.arn, domain=bucket.domain)

        group = aws.scheduler.ScheduleGroup(self.named("nightly"), name=names.of("exports"), opts=self.own())
        writer = self._writer()
        scheduler = self._scheduler()
        for table, physical_name in (("catalogue", args.tables.catalogue), ("carts", args.tables.carts)):
            wanted = table_export(names, physical_name, bucket.bucket_name, args.ground.data_key_arn)
            self._nightly(table, "dynamodb:exportTableToPointInTime", wanted, group, scheduler)
        wanted = cluster_export(args, bucket.bucket_name, writer.arn)
        self._nightly("relational", "rds:startExportTask", wanted, group, scheduler)
        self._tell_of_failures()
        self.publish()

    def _nightly(
        self,
        held: str,
        action: str,
        wanted: Request,
        group: aws.scheduler.ScheduleGroup,
        scheduler: aws.iam.Role,
    ) -> None:
        ground = self._args.ground
        aws.scheduler.Schedule(
            self.named(held),
            name=ground.names.of(f"export-{held}"),
            group_name=group.name,
            description=f"Exports {held} for the warehouse",
            schedule_expression="cron(0 1 * * ? *)",
            flexible_time_window={"mode": "FLEXIBLE", "maximum_window_in_minutes": WINDOW_MINUTES},
            kms_key_arn=ground.data_key_arn,
            target={
                "arn": f"arn:aws:scheduler:::aws-sdk:{action}",
                "role_arn": scheduler.arn,
                "input": Output.json_dumps(wanted),
                "retry_policy": {"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": RETRIES},
            },
            opts=self.own(),
        )

    def _writer(self) -> aws.iam.Role:
        """By which RDS writes files; these are the rights that its guide asks for, below one prefix."""
        names = self._args.ground.names
        files = f"{self.bucket.arn}/relational/*"
        return iam.service_role(
            self.named("writer"),
            physical_name=names.globally("export-writer"),
            description="Writes exports of the relational database",
            trusted=iam.trust("export.rds.amazonaws.com", names.account, sources=[names.arn("rds", "*")]),
            statements=[
                iam.allow(["s3:GetBucketLocation", "s3:ListBucket"], [self.bucket.arn]),
                iam.allow(["s3:DeleteObject*", "s3:GetObject*", "s3:PutObject*"], [files]),
                iam.use_key(names, "data", through="s3"),
            ],
            opts=self.own(),
        )

    def _scheduler(self) -> aws.iam.Role:
        names = self._args.ground.names
        return iam.service_role(
            self.named("scheduler"),
            physical_name=names.globally("export-scheduler"),
            description="Starts exports",
            trusted=iam.trust("scheduler.amazonaws.com", names.account),
            statements=self._starting(),
            opts=self.own(),
        )

    def _starting(self) -> Sequence[iam.Statement]:
        names, tables = self._args.ground.names, self._args.tables
        exported = [names.arn("dynamodb", f"table/{table}") for table in (tables.carts, tables.catalogue)]
        ours: iam.Conditions = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": names.key_alias("data")}}
        through_rds = {"StringEquals": {"kms:ViaService": f"rds.{names.region}.amazonaws.com"}}
        return [
            iam.allow(["dynamodb:ExportTableToPointInTime"], exported),
            iam.allow(["s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"], [f"{self.bucket.arn}/tables/*"]),
            iam.use_key(names, "data", through="s3"),
            iam.use_key(names, "data", through="dynamodb"),
            iam.allow(["rds:StartExportTask"], [names.arn("rds", f"cluster:{self._args.cluster}")]),
            iam.allow(
                ["iam:PassRole"],
                [names.role_arn("export-writer")],
                when={"StringEquals": {"iam:PassedToService": "export.rds.amazonaws.com"}},
            ),
            iam.allow(
                ["kms:CreateGrant", "kms:DescribeKey"], [names.arn("kms", "key/*")], when={**ours, **through_rds}
            ),
            iam.use_key(names, "data", through="scheduler", actions=["kms:Decrypt"]),
        ]

    def _tell_of_failures(self) -> None:
        """By an alarm what does not start, by an event what RDS gives up later; DynamoDB sends none of the kind."""
        ground = self._args.ground
        given_up = aws.cloudwatch.EventRule(
            self.named("given-up"),
            name=ground.names.of("exports-given-up"),
            description="RDS gave up an export that had begun",
            event_pattern=json.dumps(_given_up(self._args.cluster)),
            opts=self.own(),
        )
        aws.cloudwatch.EventTarget(
            self.named("given-up-alert"),
            rule=given_up.name,
            target_id="alerts",
            arn=ground.alert_topic_arn,
            opts=self.own(),
        )
        alarm(
            self.named("failed"),
            says="A nightly export did not start; the warehouse will miss a day.",
            namespace="AWS/Scheduler",
            metric="InvocationDroppedCount",
            dimensions={"ScheduleGroup": ground.names.of("exports")},
            threshold=0,
            period_seconds=3600,
            periods=1,
            topic_arn=ground.alert_topic_arn,
            opts=self.own(),
        )


def _given_up(cluster: str) -> dict[str, Any]:
    """Export task failed, export task canceled (Aurora user guide, "DB cluster events")."""
    return {
        "source": ["aws.rds"],
        "detail-type": ["RDS DB Cluster Event"],
        "detail": {"SourceIdentifier": [cluster], "EventID": ["RDS-EVENT-0234", "RDS-EVENT-0235"]},
    }


def table_export(names: Names, table: str, bucket: Input[str], key_arn: Input[str]) -> Request:
    """A whole export of a table."""
    return {
        "TableArn": names.arn("dynamodb", f"table/{table}"),
        "S3Bucket": bucket,
        "S3Prefix": f"tables/{table}",
        "S3SseAlgorithm": "KMS",
        "S3SseKmsKeyId": key_arn,
        "ExportFormat": "DYNAMODB_JSON",
    }


def cluster_export(args: ExportsArgs, bucket: Input[str], writer_arn: Input[str]) -> Request:
    """An export of one database of the region's cluster; every night needs a name of its own."""
    return {
        "ExportTaskIdentifier": "relational-<aws.scheduler.execution-id>",
        "SourceArn": args.ground.names.arn("rds", f"cluster:{args.cluster}"),
        "S3BucketName": bucket,
        "S3Prefix": "relational",
        "IamRoleArn": writer_arn,
        "KmsKeyId": args.ground.data_key_arn,
        "ExportOnly": [args.database_name],
    }


def _bucket(args: ExportsArgs) -> PrivateBucketArgs:
    ground = args.ground
    return PrivateBucketArgs(
        physical_name=ground.names.bucket("exports"),
        key_arn=ground.data_key_arn,
        log_bucket=ground.log_bucket,
        lifecycle_rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": KEPT_DAYS},
                "noncurrent_version_expiration": {"noncurrent_days": 1},
            }
        ],
        force_destroy=not args.protect,
        protect=args.protect,
    )
