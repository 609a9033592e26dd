"""A bucket that nobody outside reaches: the base of every bucket on the platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.iam import Statement, deny, document

LifecycleRule = aws.s3.BucketLifecycleConfigurationRuleArgsDict
CorsRule = aws.s3.BucketCorsConfigurationCorsRuleArgsDict

UNFINISHED_UPLOADS_DAYS = 3
OLD_VERSIONS_DAYS = 90
ANYBODY = {"AWS": "*"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivateBucketArgs:
    physical_name: str
    key_arn: Input[str] | None
    """Customer key; None encrypts with S3's own key, as the targets of access logs demand."""

    versioned: bool = True
    log_bucket: Input[str] | None = None
    """Where access is logged; None for log targets themselves."""

    lifecycle_rules: Sequence[LifecycleRule] = ()
    """Beside these, unfinished uploads are always removed, and old versions where nothing else is said of them."""

    old_versions_days: int = OLD_VERSIONS_DAYS
    unfinished_uploads_days: int = UNFINISHED_UPLOADS_DAYS
    event_bridge: bool = False
    statements: Sequence[Statement] = ()
    """Who may do what beside the account's own roles; everything in clear text is denied anyway."""

    cors: Sequence[CorsRule] = ()

    object_lock_days: int | None = None
    """Days in which nobody deletes or overwrites an object version."""

    force_destroy: bool = False
    protect: bool = False
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class PrivateBucket(Component):
    """Keeps objects private, encrypted, owned by the account and reachable over TLS 1.2 and newer only."""

    bucket_name: Output[str]
    """Resolves once the bucket is versioned, encrypted, closed and guarded by its policy."""

    bucket_id: Output[str]
    arn: str
    domain: Output[str]

    def __init__(self, name: str, args: PrivateBucketArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:storage:PrivateBucket", name, args, opts)
        self.arn = f"arn:aws:s3:::{args.physical_name}"
        bucket = aws.s3.Bucket(
            name,
            bucket=args.physical_name,
            force_destroy=args.force_destroy,
            object_lock_enabled=args.object_lock_days is not None or None,
            tags=dict(args.tags) or None,
            opts=self.own(protect=args.protect or None),
        )
        guards = [*self._close(bucket, args), *self._keep(bucket, args)]
        self._connect(bucket, args)

        self.bucket_id = bucket.id
        self.bucket_name = Output.all(bucket.bucket, *guards).apply(lambda resolved: str(resolved[0]))
        self.domain = bucket.bucket_regional_domain_name
        self.publish()

    def _close(self, bucket: aws.s3.Bucket, args: PrivateBucketArgs) -> list[Output[str]]:
        """No public access, no ACLs, encryption, and a policy on top."""
        access = aws.s3.BucketPublicAccessBlock(
            self.named("access"),
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.own(),
        )
        ownership = aws.s3.BucketOwnershipControls(
            self.named("ownership"),
            bucket=bucket.id,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self.own(),
        )
        encryption = aws.s3.BucketServerSideEncryptionConfiguration(
            self.named("encryption"), bucket=bucket.id, rules=[_encryption(args.key_arn)], opts=self.own()
        )
        policy = aws.s3.BucketPolicy(
            self.named("policy"),
            bucket=bucket.id,
            policy=document([*_encrypted_transport(self.arn), *args.statements]),
            opts=self.own(depends_on=[access]),
        )
        return [access.id, ownership.id, encryption.id, policy.id]

    def _keep(self, bucket: aws.s3.Bucket, args: PrivateBucketArgs) -> list[Output[str]]:
        """Versions, their end, and the lock on them."""
        kept: list[Output[str]] = []
        versioning = None
        if args.versioned:
            versioning = aws.s3.BucketVersioning(
                self.named("versioning"),
                bucket=bucket.id,
                versioning_configuration={"status": "Enabled"},
                opts=self.own(),
            )
            kept.append(versioning.id)
        after = [versioning] if versioning else []
        aws.s3.BucketLifecycleConfiguration(
            self.named("lifecycle"), bucket=bucket.id, rules=_lifecycle(args), opts=self.own(depends_on=after)
        )
        if args.object_lock_days is not None:
            aws.s3.BucketObjectLockConfiguration(
                self.named("lock"),
                bucket=bucket.id,
                # Compliance cannot be lifted by anybody, so only what is protected is locked so.
                rule={
                    "default_retention": {
                        "mode": "COMPLIANCE" if args.protect else "GOVERNANCE",
                        "days": args.object_lock_days,
                    }
                },
                opts=self.own(depends_on=after),
            )
        return kept

    def _connect(self, bucket: aws.s3.Bucket, args: PrivateBucketArgs) -> None:
        """Access logs, events and browsers."""
        if args.log_bucket is not None:
            aws.s3.BucketLogging(
                self.named("logging"),
                bucket=bucket.id,
                target_bucket=args.log_bucket,
                target_prefix=f"buckets/{args.physical_name}/",
                opts=self.own(),
            )
        if args.event_bridge:
            aws.s3.BucketNotification(self.named("events"), bucket=bucket.id, eventbridge=True, opts=self.own())
        if args.cors:
            aws.s3.BucketCorsConfiguration(
                self.named("cors"), bucket=bucket.id, cors_rules=list(args.cors), opts=self.own()
            )


def _encryption(key_arn: Input[str] | None) -> aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict:
    if key_arn is None:
        return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    return {
        "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn},
        "bucket_key_enabled": True,
    }


def _encrypted_transport(arn: str) -> list[Statement]:
    """Refuses clear text, and TLS older than 1.2."""
    everything = [arn, f"{arn}/*"]
    return [
        deny(
            ["s3:*"],
            everything,
            principal=ANYBODY,
            when={"Bool": {"aws:SecureTransport": "false"}},
            sid="EncryptedTransportOnly",
        ),
        deny(
            ["s3:*"],
            everything,
            principal=ANYBODY,
            when={"NumericLessThan": {"s3:TlsVersion": "1.2"}},
            sid="CurrentTransportOnly",
        ),
    ]


def _lifecycle(args: PrivateBucketArgs) -> list[LifecycleRule]:
    rules: list[LifecycleRule] = [
        {
            "id": "unfinished-uploads",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abort_incomplete_multipart_upload": {"days_after_initiation": args.unfinished_uploads_days},
        }
    ]
    if args.versioned and not any("noncurrent_version_expiration" in rule for rule in args.lifecycle_rules):
        rules.append(
            {
                "id": "old-versions",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "noncurrent_version_expiration": {"noncurrent_days": args.old_versions_days},
            }
        )
    return [*rules, *args.lifecycle_rules]
