"""The synthetic visitor of a region."""

import os
from dataclasses import dataclass
from pathlib import Path

import pulumi_aws as aws
from pulumi import AssetArchive, FileAsset, Input, Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.iam import Statement, allow, service_role, trust_without_source, use_key
from components.interfaces import Ground
from components.naming import Names
from settings.section import LogRetentionDays

SCRIPT = Path(__file__).resolve().parents[2] / "handlers" / "canary" / "visit.py"
RUNTIME = "syn-python-selenium-14.0"
CANARY_NAME_LIMIT = 21
PREFIX = "canary"
TIMEOUT_SECONDS = 60
RESULT_DAYS = 31
SUCCESS_PERCENT = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class CanaryArgs:
    ground: Ground
    visits: list[Input[str]]
    """Addresses that must answer 200."""

    interval_minutes: int
    bucket: str
    """Physical name of the bucket that holds the script and the results."""

    bucket_name: Input[str]
    """The same, once the bucket exists."""

    log_retention_days: LogRetentionDays


class Canary(Component):
    """Visits the platform from a region around the clock and says when it is not answered."""

    canary_name: str
    alarm_name: Output[str]

    def __init__(self, name: str, args: CanaryArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Canary", name, args, opts)
        self._args = args
        self.canary_name = f"{args.ground.names.stack}-visitor"[-CANARY_NAME_LIMIT:].lstrip("-")

        script = aws.s3.BucketObjectv2(
            self.named("script"),
            bucket=args.bucket_name,
            key=f"{PREFIX}/visit.zip",
            source=AssetArchive({"python/visit.py": FileAsset(os.path.relpath(SCRIPT))}),
            opts=self.own(),
        )
        role = service_role(
            self.named("role"),
            physical_name=args.ground.names.globally("canary"),
            trusted=trust_without_source("lambda.amazonaws.com"),
            statements=_statements(args.ground.names, args.bucket, self.canary_name),
            opts=self.own(),
            description="Lets the visitor keep its results and count its visits",
        )
        canary = self._canary(script, role)
        self._log(canary)

        self.alarm_name = self._alarm(canary).name
        self.publish()

    def _canary(self, script: aws.s3.BucketObjectv2, role: aws.iam.Role) -> aws.synthetics.Canary:
        args = self._args
        return aws.synthetics.Canary(
            self.named("canary"),
            name=self.canary_name,
            artifact_s3_location=Output.concat("s3://", args.bucket_name, f"/{PREFIX}/results/"),
            # Python canaries take no encryption of their own (API_S3EncryptionConfig): the bucket's key does it.
            execution_role_arn=role.arn,
            handler="visit.handler",
            runtime_version=RUNTIME,
            s3_bucket=args.bucket_name,
            s3_key=script.key,
            s3_version=script.version_id,
            schedule={"expression": _rate(args.interval_minutes)},
            run_config={
                "timeout_in_seconds": TIMEOUT_SECONDS,
                "memory_in_mb": 960,
                "environment_variables": {"VISITS": Output.all(*args.visits).apply(" ".join)},
            },
            success_retention_period=RESULT_DAYS,
            failure_retention_period=RESULT_DAYS,
            start_canary=True,
            delete_lambda=True,
            opts=self.own(),
        )

    def _log(self, canary: aws.synthetics.Canary) -> None:
        """AWS names the function behind a canary; the role may not create the log group, so that this one is it."""
        aws.cloudwatch.LogGroup(
            self.named("log"),
            name=canary.engine_arn.apply(_log_name),
            retention_in_days=self._args.log_retention_days,
            kms_key_id=self._args.ground.log_key_arn,
            opts=self.own(),
        )

    def _alarm(self, canary: aws.synthetics.Canary) -> aws.cloudwatch.MetricAlarm:
        return alarm(
            self.named("success"),
            says="The visitor of this region is not answered, or does not visit.",
            namespace="CloudWatchSynthetics",
            metric="SuccessPercent",
            dimensions={"CanaryName": canary.name},
            statistic="Average",
            comparison="LessThanThreshold",
            threshold=SUCCESS_PERCENT,
            period_seconds=self._args.interval_minutes * 60,
            missing="breaching",
            topic_arn=self._args.ground.alert_topic_arn,
            opts=self.own(),
        )


def _log_name(engine_arn: str) -> str:
    """Of `arn:aws:lambda:<region>:<account>:function:<name>:<version>`."""
    resource = engine_arn.split(":", 5)[5]
    return f"/aws/lambda/{resource.removeprefix('function:').partition(':')[0]}"


def _rate(minutes: int) -> str:
    return "rate(1 minute)" if minutes == 1 else f"rate({minutes} minutes)"


def _statements(names: Names, bucket: str, canary: str) -> list[Statement]:
    arn = f"arn:aws:s3:::{bucket}"
    return [
        allow(["s3:PutObject", "s3:GetObject"], [f"{arn}/{PREFIX}/*"]),
        allow(["s3:GetBucketLocation"], [arn]),
        allow(["s3:ListAllMyBuckets"], ["*"]),
        use_key(names, "data", through="s3"),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], [names.log_group_arn(f"/aws/lambda/cwsyn-{canary}-*")]),
        allow(
            ["cloudwatch:PutMetricData"], ["*"], when={"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}}
        ),
    ]
