"""What each journey of a visitor needs, read along its way: name, CDN, origins, regions, data.

A journey's parts stand in series. Buckets behind an origin group stand side by side, and so do the regions behind
health-checked records of DNS; an order also needs one database that writes, wherever it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, figure, simulated
from preview.promises.regional import (
    API_DOMAIN,
    CLUSTER,
    LOAD_BALANCER,
    Request,
    Serving,
    UnservedError,
    database,
    serving,
    templates,
)
from preview.promises.reliability import Part, block, common_cause_share, level, redundant, series
from preview.promises.users import served, shares

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BUCKET = "aws:s3/bucket:Bucket"
RECORD = "aws:route53/record:Record"
RARE_ACCESS = frozenset({"INTELLIGENT_TIERING", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR"})
SERVER_ERRORS = frozenset({500, 502, 503, 504})

PAGES = Request(path="/index.html")


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """What visitors do, and what must serve while they do it."""

    id: str
    title: str
    common: Part
    """What every visitor needs."""

    nearest: Mapping[str, Part]
    """By region, what only those need whom DNS leads there."""

    weights: Mapping[str, Figure]
    """Share of the visitors whom DNS leads to a region, in percent."""

    def of(self, region: str) -> Part:
        """The whole for visitors of one region."""
        return series(f"{self.title}, nearest to {region}", [self.common, self.nearest[region]])

    @property
    def available(self) -> Figure:
        """Percentage of time in which visitors can do it, in the mean over all of them."""
        uses: dict[str, Quantity] = {"common": self.common.available}
        terms: list[str] = []
        for index, (region, part) in enumerate(self.nearest.items(), 1):
            uses |= {f"visitors_{index}": self.weights[region], f"nearest_{index}": part.available}
            terms.append(f"visitors_{index} / 100 * nearest_{index}")
        return figure(self.title, "%", Kind.ESTIMATE, f"common / 100 * ({' + '.join(terms)})", **uses)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A journey as its requests."""

    id: str
    title: str
    requests: tuple[Request, ...]


BROWSE = Wanted(
    id="browse",
    title="Browse the catalogue",
    requests=(PAGES, Request(path="/catalogue/products/1", calls=("dynamodb:Query",))),
)
WANTED = (
    BROWSE,
    Wanted(id="model", title="See a model", requests=(PAGES, Request(path="/assets/1/preview.glb"))),
    Wanted(
        id="guest-cart",
        title="Fill a cart as a guest",
        requests=(
            PAGES,
            Request(path="/api/guest-carts/1/items/2", method="PUT", calls=("dynamodb:UpdateItem",)),
        ),
    ),
    Wanted(
        id="cart",
        title="Fill a cart when signed in",
        requests=(PAGES, Request(path="/api/carts/1/items/2", method="PUT", calls=("dynamodb:UpdateItem",))),
    ),
    Wanted(
        id="order",
        title="Place an order",
        requests=(
            PAGES,
            Request(path="/orders", method="POST", calls=("dynamodb:GetItem", "rds-db:connect")),
        ),
    ),
)


def journey(deployed: Deployed, wanted: Wanted, beta: Quantity | None = None) -> Journey:
    """What a journey needs; UndeclaredError where it cannot be followed. `beta` is the share of common causes."""
    beta = beta or common_cause_share()
    distribution = deployed.only(DISTRIBUTION)
    common, nearest = _edge(deployed, distribution), dict[str, list[Part]]()
    for request in wanted.requests:
        origin = _origin(distribution, request.path)
        if "customOriginConfig" in origin:
            regions = answers(deployed, str(origin.get("domainName")))
            shared, own = _regions(deployed, regions, request, beta)
            common += shared
            for region, parts in own.items():
                nearest.setdefault(region, []).extend(parts)
        else:
            common.append(_buckets(deployed, distribution, origin, beta))
    regions = tuple(nearest) or deployed.serving
    return Journey(
        id=wanted.id,
        title=wanted.title,
        common=series(wanted.title, common),
        nearest={region: series(f"nearest to {region}", nearest.get(region, ())) for region in regions},
        weights=visitors(deployed, regions),
    )


def visitors(deployed: Deployed, regions: Sequence[str]) -> dict[str, Figure]:
    """Share of the users whom latency records lead to each region, in percent."""
    if not regions:
        raise UndeclaredError("DNS leads visitors to no region")
    spread = shares(served(deployed), regions)
    how = "users by city, each to the region of the shortest round trip"
    counted = deployed.count(
        [load_balancer for region in regions for load_balancer in deployed.of_type(LOAD_BALANCER, region=region)],
        "regions",
    )
    return {
        region: simulated(f"visitors nearest to {region}", "%", Kind.ESTIMATE, 100 * share, how, regions=counted)
        for region, share in spread.items()
    }


# --- the edge -----------------------------------------------------------------------------------------------------


def _edge(deployed: Deployed, distribution: Node) -> list[Part]:
    parts = [block("CDN", "level", level=level("sla.cloudfront"))]
    if deployed.of_type(RECORD):
        parts.insert(0, block("DNS", "level", level=level("sla.route53")))
    if distribution.inputs.get("webAclId"):
        parts.append(block("web ACL at the edge", "level", level=level("sla.waf")))
    return parts


def _origin(distribution: Node, path: str) -> dict[str, Any]:
    """The origin, or group of origins, that the distribution asks for a path: the first pattern that fits decides."""
    behaviours = distribution.inputs.get("orderedCacheBehaviors") or ()
    fitting = [each for each in behaviours if fnmatchcase(path, str(each["pathPattern"]))]
    target = (fitting or [distribution.inputs["defaultCacheBehavior"]])[0]["targetOriginId"]
    for origin in [*(distribution.inputs.get("originGroups") or ()), *distribution.inputs["origins"]]:
        if origin["originId"] == target:
            return origin
    raise UndeclaredError(f"{distribution.name} leads {path} to {target}, which it does not declare")


# --- buckets ------------------------------------------------------------------------------------------------------


def _buckets(deployed: Deployed, distribution: Node, origin: dict[str, Any], beta: Quantity) -> Part:
    """The first bucket of a group, and the second where it may take over: see `_stands_in`."""
    ids = [member["originId"] for member in origin.get("members") or (origin,)]
    switches = set((origin.get("failoverCriteria") or {}).get("statusCodes", ())) >= SERVER_ERRORS
    found = [bucket for each in ids if (bucket := _bucket(deployed, distribution, each)) is not None]
    if not found:
        raise UndeclaredError(f"no bucket stands behind {origin['originId']} of {distribution.name}")
    first, others = found[0], found[1:]
    usable = [first, *(other for other in others if switches and _stands_in(deployed, first, other))]
    name = f"buckets of the {_kind(first)}"
    counted = deployed.count(usable, "buckets that serve", of=distribution)
    return redundant(name, [_bucket_part(deployed, name, bucket, counted) for bucket in usable], beta)


def _bucket(deployed: Deployed, distribution: Node, origin_id: str) -> Node | None:
    """The bucket of an origin. Its domain is AWS's to say, so the origin's id tells it: kind and region, in it."""
    for bucket in deployed.references(distribution, "origins"):
        if bucket.type == BUCKET and bucket.region and origin_id == f"{_kind(bucket)}-{bucket.region}":
            return bucket
    return None


def _kind(bucket: Node) -> str:
    return str(bucket.inputs.get("bucket")).rpartition("-")[2]


def _stands_in(deployed: Deployed, first: Node, other: Node) -> bool:
    """Whether the other bucket holds the same objects, readable at once.

    Nobody reads it while the first one serves, so that Intelligent-Tiering's archive tiers take all that it holds.
    """
    copied = any(
        first.urn in config.property_dependencies.get("bucket", ())
        and other.urn in config.property_dependencies.get("rules", ())
        for config in deployed.of_type("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    )
    archives = deployed.of_type("aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration")
    archived = any(other.urn in archive.property_dependencies.get("bucket", ()) for archive in archives)
    return copied and not archived


def _bucket_part(deployed: Deployed, name: str, bucket: Node, counted: Quantity) -> Part:
    """A bucket and its key. The reading of how many serve is in the formula for what rests on it, and changes nothing."""
    rare = any(
        transition.get("storageClass") in RARE_ACCESS
        for lifecycle in deployed.of_type("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
        if bucket.urn in lifecycle.property_dependencies.get("bucket", ())
        for rule in lifecycle.inputs.get("rules") or ()
        if "tag" not in (rule.get("filter") or {})
        for transition in rule.get("transitions") or ()
    )
    held = level("sla.s3_infrequent" if rare else "sla.s3_standard")
    parts = [block(name, "level + 0 * buckets", level=held, buckets=counted)]
    if _is_encrypted(deployed, bucket):
        parts.append(block("keys", "level", level=level("sla.kms")))
    return series(f"{name} in {bucket.region}", parts)


def _is_encrypted(deployed: Deployed, bucket: Node) -> bool:
    settings = deployed.of_type(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", region=bucket.region
    )
    return any(
        deployed.value(setting, "rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId")
        for setting in settings
        if bucket.urn in setting.property_dependencies.get("bucket", ())
    )


# --- regions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What DNS may answer with: a region's entrance."""

    region: str
    record: Node
    entrance: Node


def answers(deployed: Deployed, name: str) -> list[Answer]:
    """The regions that a name may lead to by latency, through names that lead to other names."""
    found: list[Answer] = []
    for record in [each for each in deployed.of_type(RECORD) if each.inputs.get("name") == name]:
        regions = [policy.get("region") for policy in record.inputs.get("latencyRoutingPolicies") or ()]
        if regions:
            entrances = deployed.references(record, "records", "aliases")
            reached = [node for node in entrances if node.type in (LOAD_BALANCER, API_DOMAIN)]
            found += [Answer(region=regions[0], record=record, entrance=reached[0])] if reached else []
        elif all(policy.get("country") == "*" for policy in record.inputs.get("geolocationRoutingPolicies") or ()):
            found += [answer for text in record.inputs.get("records") or () for answer in answers(deployed, str(text))]
    return found


def _regions(
    deployed: Deployed, found: Sequence[Answer], request: Request, beta: Quantity
) -> tuple[list[Part], dict[str, list[Part]]]:
    """What all visitors need of the regions behind a name, and what those of each region need beside it."""
    fronts: dict[str, Part] = {}
    served_by: dict[str, Serving] = {}
    for answer in found:
        try:
            served_by[answer.region] = there = serving(deployed, answer.entrance, answer.region, request)
        except UnservedError:
            continue
        fronts[answer.region] = series(f"{request.path} in {answer.region}", list(there.blocks.values()))
    if not fronts:
        raise UndeclaredError(f"no region that DNS leads to serves {request.method} {request.path}")
    checked = [answer for answer in found if deployed.references(answer.record, "healthCheckId")]
    together = redundant(f"regions that serve {request.path}", list(fronts.values()), beta)
    everywhere = [together] if len(checked) == len(found) else []
    own: dict[str, list[Part]] = {}
    for answer in found:
        front = fronts.get(answer.region)
        if answer in checked:
            leaves = len(fronts) > 1 and front is not None
            own[answer.region] = [] if everywhere else [together]
            own[answer.region] += [_leaving(deployed, answer, front)] if leaves and front is not None else []
        elif front is not None:
            own[answer.region] = [front]
        else:
            own[answer.region] = [block("regions without what they need", "0")]
        if request.writes_orders and answer.region in served_by:
            own[answer.region] += _way_to_writer(deployed, answer.region, served_by[answer.region])
    signed_in = any(there.sign_in for there in served_by.values())
    sign_in = [block("sign-in", "level", level=level("sla.cognito"))] if signed_in else []
    return [*everywhere, *sign_in], own


def _leaving(deployed: Deployed, answer: Answer, front: Part) -> Part:
    """Time that a region's visitors lose at each of its failures until DNS leads them elsewhere."""
    return block(
        "failovers",
        "100 - (100 - region) * min(1, failover / (60 * outage))",
        region=front.available,
        failover=failover(deployed, answer),
        outage=fact("outage.region_minutes"),
    )


def failover(deployed: Deployed, answer: Answer) -> Figure:
    """Longest time until a failed region's visitors are led elsewhere: detection, propagation, life of the answer."""
    checks = [
        endpoint
        for check in deployed.references(answer.record, "healthCheckId")
        for endpoint in (deployed.references(check, "childHealthchecks") or [check])
    ]
    detections: dict[str, Quantity] = {
        f"detection_{index}": _detection(deployed, check) for index, check in enumerate(checks, 1)
    }
    slowest = f"max({', '.join(detections)})" if len(detections) > 1 else "detection_1"
    alias = answer.record.inputs.get("aliases")
    ttl = fact("r53.alias_ttl") if alias else deployed.number(answer.record, "ttl", "s")
    return figure(
        f"{answer.region} leaves DNS",
        "s",
        Kind.BOUND,
        f"{slowest} + propagation + ttl",
        propagation=fact("r53.health_propagation_assumed"),
        ttl=ttl,
        **detections,
    )


def _detection(deployed: Deployed, check: Node) -> Figure:
    return figure(
        "detection",
        "s",
        Kind.BOUND,
        "(1 - healthy) * interval + threshold * timeout + (threshold - 1) * interval",
        healthy=fact("r53.fraction"),
        interval=deployed.number(check, "requestInterval", "s", fact("r53.interval_standard"), choices=(10, 30)),
        threshold=deployed.number(check, "failureThreshold", "checks", fact("r53.threshold_default")),
        timeout=fact("r53.http_connect_timeout"),
    )


# --- the writer ---------------------------------------------------------------------------------------------------


def _way_to_writer(deployed: Deployed, region: str, there: Serving) -> list[Part]:
    """From a region's servers to the one database that writes: by its proxy, or forwarded by the region's own cluster."""
    reached = [
        node
        for template in (templates(deployed, there.servers) if there.servers else ())
        for node in deployed.references(template, "userData")
    ]
    writers = [node for node in deployed.of_type(CLUSTER) if node.region == deployed.writer_region]
    clusters = [node for node in reached if node.type == CLUSTER]
    if not writers or not clusters:
        raise UndeclaredError("orders find no database that writes")
    parts = [database("writer's database", deployed, writers[0])]
    if writers[0] in clusters:
        by_proxy = any(node.type == "aws:rds/proxy:Proxy" for node in reached)
        return [*parts, block("database proxies", "level", level=level("sla.rds_proxy"))] if by_proxy else parts
    if not deployed.value(clusters[0], "enableGlobalWriteForwarding"):
        return [*parts, block(f"no way from {region} to the writer", "0")]
    return [*parts, database("databases that forward", deployed, clusters[0])]
