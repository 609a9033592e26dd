"""Copies of what is written to a region's buckets, in other regions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components import iam
from components.alarms import query_alarm, selected
from components.component import Component
from components.interfaces import BucketRef, Ground
from settings.geography import aws_regions

ReplicationRule = aws.s3.BucketReplicationConfigRuleArgsDict

PROMISED_MINUTES = 15
"""Within which replication time control copies 99.99 % of objects; AWS offers no other figure."""

REPORTS = "batch-replication-reports"
"""Where a batch job that copies older objects reports, in the bucket that it copies to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    bucket: BucketRef
    ground: Ground


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """What leaves one bucket."""

    source: BucketRef
    destinations: Mapping[str, Destination]
    """By region."""

    prefix: str = ""
    timed: bool = True
    """Whether copies must arrive within the promised minutes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplicationArgs:
    ground: Ground
    role: str
    """Role by which S3 copies, unique in its region."""

    outgoing: Mapping[str, Outgoing]
    """By what the bucket holds, e.g. `models`."""


class Replication(Component):
    """Copies a region's objects, their tags and their deletions to other regions, and says when a copy fails."""

    def __init__(self, name: str, args: ReplicationArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:Replication", name, args, opts)
        names = args.ground.names
        role = iam.service_role(
            self.named("role"),
            physical_name=names.globally(args.role),
            description="Copies objects to other regions",
            trusted=_trusted(),
            statements=_rights(args),
            opts=self.own(),
        )
        for held, outgoing in args.outgoing.items():
            aws.s3.BucketReplicationConfig(
                self.named(held),
                bucket=outgoing.source.name,
                role=role.arn,
                rules=[_rule(region, outgoing) for region in sorted(outgoing.destinations)],
                opts=self.own(),
            )
            self._tell_of_failures(held, outgoing, args.ground)
        self.publish()

    def _tell_of_failures(self, held: str, outgoing: Outgoing, ground: Ground) -> None:
        bucket = outgoing.source.arn.rpartition(":")[2]
        replication_alarm(
            self.named(f"{held}-failed"),
            says=f"Objects of {bucket} could not be copied to another region.",
            statistic="SUM",
            metric="OperationsFailedReplication",
            where=f"SourceBucket = '{bucket}'",
            threshold=0,
            ground=ground,
            opts=self.own(),
        )


def replication_alarm(
    name: str,
    *,
    says: str,
    statistic: str,
    metric: str,
    where: str,
    threshold: float,
    ground: Ground,
    opts: ResourceOptions,
) -> aws.cloudwatch.MetricAlarm:
    """One alarm over all rules of a bucket, however many regions there are.

    S3 publishes failures in the source's region and latency in the destination's.
    """
    schema = 'SCHEMA("AWS/S3", DestinationBucket, RuleId, SourceBucket)'
    query = f"SELECT {statistic}({metric}) FROM {schema} WHERE {where}"  # noqa: S608 - a metrics query, not SQL
    return query_alarm(
        name,
        says=says,
        queries=[selected(query, label=says, period_seconds=300)],
        threshold=threshold,
        topic_arn=ground.alert_topic_arn,
        opts=opts,
    )


def _rule(region: str, outgoing: Outgoing) -> ReplicationRule:
    chosen = outgoing.destinations[region]
    destination: aws.s3.BucketReplicationConfigRuleDestinationArgsDict = {
        "bucket": Output.concat("arn:aws:s3:::", chosen.bucket.name),
        "encryption_configuration": {"replica_kms_key_id": chosen.ground.data_key_arn},
        "metrics": {"status": "Enabled"},
    }
    if outgoing.timed:
        destination["replication_time"] = {"status": "Enabled", "time": {"minutes": PROMISED_MINUTES}}
        # Only here: S3 refuses a threshold where no time is promised.
        destination["metrics"] = {"status": "Enabled", "event_threshold": {"minutes": PROMISED_MINUTES}}
    return {
        "id": region,
        "status": "Enabled",
        "priority": _priority(region),
        "filter": {"prefix": outgoing.prefix},
        "delete_marker_replication": {"status": "Enabled"},
        "source_selection_criteria": {
            "replica_modifications": {"status": "Enabled"},
            "sse_kms_encrypted_objects": {"status": "Enabled"},
        },
        "destination": destination,
    }


def _priority(region: str) -> int:
    """Unique in a bucket, and the same whichever other regions there are."""
    return sorted(aws_regions()).index(region) + 1


def _trusted() -> str:
    """Neither live nor batch replication states a source when it assumes the role (S3 user guide, live replication)."""
    services = ["batchoperations.s3.amazonaws.com", "s3.amazonaws.com"]
    return iam.document([iam.allow(["sts:AssumeRole"], [], principal={"Service": services})])


def _rights(args: ReplicationArgs) -> Sequence[iam.Statement]:
    sources = [outgoing.source.arn for outgoing in args.outgoing.values()]
    destinations = [place for outgoing in args.outgoing.values() for place in outgoing.destinations.values()]
    targets = sorted({place.bucket.arn for place in destinations})
    return [
        iam.allow(["s3:GetReplicationConfiguration", "s3:ListBucket", "s3:PutInventoryConfiguration"], sources),
        iam.allow(
            [
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
                "s3:InitiateReplication",
            ],
            [f"{arn}/*" for arn in sources],
        ),
        iam.allow(["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"], [f"{arn}/*" for arn in targets]),
        iam.allow(["s3:PutObject"], [f"{arn}/{REPORTS}/*" for arn in targets]),
        iam.use_key(args.ground.names, "data", through="s3", actions=["kms:Decrypt"]),
        _use_their_keys(destinations),
    ]


def _use_their_keys(destinations: Sequence[Destination]) -> iam.Statement:
    """One statement for all regions: a role's policy holds 10,240 characters."""
    regions = {place.ground.names.region: place.ground.names for place in destinations}
    ordered = [regions[region] for region in sorted(regions)]
    return iam.allow(
        ["kms:Encrypt", "kms:GenerateDataKey"],
        [names.arn("kms", "key/*") for names in ordered],
        when={
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": ordered[0].key_alias("data")},
            "StringEquals": {"kms:ViaService": [f"s3.{names.region}.amazonaws.com" for names in ordered]},
        },
    )
