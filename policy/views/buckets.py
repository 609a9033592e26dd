"""Buckets, in whichever form their settings come: inline, or as resources of their own that refer to the bucket."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from policy.documents import Statement, statements
from policy.subject import Subject
from policy.values import each, get, truth
from policy.views.placement import state
from policy.views.stated import stated

BUCKET = "aws:s3/bucket:Bucket"
BUCKETS = (BUCKET, "aws:s3/bucketV2:BucketV2")
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
OBJECTS = ("aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject")
TRAIL = "aws:cloudtrail/trail:Trail"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


@dataclass(frozen=True, slots=True)
class Facet:
    """One setting of a bucket, and where each of its forms has it."""

    types: tuple[str, ...]
    """Resources of its own."""

    path: str
    inline: tuple[str, ...] = ()
    """Properties of the bucket, older spelling first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a facet of a bucket is set, and to what."""

    at: Subject
    path: str
    value: Any

    @property
    def prop(self) -> str:
        """The property that holds it, by which it is linked to others."""
        return self.path.partition(".")[0]

    def links(self, *types: str) -> list[Subject]:
        """What it is made of."""
        return self.at.links(self.prop, *types)


def _both(name: str) -> tuple[str, ...]:
    small = name[0].lower() + name[1:]
    return (f"aws:s3/{small}:{name}", f"aws:s3/{small}V2:{name}V2")


VERSIONING = Facet(_both("BucketVersioning"), "versioningConfiguration.status", ("versioning", "versionings"))
ENCRYPTION = Facet(
    _both("BucketServerSideEncryptionConfiguration"),
    "rules",
    ("serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations"),
)
LIFECYCLE = Facet(_both("BucketLifecycleConfiguration"), "rules", ("lifecycleRules",))
LOGGING = Facet(_both("BucketLogging"), "", ("logging", "loggings"))
LOCK = Facet(_both("BucketObjectLockConfiguration"), "rule.defaultRetention", ("objectLockConfiguration",))
DOCUMENT = Facet((POLICY,), "policy", ("policy",))
COPYING = Facet(
    ("aws:s3/bucketReplicationConfig:BucketReplicationConfig",),
    "rules",
    ("replicationConfiguration", "replicationConfigurations"),
)


def places(bucket: Subject, facet: Facet) -> list[Place]:
    """Where a facet is set: by resources of its own, or else inline."""
    own = bucket.users("bucket", *facet.types)
    if own:
        return [Place(one, facet.path, _own_value(one, facet.path)) for one in own]
    inline = [Place(bucket, name, stated(bucket, name)) for name in facet.inline]
    return [place for place in inline if place.value is not None]


def _own_value(one: Subject, path: str) -> Any:
    """A block that nobody has set looks unknown at the end of a preview, and what is inside it with it."""
    block, _, inside = path.partition(".")
    return None if inside and stated(one, block) is None else get(one.props, path)


def retentions(place: Place) -> list[Any]:
    """How long an object lock holds what is new; a lock without one holds nothing by itself."""
    if place.at.type not in BUCKETS:
        return [place.value] if place.value else []
    return [one for _, block in each({"all": place.value}, "all") for one in inner(block, "rule", "defaultRetention")]


def inner(value: Any, *names: str) -> Iterator[Any]:
    """What lies inside nested blocks that may each be one block or a list of blocks, under either name of each."""
    if not names:
        yield value
        return
    for name in (names[0], f"{names[0]}s"):
        for _, block in each(value, name):
            yield from inner(block, *names[1:])


def versioned(place: Place) -> bool:
    """Whether it switches versioning on."""
    if isinstance(place.value, str):
        return place.value == "Enabled"
    blocks = [block for _, block in each({"all": place.value}, "all")]
    return any(truth(get(block, "enabled")) for block in blocks)


def algorithms(place: Place) -> list[str]:
    """The algorithms by which new objects are encrypted."""
    blocks = [block for _, block in each({"all": place.value}, "all")]
    rules = [rule for block in blocks for rule in (inner(block, "rule") if _wraps(block, "rule") else [block])]
    found = (default for rule in rules for default in inner(rule, "applyServerSideEncryptionByDefault"))
    return [str(get(default, "sseAlgorithm")) for default in found]


def log_target(place: Place) -> list[Subject]:
    """The bucket that access logs go to."""
    return place.links(*BUCKETS) if place.prop else place.at.links("targetBucket", *BUCKETS)


def lifecycle_rules(bucket: Subject) -> list[Any]:
    """The rules in force."""
    rules = [rule for place in places(bucket, LIFECYCLE) for _, rule in each({"all": place.value}, "all")]
    return [rule for rule in rules if get(rule, "status") == "Enabled" or truth(get(rule, "enabled"))]


def expiry_days(bucket: Subject) -> list[float]:
    """After how many days its rules delete objects."""
    found = (days for rule in lifecycle_rules(bucket) for days in inner(rule, "expiration", "day"))
    return [float(days) for days in found if days]


def copy_rules(place: Place) -> list[Any]:
    """The rules of a replication."""
    blocks = [block for _, block in each({"all": place.value}, "all")]
    return [rule for block in blocks for rule in (inner(block, "rule") if _wraps(block, "rule") else [block])]


def copied_from(bucket: Subject) -> list[Subject]:
    """The buckets that are copied into it."""
    own = [source for one in bucket.users("rules", *COPYING.types) for source in one.links("bucket", *BUCKETS)]
    return [*own, *(source for name in COPYING.inline for source in bucket.users(name, *BUCKETS))]


def copy_role(place: Place, role: str) -> list[Subject]:
    """The role by which a bucket's objects are copied."""
    return place.links(role) if place.at.type in BUCKETS else place.at.links("role", role)


def holds_what_customers_get(bucket: Subject) -> bool:
    """Whether a distribution has it as an origin, or may read it; a retired region's copies serve nobody any more."""
    if state(bucket) == "retired":
        return False
    if bucket.users("origins", DISTRIBUTION):
        return True
    return any(
        one.allows and one.covers("s3:GetObject") and ("Service", "cloudfront.amazonaws.com") in one.principals
        for place in places(bucket, DOCUMENT)
        for one in statements(place.value)
    )


def made_by_updates(bucket: Subject) -> bool:
    """Whether the program itself writes its objects, so that an update makes them anew."""
    return bool(bucket.users("bucket", *OBJECTS))


def receives(bucket: Subject) -> Sequence[Subject]:
    """What writes access logs into it: those of load balancers and of S3 enter no bucket under a KMS key."""
    logs = ("targetBucket", "accessLogs", "connectionLogs", "deliveryDestinationConfiguration", "logging", "loggings")
    return [user for prop in logs for user in bucket.users(prop) if user.urn != bucket.urn]


def on_every_object(statement: Statement) -> bool:
    """Whether a statement of a bucket's policy speaks of all of its objects, and not of those under one prefix."""
    return any(one == "*" or one.partition("/")[2] == "*" for one in statement.resources)


def _wraps(block: Any, name: str) -> bool:
    return isinstance(block, Mapping) and bool({name, f"{name}s"} & set(cast(Mapping[str, Any], block)))
