"""What CloudFront asks for a path, and the buckets that answer it."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any, cast

from preview.graph import Node
from preview.promises.availability.blocks import Part, block, level, redundant, series
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Quantity

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BUCKET = "aws:s3/bucket:Bucket"
ARCHIVE = "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration"
RARE_ACCESS = frozenset({"INTELLIGENT_TIERING", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR"})
SERVER_ERRORS = frozenset({500, 502, 503, 504})

Origin = dict[str, Any]


def origin_of(distribution: Node, path: str) -> Origin:
    """The origin, or group of origins, that a distribution asks for a path: the first pattern that fits decides."""
    behaviours = distribution.inputs.get("orderedCacheBehaviors") or ()
    fitting = [each for each in behaviours if fnmatchcase(path, str(each["pathPattern"]))]
    target = (fitting or [distribution.inputs["defaultCacheBehavior"]])[0]["targetOriginId"]
    for origin in [*(distribution.inputs.get("originGroups") or ()), *distribution.inputs["origins"]]:
        if origin["originId"] == target:
            return origin
    raise UndeclaredError(f"{distribution.name} leads {path} to {target}, which it does not declare")


def buckets_of(deployed: Deployed, distribution: Node, origin: Origin) -> list[Node]:
    """The buckets behind an origin or a group of them, the first to be asked first."""
    ids = [member["originId"] for member in origin.get("members") or (origin,)]
    found = {
        f"{_kind(node)}-{node.region}": node
        for node in deployed.references(distribution, "origins")
        if node.type == BUCKET
    }
    # Their domains are AWS's to say; the ids of the origins tell kind and region.
    return [found[each] for each in ids if each in found]


def second_buckets(deployed: Deployed) -> Iterator[Node]:
    """Buckets that are asked when another one fails."""
    for distribution in deployed.of_type(DISTRIBUTION):
        for group in distribution.inputs.get("originGroups") or ():
            yield from buckets_of(deployed, distribution, group)[1:]


def behind(deployed: Deployed, distribution: Node, origin: Origin, beta: Quantity) -> Part:
    """The first bucket of a group, beside the second one where that may take over."""
    found = buckets_of(deployed, distribution, origin)
    if not found:
        raise UndeclaredError(f"no bucket stands behind {origin['originId']} of {distribution.name}")
    criteria = cast(Origin, origin.get("failoverCriteria") or {})
    switches = set(criteria.get("statusCodes") or ()) >= SERVER_ERRORS
    first, others = found[0], found[1:]
    usable = [first, *(other for other in others if switches and _stands_in(deployed, first, other))]
    name = f"buckets of the {_kind(first)}"
    parts = [series(f"{name} in {each.region}", bucket_blocks(deployed, name, each)) for each in usable]
    return redundant(name, parts, beta, deployed.count(usable, "buckets that serve", of=distribution))


def bucket_blocks(deployed: Deployed, name: str, bucket: Node) -> list[Part]:
    """A bucket by the storage class of what lies in it, and the key that opens it."""
    rare = any(
        transition.get("storageClass") in RARE_ACCESS
        for lifecycle in _settings(deployed, bucket, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
        for rule in lifecycle.inputs.get("rules") or ()
        if "tag" not in cast(Origin, rule.get("filter") or {})
        for transition in rule.get("transitions") or ()
    )
    blocks = [block(name, "level", level=level("sla.s3_infrequent" if rare else "sla.s3_standard"))]
    if _is_encrypted(deployed, bucket):
        blocks.append(block("keys", "level", level=level("sla.kms")))
    return blocks


def _stands_in(deployed: Deployed, first: Node, other: Node) -> bool:
    """Whether the other bucket holds the same objects, readable at once.

    Nobody reads it while the first one serves, so that Intelligent-Tiering's archive tiers take all that it holds:
    an archived object must be restored before it can be read (S3 API reference, InvalidObjectState).
    """
    copies = _settings(deployed, first, "aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    copied = any(other.urn in copy.property_dependencies.get("rules", ()) for copy in copies)
    return copied and not _settings(deployed, other, ARCHIVE)


def _is_encrypted(deployed: Deployed, bucket: Node) -> bool:
    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"  # noqa: S105 - a type
    path = "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId"
    return any(deployed.value(setting, path) for setting in _settings(deployed, bucket, token))


def _settings(deployed: Deployed, bucket: Node, token: str) -> Sequence[Node]:
    """Resources of a type that say something of the bucket."""
    return [each for each in deployed.of_type(token) if bucket.urn in each.property_dependencies.get("bucket", ())]


def _kind(bucket: Node) -> str:
    """What a bucket holds, as its own name ends: `models`, `site`."""
    return str(bucket.inputs.get("bucket")).rpartition("-")[2]
