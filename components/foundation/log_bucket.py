"""The bucket of a place's access logs, and who writes to it."""

from components.iam import Conditions, Statement, allow, keep_objects
from components.naming import Names
from components.storage import LifecycleRule, PrivateBucketArgs

INFREQUENT_ACCESS_DAYS = 30
ARCHIVE_DAYS = 90
SMALLEST_STAY_DAYS = 30
"""S3 asks for 30 days in Standard-IA before the next step."""

OLD_VERSIONS_DAYS = 30


def log_bucket(names: Names, retention_days: int, *, disposable: bool) -> PrivateBucketArgs:
    """A bucket that takes logs and gives nothing up before their time.

    Its lock is a denial of every deletion, which lifecycle rules are not subject to: a bucket with S3's own Object
    Lock cannot receive S3's access logs (S3 user guide, Object Lock considerations). Encrypted with S3's key, since
    load balancers write to no other.
    """
    return PrivateBucketArgs(
        physical_name=names.bucket("logs"),
        key_arn=None,
        versioned=True,
        lifecycle_rules=[_expiry(retention_days)],
        statements=_writers(names, names.bucket_arn("logs")),
        force_destroy=disposable,
        protect=not disposable,
    )


def _writers(names: Names, bucket: str) -> list[Statement]:
    own: Conditions = {"StringEquals": {"aws:SourceAccount": names.account}}
    delivery = {"Service": "delivery.logs.amazonaws.com"}
    return [
        # Load balancers state no source account; the path holds ours (ELB user guide, bucket policy).
        allow(
            ["s3:PutObject"],
            [f"{bucket}/load-balancer/*/AWSLogs/{names.account}/*"],
            principal={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            sid="LoadBalancers",
        ),
        _access_logs(bucket, own),
        allow(["s3:GetBucketAcl"], [bucket], principal=delivery, when=own, sid="DeliveryLooksUpBucket"),
        allow(
            ["s3:PutObject"],
            [f"{bucket}/*"],
            principal=delivery,
            when={"StringEquals": {"aws:SourceAccount": names.account, "s3:x-amz-acl": "bucket-owner-full-control"}},
            sid="Delivery",
        ),
        keep_objects(bucket),
    ]


def _access_logs(bucket: str, own: Conditions) -> Statement:
    statement = allow(["s3:PutObject"], [], principal={"Service": "logging.s3.amazonaws.com"}, when=own, sid="Buckets")
    # One text and the whole bucket: emulators look for just that before they let a bucket log.
    statement["Resource"] = f"{bucket}/*"
    return statement


def _expiry(retention_days: int) -> LifecycleRule:
    rule: LifecycleRule = {
        "id": "expire",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"days": retention_days},
        "noncurrent_version_expiration": {"noncurrent_days": OLD_VERSIONS_DAYS},
    }
    steps = [(INFREQUENT_ACCESS_DAYS, "STANDARD_IA"), (ARCHIVE_DAYS, "GLACIER_IR")]
    worthwhile = [step for step in steps if step[0] + SMALLEST_STAY_DAYS <= retention_days]
    if worthwhile:
        rule["transitions"] = [{"days": days, "storage_class": tier} for days, tier in worthwhile]
    return rule
