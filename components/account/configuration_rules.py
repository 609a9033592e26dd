"""AWS Config in one region: the recorder, the rules, and what mends the resources that break them."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, Resource, ResourceOptions

from components.component import Component
from components.naming import Names

ATTEMPTS = 3
RETRY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Mend:
    """An automation document of AWS that brings a resource back into line."""

    document: str
    parameter: str
    """The document's parameter that takes the resource's id."""


@dataclass(frozen=True, slots=True)
class ManagedRule:
    """A rule that AWS evaluates."""

    role: str
    identifier: str
    says: str
    resource_type: str | None = None
    """What the rule judges; None for the account as a whole."""

    mend: Mend | None = None


REGIONAL_RULES = (
    ManagedRule(
        "public-buckets",
        "S3_BUCKET_PUBLIC_READ_PROHIBITED",
        "No bucket can be read by the public",
        "AWS::S3::Bucket",
        Mend("AWS-DisableS3BucketPublicReadWrite", "S3BucketName"),
    ),
    ManagedRule(
        "open-ssh",
        "INCOMING_SSH_DISABLED",
        "No security group lets the world in by SSH",
        "AWS::EC2::SecurityGroup",
        Mend("AWS-DisablePublicAccessForSecurityGroup", "GroupId"),
    ),
    ManagedRule(
        "instance-metadata",
        "EC2_IMDSV2_CHECK",
        "Instances give out their credentials by IMDSv2 alone",
        "AWS::EC2::Instance",
        Mend("AWSConfigRemediation-EnforceEC2InstanceIMDSv2", "InstanceId"),
    ),
    ManagedRule(
        "public-databases",
        "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
        "No database instance has a public address",
        "AWS::RDS::DBInstance",
        Mend("AWSConfigRemediation-DisablePublicAccessToRDSInstance", "DbiResourceId"),
    ),
    ManagedRule("disk-encryption", "ENCRYPTED_VOLUMES", "Attached disks are encrypted", "AWS::EC2::Volume"),
    ManagedRule("database-encryption", "RDS_STORAGE_ENCRYPTED", "Databases are encrypted", "AWS::RDS::DBInstance"),
)

ACCOUNT_RULES = (
    ManagedRule("root-access-key", "IAM_ROOT_ACCESS_KEY_CHECK", "The root user has no access key"),
    ManagedRule("audit-trail", "MULTI_REGION_CLOUD_TRAIL_ENABLED", "A trail records every region"),
)
"""Judged once, in the place that also records the global resource types."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigurationRulesArgs:
    names: Names
    records: bool
    """Whether the stack records by itself; the rules need somebody to."""

    holds_account: bool
    """Whether this place stands for the account: it records global resource types and judges the account."""

    history_bucket: Input[str]
    history_key_arn: Input[str]
    recorder_role_arn: Input[str]
    mender_role_arn: Input[str]


class ConfigurationRules(Component):
    """Notices configuration that breaks a rule, and mends it where that cannot do harm."""

    rules: list[str]

    def __init__(self, name: str, args: ConfigurationRulesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:account:ConfigurationRules", name, args, opts)
        recording = self._recording(args) if args.records else []
        chosen = REGIONAL_RULES + (ACCOUNT_RULES if args.holds_account else ())
        for rule in chosen:
            self._rule(rule, args, recording)

        self.rules = [args.names.of(rule.role) for rule in chosen]
        self.publish()

    def _recording(self, args: ConfigurationRulesArgs) -> list[Resource]:
        recorder_name = args.names.of("configuration")
        recorder = aws.cfg.Recorder(
            self.named("recorder"),
            name=recorder_name,
            role_arn=args.recorder_role_arn,
            recording_group={"all_supported": True, "include_global_resource_types": args.holds_account},
            opts=self.own(),
        )
        channel = aws.cfg.DeliveryChannel(
            self.named("history"),
            name=recorder_name,
            s3_bucket_name=args.history_bucket,
            s3_kms_key_arn=args.history_key_arn,
            opts=self.own(depends_on=[recorder]),
        )
        status = aws.cfg.RecorderStatus(
            self.named("recording"), name=recorder.name, is_enabled=True, opts=self.own(depends_on=[channel])
        )
        return [status]

    def _rule(self, rule: ManagedRule, args: ConfigurationRulesArgs, recording: list[Resource]) -> None:
        made = aws.cfg.Rule(
            self.named(rule.role),
            name=args.names.of(rule.role),
            description=rule.says,
            source={"owner": "AWS", "source_identifier": rule.identifier},
            opts=self.own(depends_on=recording),
        )
        if rule.mend:
            aws.cfg.RemediationConfiguration(
                self.named(f"{rule.role}-mend"),
                config_rule_name=made.name,
                resource_type=rule.resource_type,
                target_type="SSM_DOCUMENT",
                target_id=rule.mend.document,
                parameters=_parameters(rule.mend, args.mender_role_arn),
                automatic=True,
                maximum_automatic_attempts=ATTEMPTS,
                retry_attempt_seconds=RETRY_SECONDS,
                opts=self.own(),
            )


def _parameters(mend: Mend, role_arn: Input[str]) -> list[aws.cfg.RemediationConfigurationParameterArgsDict]:
    return [
        {"name": "AutomationAssumeRole", "static_value": Output.from_input(role_arn)},
        {"name": mend.parameter, "resource_value": "RESOURCE_ID"},
    ]
