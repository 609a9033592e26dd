"""Where analysts ask questions."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components import iam
from components.alarms import alarm
from components.component import Component
from components.interfaces import BucketRef, Ground
from components.naming import Names
from settings.data import AnalyticsSettings

DATABASE = "analytics"
ADMINISTRATOR = "analytics_admin"
LOGS = ("connectionlog", "useractivitylog", "userlog")
FULL_HOURS_A_DAY = 4
"""Hours at full capacity after which the warehouse rests until tomorrow; this bounds the bill."""

PARAMETERS = {
    "auto_mv": "true",
    "datestyle": "ISO, MDY",
    "enable_case_sensitive_identifier": "false",
    "enable_user_activity_logging": "true",
    "max_query_execution_time": "14400",
    "query_group": "default",
    "require_ssl": "true",
    "search_path": "$user, public",
    "use_fips_ssl": "false",
}
"""All that there are: AWS returns those that are left out, and each `up` would change them back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WarehouseArgs:
    ground: Ground
    settings: AnalyticsSettings
    vpc_id: Input[str]
    subnet_ids: Input[Sequence[Input[str]]]
    """Private subnets, in three zones."""

    exports: BucketRef
    log_retention_days: int
    protect: bool


class Warehouse(Component):
    """Answers analysts' questions from exported files; it is private, and reaches nothing but AWS over TLS."""

    workgroup_name: Output[str]
    catalogue_name: Output[str]
    """Glue database that external schemas name."""

    def __init__(self, name: str, args: WarehouseArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:Warehouse", name, args, opts)
        ground, names = args.ground, args.ground.names
        catalogue = aws.glue.CatalogDatabase(
            self.named("catalogue"), name=_catalogue(names), description="Exported files", opts=self.own()
        )
        namespace = self._namespace(args, self._reader(args), self._logs(args))
        workgroup = aws.redshiftserverless.Workgroup(
            self.named("workgroup"),
            workgroup_name=names.of("warehouse"),
            namespace_name=namespace.namespace_name,
            base_capacity=args.settings.base_capacity_units,
            max_capacity=args.settings.max_capacity_units,
            config_parameters=[{"parameter_key": k, "parameter_value": v} for k, v in PARAMETERS.items()],
            enhanced_vpc_routing=True,
            publicly_accessible=False,
            security_group_ids=[self._closed(args).id],
            subnet_ids=args.subnet_ids,
            opts=self.own(),
        )
        aws.redshiftserverless.UsageLimit(
            self.named("limit"),
            resource_arn=workgroup.arn,
            usage_type="serverless-compute",
            period="daily",
            amount=args.settings.max_capacity_units * FULL_HOURS_A_DAY,
            breach_action="deactivate",
            opts=self.own(),
        )
        self._tell_of_full_load(ground, args.settings)
        self.workgroup_name = workgroup.workgroup_name
        self.catalogue_name = catalogue.name
        self.publish()

    def _namespace(
        self, args: WarehouseArgs, reader: aws.iam.Role, logs: Sequence[aws.cloudwatch.LogGroup]
    ) -> aws.redshiftserverless.Namespace:
        """Its administrator's password is made, kept and changed by Redshift itself."""
        key_arn = args.ground.data_key_arn
        return aws.redshiftserverless.Namespace(
            self.named("namespace"),
            namespace_name=_namespace_name(args.ground.names),
            db_name=DATABASE,
            admin_username=ADMINISTRATOR,
            manage_admin_password=True,
            admin_password_secret_kms_key_id=key_arn,
            kms_key_id=key_arn,
            default_iam_role_arn=reader.arn,
            iam_roles=[reader.arn],
            log_exports=list(LOGS),
            opts=self.own(protect=args.protect, depends_on=list(logs)),
        )

    def _logs(self, args: WarehouseArgs) -> list[aws.cloudwatch.LogGroup]:
        return [
            aws.cloudwatch.LogGroup(
                self.named(log),
                name=f"/aws/redshift/{_namespace_name(args.ground.names)}/{log}",
                kms_key_id=args.ground.log_key_arn,
                retention_in_days=args.log_retention_days,
                opts=self.own(),
            )
            for log in LOGS
        ]

    def _reader(self, args: WarehouseArgs) -> aws.iam.Role:
        """By which queries read the exports and describe them in the catalogue."""
        names, bucket = args.ground.names, args.exports.arn
        catalogue = [
            names.arn("glue", "catalog"),
            names.arn("glue", f"database/{_catalogue(names)}"),
            names.arn("glue", f"table/{_catalogue(names)}/*"),
        ]
        return iam.service_role(
            self.named("reader"),
            physical_name=names.globally("warehouse"),
            description="Reads exports",
            trusted=_trusted(names),
            statements=[
                iam.allow(["s3:GetBucketLocation", "s3:ListBucket"], [bucket]),
                iam.allow(["s3:GetObject"], [f"{bucket}/*"]),
                iam.allow(
                    [
                        "glue:BatchCreatePartition",
                        "glue:CreateTable",
                        "glue:DeleteTable",
                        "glue:GetDatabase",
                        "glue:GetDatabases",
                        "glue:GetPartition",
                        "glue:GetPartitions",
                        "glue:GetTable",
                        "glue:GetTables",
                        "glue:UpdateTable",
                    ],
                    catalogue,
                ),
                iam.use_key(names, "data", through="s3", actions=["kms:Decrypt"]),
            ],
            opts=self.own(),
        )

    def _closed(self, args: WarehouseArgs) -> aws.ec2.SecurityGroup:
        """Nothing comes in: analysts come through the Data API and the query editor, which need no address."""
        return aws.ec2.SecurityGroup(
            self.named("network"),
            name=args.ground.names.of("warehouse"),
            description="Warehouse to AWS services",
            vpc_id=args.vpc_id,
            egress=[
                {
                    "description": "AWS services over TLS",
                    "protocol": "tcp",
                    "from_port": 443,
                    "to_port": 443,
                    "cidr_blocks": ["0.0.0.0/0"],
                }
            ],
            opts=self.own(),
        )

    def _tell_of_full_load(self, ground: Ground, settings: AnalyticsSettings) -> None:
        alarm(
            self.named("full"),
            says="The warehouse works at its upper bound; it will rest when the daily limit is reached.",
            namespace="AWS/Redshift-Serverless",
            metric="ComputeCapacity",
            dimensions={"Workgroup": ground.names.of("warehouse")},
            statistic="Average",
            comparison="GreaterThanOrEqualToThreshold",
            threshold=settings.max_capacity_units,
            period_seconds=900,
            periods=4,
            datapoints=4,
            topic_arn=ground.alert_topic_arn,
            opts=self.own(),
        )


def _namespace_name(names: Names) -> str:
    return names.of("warehouse")


def _catalogue(names: Names) -> str:
    return names.of("exports").replace("-", "_")


def _trusted(names: Names) -> str:
    """Redshift states a database user instead of a source (its management guide, "Restricting access to IAM roles")."""
    services = ["redshift-serverless.amazonaws.com", "redshift.amazonaws.com"]
    ours: iam.Conditions = {"StringLike": {"sts:ExternalId": names.arn("redshift", "dbuser:*/*")}}
    return iam.document([iam.allow(["sts:AssumeRole"], [], principal={"Service": services}, when=ours)])
