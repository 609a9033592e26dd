"""Where the configuration history of all regions is kept, and the roles that record and mend."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components import iam
from components.component import Component
from components.naming import Names
from components.storage import PrivateBucket, PrivateBucketArgs

RECORDER = "configuration-recorder"
MENDER = "configuration-mender"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigurationRecordArgs:
    names: Names
    """Names in the place that holds the history."""

    log_key_arn: Input[str]
    access_log_bucket: Input[str]
    retention_days: int
    records: bool
    """Whether the stack records by itself; otherwise only the role that mends is needed."""

    protect: bool


class ConfigurationRecord(Component):
    """Lets every region write its configuration history to one bucket, and mend what breaks a rule."""

    bucket_name: Output[str]
    """Empty where somebody else records."""

    recorder_role_arn: Output[str]
    """Resolves once the role may write; empty where somebody else records."""

    mender_role_arn: Output[str]

    def __init__(self, name: str, args: ConfigurationRecordArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:account:ConfigurationRecord", name, args, opts)
        self.mender_role_arn = self._mender(args.names).arn
        self.bucket_name = self.recorder_role_arn = Output.from_input("")
        if args.records:
            self.bucket_name = PrivateBucket(self.named("bucket"), _bucket(args), opts=self.own()).bucket_name
            self.recorder_role_arn = self._recorder(args.names)
        self.publish()

    def _recorder(self, names: Names) -> Output[str]:
        role = aws.iam.Role(
            self.named("recorder"),
            name=names.globally(RECORDER),
            description="AWS Config reads the configuration of every resource and writes its history",
            assume_role_policy=iam.trust("config.amazonaws.com", names.account),
            opts=self.own(),
        )
        reads = aws.iam.RolePolicyAttachment(
            self.named("recorder-reads"),
            role=role.name,
            policy_arn="arn:aws:iam::aws:policy/service-role/AWS_ConfigRole",
            opts=self.own(),
        )
        writes = aws.iam.RolePolicy(
            self.named("recorder-writes"), role=role.name, policy=iam.document(_writing(names)), opts=self.own()
        )
        return Output.all(role.arn, reads.id, writes.id).apply(lambda made: str(made[0]))

    def _mender(self, names: Names) -> aws.iam.Role:
        return iam.service_role(
            self.named("mender"),
            physical_name=names.globally(MENDER),
            description="Systems Manager mends resources that break a configuration rule",
            trusted=iam.trust(
                "ssm.amazonaws.com",
                names.account,
                sources=[f"arn:aws:ssm:*:{names.account}:automation-execution/*"],
            ),
            statements=_mending(names.account),
            opts=self.own(),
        )


def _bucket(args: ConfigurationRecordArgs) -> PrivateBucketArgs:
    # Kept by its policy: AWS Config refuses a bucket with a default retention (developer guide, "delivery channel").
    return PrivateBucketArgs(
        physical_name=args.names.bucket("config"),
        key_arn=args.log_key_arn,
        versioned=True,
        log_bucket=args.access_log_bucket,
        lifecycle_rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": args.retention_days},
                "noncurrent_version_expiration": {"noncurrent_days": 30},
            }
        ],
        statements=[iam.keep_objects(args.names.bucket_arn("config"))],
        force_destroy=not args.protect,
        protect=args.protect,
    )


def _writing(names: Names) -> list[iam.Statement]:
    bucket = names.bucket_arn("config")
    owned: iam.Conditions = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    return [
        iam.allow(["s3:GetBucketAcl", "s3:ListBucket"], [bucket]),
        iam.allow(["s3:PutObject"], [f"{bucket}/AWSLogs/{names.account}/Config/*"], when=owned),
        _use_key_of_bucket(names, bucket),
    ]


def _use_key_of_bucket(names: Names, bucket: str) -> iam.Statement:
    """By what is encrypted, not by the key's alias: AWS Config tries at once, an alias counts after five minutes."""
    return iam.allow(
        ["kms:Decrypt", "kms:GenerateDataKey"],
        [names.arn("kms", "key/*")],
        when={
            "ArnLike": {"kms:EncryptionContext:aws:s3:arn": [bucket, f"{bucket}/*"]},
            "StringEquals": {"kms:ViaService": f"s3.{names.region}.amazonaws.com"},
        },
    )


def _mending(account: str) -> list[iam.Statement]:
    """What the automation documents named in the rules do, on resources of this account."""
    ours: iam.Conditions = {"StringEquals": {"aws:ResourceAccount": account}}
    return [
        iam.allow(
            ["s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
            ["arn:aws:s3:::*"],
            when=ours,
        ),
        iam.allow(["ec2:RevokeSecurityGroupIngress"], [f"arn:aws:ec2:*:{account}:security-group/*"]),
        iam.allow(["ec2:ModifyInstanceMetadataOptions"], [f"arn:aws:ec2:*:{account}:instance/*"]),
        iam.allow(["rds:DescribeDBInstances", "rds:ModifyDBInstance"], [f"arn:aws:rds:*:{account}:db:*"]),
        # These take no resource.
        iam.allow(["ec2:DescribeInstances", "ec2:DescribeSecurityGroups"], ["*"]),
    ]
