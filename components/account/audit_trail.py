"""The audit trail: who did what in the account, in any region, kept where nobody can change it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components import iam
from components.account.audit_alarms import AuditAlarms, AuditAlarmsArgs
from components.component import Component
from components.naming import Names
from components.storage import PrivateBucket, PrivateBucketArgs

FieldSelector = aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgsDict
EventSelector = aws.cloudtrail.TrailAdvancedEventSelectorArgsDict

KEY_DELETION_WINDOW_DAYS = 30
GRACE_DAYS = 30
"""An object outlives its lock by this much, so that its expiry never meets a lock that still holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditTrailArgs:
    names: Names
    """Names in the place that holds the trail."""

    regions: Sequence[str]
    """Every region in which the stack has resources."""

    log_key_arn: Input[str]
    alert_topic_arn: Input[str]
    access_log_bucket: Input[str]
    """Where the reads of the trail's own bucket are recorded."""

    unrecorded_buckets: Sequence[Input[str]]
    """Buckets of logs: recording what is written there would record the recording."""

    retention_days: int
    log_retention_days: int
    protect: bool


class AuditTrail(Component):
    """Proves what happened: every call in every region, validated, encrypted, locked, and alarms on the grave ones."""

    trail_arn: Output[str]
    bucket_name: Output[str]

    def __init__(self, name: str, args: AuditTrailArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:account:AuditTrail", name, args, opts)
        names, trail_name = args.names, args.names.of("trail")
        trail_arn = names.arn("cloudtrail", f"trail/{trail_name}")

        key = aws.kms.Key(
            self.named("key"),
            description="Audit trail",
            policy=_key_policy(names, trail_arn),
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DELETION_WINDOW_DAYS,
            opts=self.own(protect=args.protect),
        )
        aws.kms.Alias(self.named("key-alias"), name=names.key_alias("trail"), target_key_id=key.key_id, opts=self.own())
        bucket = PrivateBucket(self.named("bucket"), _bucket(args, key.arn, trail_arn), opts=self.own())
        log_group = self._log_group(args)
        trail = aws.cloudtrail.Trail(
            self.named("trail"),
            name=trail_name,
            s3_bucket_name=bucket.bucket_name,
            kms_key_id=key.arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            cloud_watch_logs_group_arn=Output.concat(log_group.arn, ":*"),
            cloud_watch_logs_role_arn=self._writer(names),
            advanced_event_selectors=_recorded_events(
                names, args.regions, [bucket.bucket_name, *args.unrecorded_buckets]
            ),
            insight_selectors=[{"insight_type": "ApiCallRateInsight"}, {"insight_type": "ApiErrorRateInsight"}],
            opts=self.own(),
        )
        alarms = AuditAlarmsArgs(
            namespace=names.of("audit"), log_group=log_group.name, alert_topic_arn=args.alert_topic_arn
        )
        AuditAlarms(self.named("alarms"), alarms, opts=self.own())

        self.trail_arn = trail.arn
        self.bucket_name = bucket.bucket_name
        self.publish()

    def _log_group(self, args: AuditTrailArgs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            self.named("log"),
            name=_log_group_name(args.names),
            kms_key_id=args.log_key_arn,
            retention_in_days=args.log_retention_days,
            opts=self.own(),
        )

    def _writer(self, names: Names) -> Output[str]:
        """ARN of the role by which CloudTrail writes to the log group; it resolves once the role may."""
        writer = aws.iam.Role(
            self.named("writer"),
            name=names.globally("trail"),
            description="CloudTrail writes to the log group that the audit alarms read",
            # CloudTrail sends no source when it assumes this role (its user guide, "Role policy document").
            assume_role_policy=iam.trust_without_source("cloudtrail.amazonaws.com"),
            opts=self.own(),
        )
        stream = f"log-stream:{names.account}_CloudTrail_{names.region}*"
        writes = iam.allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [names.arn("logs", f"log-group:{_log_group_name(names)}:{stream}")],
        )
        policy = aws.iam.RolePolicy(
            self.named("writer-policy"), role=writer.name, policy=iam.document([writes]), opts=self.own()
        )
        return Output.all(writer.arn, policy.id).apply(lambda made: str(made[0]))


def _log_group_name(names: Names) -> str:
    return f"/aws/cloudtrail/{names.of('trail')}"


def _key_policy(names: Names, trail_arn: str) -> str:
    service = {"Service": "cloudtrail.amazonaws.com"}
    from_trail: iam.Conditions = {"StringEquals": {"aws:SourceArn": trail_arn}}
    return iam.document(
        [
            iam.allow(["kms:*"], ["*"], principal={"AWS": f"arn:aws:iam::{names.account}:root"}, sid="Account"),
            iam.allow(
                ["kms:DescribeKey", "kms:GenerateDataKey*"], ["*"], principal=service, when=from_trail, sid="Trail"
            ),
        ]
    )


def _bucket(args: AuditTrailArgs, key_arn: Input[str], trail_arn: str) -> PrivateBucketArgs:
    arn = args.names.bucket_arn("trail")
    service = {"Service": "cloudtrail.amazonaws.com"}
    from_trail: iam.Conditions = {"StringEquals": {"aws:SourceArn": trail_arn}}
    owned: iam.Conditions = {"StringEquals": {"aws:SourceArn": trail_arn, "s3:x-amz-acl": "bucket-owner-full-control"}}
    return PrivateBucketArgs(
        physical_name=args.names.bucket("trail"),
        key_arn=key_arn,
        versioned=True,
        log_bucket=args.access_log_bucket,
        lifecycle_rules=_expiry(args.retention_days + GRACE_DAYS),
        statements=[
            iam.allow(["s3:GetBucketAcl"], [arn], principal=service, when=from_trail, sid="TrailLooksUpBucket"),
            iam.allow(
                ["s3:PutObject"], [f"{arn}/AWSLogs/{args.names.account}/*"], principal=service, when=owned, sid="Trail"
            ),
        ],
        object_lock_days=args.retention_days,
        force_destroy=not args.protect,
        protect=args.protect,
    )


def _expiry(days: int) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
    return [
        {
            "id": "expire",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"days": days},
            "noncurrent_version_expiration": {"noncurrent_days": GRACE_DAYS},
        }
    ]


def _recorded_events(names: Names, regions: Sequence[str], unrecorded: Sequence[Input[str]]) -> list[EventSelector]:
    """All management events, and what is done to the stack's own objects, tables and functions.

    Reads of tables stay out: every page view is one, and they would cost more than the tables.
    """
    own = f"{names.project}-{names.stack}-"
    everywhere = [names.inside(region) for region in regions]
    outside_logs: FieldSelector = {
        "field": "resources.ARN",
        "starts_withs": [f"arn:aws:s3:::{own}"],
        "not_starts_withs": [Output.concat("arn:aws:s3:::", bucket, "/") for bucket in unrecorded],
    }
    tables = [place.arn("dynamodb", f"table/{own}") for place in everywhere]
    functions = [place.arn("lambda", f"function:{own}") for place in everywhere]
    return [
        {"name": "Management", "field_selectors": [{"field": "eventCategory", "equals": ["Management"]}]},
        _data_events("Objects", "AWS::S3::Object", [outside_logs]),
        _data_events(
            "Changes of items",
            "AWS::DynamoDB::Table",
            [{"field": "readOnly", "equals": ["false"]}, {"field": "resources.ARN", "starts_withs": tables}],
        ),
        _data_events("Invocations", "AWS::Lambda::Function", [{"field": "resources.ARN", "starts_withs": functions}]),
    ]


def _data_events(name: str, resource_type: str, narrowed: Sequence[FieldSelector]) -> EventSelector:
    fields: list[FieldSelector] = [
        {"field": "eventCategory", "equals": ["Data"]},
        {"field": "resources.type", "equals": [resource_type]},
        *narrowed,
    ]
    return {"name": name, "field_selectors": fields}
