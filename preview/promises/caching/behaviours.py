"""How a distribution caches what comes from buckets: lifetimes, cache keys and Origin Shield."""

from dataclasses import dataclass
from typing import Any

from preview.facts import Fact, fact, rows
from preview.graph import UNKNOWN, Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure

CACHE_POLICY = "aws:cloudfront/cachePolicy:CachePolicy"
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
DEFAULT, ORDERED = "defaultCacheBehavior", "orderedCacheBehaviors"
KEY = "parametersInCacheKeyAndForwardedToOrigin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Behaviour:
    """A cache behaviour that leads to a bucket."""

    ttl: Quantity
    """How long a copy is valid, in seconds, where the bucket says nothing of it."""

    keys: Figure
    """Copies of one file that the cache key tells apart, as if each were asked for alike."""

    shield: Reading
    """Whether Origin Shield stands before the bucket, 0 or 1."""

    region: str | None
    """Region of the bucket; None where the graph does not tell."""

    def settings(self, ending: str) -> list[Reading]:
        """Its settings whose path ends so, `defaultTtl`; none where AWS's own policy decides."""
        sources = [*self.keys.readings(), *(self.ttl.readings() if isinstance(self.ttl, Figure) else ())]
        return [reading for reading in sources if reading.path.endswith(ending)]


def bucket_behaviours(deployed: Deployed, distribution: Node) -> tuple[Behaviour, Behaviour]:
    """The behaviour of the site's own files and that of product files; UndeclaredError where none leads to a bucket."""
    number = len(deployed.value(distribution, ORDERED) or ())
    found: list[Behaviour] = []
    for path in (DEFAULT, *(f"{ORDERED}.{index}" for index in range(number))):
        target = str(deployed.value(distribution, f"{path}.targetOriginId"))
        origin = _bucket(deployed, distribution, target)
        if origin is not None:
            found.append(_behaviour(deployed, distribution, path, target, origin))
    if not found:
        raise UndeclaredError(f"{distribution.name} leads to no bucket, so there are no files that it could cache")
    return found[0], found[min(1, len(found) - 1)]


def _behaviour(deployed: Deployed, distribution: Node, path: str, target: str, origin: int) -> Behaviour:
    shield = f"origins.{origin}.originShield.enabled"
    ttl, keys = _cached(deployed, distribution, path, target)
    return Behaviour(
        ttl=ttl,
        keys=keys,
        shield=deployed.number(distribution, shield, "0 or 1", fact("cf.shield_default")),
        region=_region(deployed, distribution, origin),
    )


def _bucket(deployed: Deployed, distribution: Node, target: str) -> int | None:
    """The bucket among the origins that a behaviour leads to, of a group the first; None where it leads to a server."""
    origin_ids = [origin.get("originId") for origin in deployed.value(distribution, "origins") or ()]
    for group in deployed.value(distribution, "originGroups") or ():
        if group.get("originId") == target:
            target = group["members"][0]["originId"]
    if target not in origin_ids:
        return None
    index = origin_ids.index(target)
    is_server = deployed.value(distribution, f"origins.{index}.customOriginConfig") is not None
    return None if is_server else index


def _region(deployed: Deployed, distribution: Node, origin: int) -> str | None:
    """A bucket's domain is known only after up, so the one is taken that the origin is called after."""
    buckets = [node for node in deployed.references(distribution, "origins") if node.type in BUCKETS]
    regions = sorted({bucket.region for bucket in buckets if bucket.region})
    name = str(deployed.value(distribution, f"origins.{origin}.originId"))
    named = [region for region in regions if name.endswith(region)] or regions
    return named[0] if len(named) == 1 else None


# --- cache policies ---------------------------------------------------------------------------------------------------


def _cached(deployed: Deployed, distribution: Node, path: str, target: str) -> tuple[Quantity, Figure]:
    """Lifetime and keys, by a policy of AWS's or one of the stack's own."""
    identifier = deployed.value(distribution, f"{path}.cachePolicyId")
    if identifier not in (None, UNKNOWN):
        return _managed(deployed, str(identifier))
    policy = _policy(deployed, distribution, path, target)
    nothing = fact("cache.key_default")
    ttl = figure(
        "time to live",
        "s",
        Kind.BOUND,
        "max(usual, least)",
        usual=deployed.number(policy, "defaultTtl", "s", fact("cf.default_ttl")),
        least=deployed.number(policy, "minTtl", "s", fact("cache.least_ttl")),
    )
    keys = _keys(
        deployed,
        gzip=deployed.number(policy, f"{KEY}.enableAcceptEncodingGzip", "0 or 1", nothing),
        brotli=deployed.number(policy, f"{KEY}.enableAcceptEncodingBrotli", "0 or 1", nothing),
        cookies=_switched(deployed, policy, f"{KEY}.cookiesConfig.cookieBehavior"),
        headers=_listed(deployed, policy, f"{KEY}.headersConfig", "headerBehavior", "headers"),
        queries=_listed(deployed, policy, f"{KEY}.queryStringsConfig", "queryStringBehavior", "queryStrings"),
    )
    return ttl, keys


def _keys(
    deployed: Deployed, *, gzip: Quantity, brotli: Quantity, cookies: Quantity, headers: Quantity, queries: Quantity
) -> Figure:
    """Encodings count as the inverse of the chance that two requests name the same; cookies part each user's copies."""
    encodings = figure(
        "copies by encoding",
        "copies",
        Kind.ESTIMATE,
        "1 + max(gzip, brotli) * (1 / (common**2 + (1 - common) ** 2) - 1)",
        gzip=gzip,
        brotli=brotli,
        common=fact("cache.common_encoding"),
    )
    return figure(
        "copies of a file",
        "copies",
        Kind.ESTIMATE,
        "encodings * (1 + cookies * (users - 1)) * header_values**headers * query_values**queries",
        encodings=encodings,
        cookies=cookies,
        users=deployed.expected("load.users_at_once", "users"),
        headers=headers,
        header_values=fact("cache.header_values"),
        queries=queries,
        query_values=fact("cache.query_values"),
    )


def _policy(deployed: Deployed, distribution: Node, path: str, target: str) -> Node:
    """The policy that a behaviour names; of several, the one whose name holds a word of what the behaviour leads to."""
    policies = [node for node in deployed.references(distribution, path.partition(".")[0]) if node.type == CACHE_POLICY]
    words = set(target.split("-"))
    named = [policy for policy in policies if words & set(policy.name.split("-"))] or policies
    if len(named) != 1:
        raise UndeclaredError(
            f"{distribution.name} does not tell which of {len(named)} cache policies {path} follows; "
            f"name one of them after {target!r}"
        )
    return named[0]


def _switched(deployed: Deployed, policy: Node, path: str) -> Reading:
    """1 for any behaviour but `none`."""
    said = deployed.value(policy, path)
    return Reading(value=float(said not in (None, "none", 0)), unit="0 or 1", urn=policy.urn, path=path)


def _listed(deployed: Deployed, policy: Node, config: str, behaviour: str, listed: str) -> Reading:
    """How many of them are in the key; `all` and `allExcept` count as one, whose values differ between users."""
    items: Any = deployed.value(policy, f"{config}.{listed}.items") or ()
    said = deployed.value(policy, f"{config}.{behaviour}")
    number = 0 if said in (None, "none", 0) else len(items) if said == "whitelist" else 1
    return Reading(value=float(number), unit=listed, urn=policy.urn, path=f"{config}.{behaviour}")


def _managed(deployed: Deployed, identifier: str) -> tuple[Quantity, Figure]:
    row = next((row for row in rows("cloudfront_managed_cache_policies") if row["id"] == identifier), None)
    if row is None:
        raise UndeclaredError(f"cloudfront_managed_cache_policies.csv has no cache policy {identifier!r}")

    def said(column: str, unit: str) -> Fact:
        return Fact(
            id=f"{row['name']}.{column}",
            statement=f"{column} of the cache policy {row['name']}",
            value=float(row[column]),
            unit=unit,
            source=row["source"],
            as_of=row["as_of"],
            quality=row["quality"],
        )

    nothing = fact("cache.key_default")
    encodings = said("encodings", "0 or 1")
    keys = _keys(
        deployed,
        gzip=encodings,
        brotli=encodings,
        cookies=nothing,
        headers=said("headers", "headers"),
        queries=said("queries", "queries"),
    )
    return said("ttl_seconds", "s"), keys
