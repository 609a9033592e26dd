"""Buckets: what they hold by storage class, requests, and replication."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.cost.caching import DISTRIBUTION
from preview.promises.cost.demand import LOAD_BALANCER, Demand, once
from preview.promises.cost.edge import all_requests, origin_fetches
from preview.promises.cost.line import Line, line
from preview.promises.cost.network import OTHER_REGIONS
from preview.promises.figure import Figure, Kind, Quantity, figure

BUCKET = "aws:s3/bucket:Bucket"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
EXPORT = "aws:scheduler/schedule:Schedule"
TIERED = "INTELLIGENT_TIERING"
STANDARD = ("S3", "Standard storage first 50 TB")
Rule = Mapping[str, Any]

CLASSES = {
    "STANDARD": STANDARD,
    "STANDARD_IA": ("S3", "Standard-IA storage"),
    "GLACIER_IR": ("S3", "Glacier Instant Retrieval storage"),
    "GLACIER": ("S3", "Glacier Flexible storage"),
    "DEEP_ARCHIVE": ("S3", "Glacier Deep Archive storage"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    """A stretch of an object's life in one storage class."""

    storage_class: str
    days: Quantity


def lines(demand: Demand) -> Iterator[Line]:
    """What the buckets cost."""
    rules = _lifecycles(demand)
    for bucket in demand.deployed.of_type(BUCKET):
        if bucket.region is None:
            continue
        if role(bucket) == "models":
            yield from _models(demand, bucket, rules.get(bucket.urn))
        else:
            yield from _others(demand, bucket, rules.get(bucket.urn))
    yield from _requests(demand)
    yield from _replication(demand)


def role(bucket: Node) -> str:
    """What a bucket is for: the last word of its name, which servers and functions find it by."""
    return str(bucket.inputs.get("bucket", "")).rpartition("-")[2]


@once
def models_gigabytes(demand: Demand) -> Figure:
    """All models of the catalogue as they are stored in one region."""
    return figure(
        "models",
        "GB",
        Kind.ESTIMATE,
        "models * megabytes / 1e3",
        models=demand.deployed.expected("load.catalogue_models", "models"),
        megabytes=demand.model_megabytes,
    )


@once
def trail_events(demand: Demand) -> Figure:
    """Events that the audit trail records in a month: changes of carts, function calls, fetches from buckets."""
    regions = demand.deployed.count(demand.deployed.of_type(LOAD_BALANCER), "regions")
    return figure(
        "events of the trail",
        "events",
        Kind.ESTIMATE,
        "writes + calls + fetches + regions * management",
        writes=demand.cart_writes,
        calls=demand.api_requests,
        fetches=origin_fetches(demand),
        regions=regions,
        management=fact("bill.management_events"),
    )


@once
def cdn_log_gigabytes(demand: Demand) -> Figure:
    """Access log lines of the distribution in a month, before they become Parquet."""
    return figure(
        "access log of the CDN", "GB", Kind.ESTIMATE, "requests * bytes / 1e9", requests=all_requests(demand),
        bytes=fact("bill.cdn_line"),
    )  # fmt: skip


# --- what is stored ---------------------------------------------------------------------------------------------------


def _models(demand: Demand, bucket: Node, lifecycle: Node | None) -> Iterator[Line]:
    region = str(bucket.region)
    held = models_gigabytes(demand)
    if not _tiering(lifecycle):
        yield line("S3", region, "models", BUCKET, LIFECYCLE, quantity=held, priced=STANDARD)
        return
    cold = demand.deployed.expected("load.cold_share_percent", "%")
    parts = {
        "frequent": ("gigabytes * (1 - cold / 100)", ("S3", "Intelligent-Tiering frequent tier")),
        "infrequent": ("gigabytes * cold / 100", ("S3", "Intelligent-Tiering infrequent tier (30 d)")),
    }
    for name, (formula, priced) in parts.items():
        part = figure(f"models, {name}", "GB", Kind.ESTIMATE, formula, gigabytes=held, cold=cold)
        yield line("S3", region, f"models, {name}", BUCKET, LIFECYCLE, quantity=part, priced=priced)
    objects = figure(
        "objects", "objects", Kind.ESTIMATE, "models * files",
        models=demand.deployed.expected("load.catalogue_models", "models"), files=fact("bill.files_per_model"),
    )  # fmt: skip
    watched = ("S3", "Intelligent-Tiering monitoring")
    yield line("S3", region, "watching of models", BUCKET, quantity=objects, priced=watched)


def _others(demand: Demand, bucket: Node, lifecycle: Node | None) -> Iterator[Line]:
    """Buckets that are filled at a steady rate and emptied by age."""
    region, name = str(bucket.region), role(bucket)
    monthly = _filled(demand, name, region)
    if monthly is None:
        site = fact("bill.site_gigabytes")
        yield line("S3", region, name or "files", BUCKET, LIFECYCLE, quantity=site, priced=STANDARD)
        return
    for stretch in _stretches(demand, lifecycle):
        kept = figure(
            f"{name}, {stretch.storage_class}", "GB", Kind.ESTIMATE, "monthly * days / month",
            monthly=monthly, days=stretch.days, month=demand.days,
        )  # fmt: skip
        item = f"{name}, {stretch.storage_class.lower().replace('_', ' ')}"
        yield line("S3", region, item, BUCKET, LIFECYCLE, quantity=kept, priced=CLASSES[stretch.storage_class])


def _filled(demand: Demand, name: str, region: str) -> Figure | None:
    """Gigabytes that come to a bucket in a month; None for one that just holds some files."""
    deployed = demand.deployed
    if name == "uploads":
        return figure(
            "uploads", "GB", Kind.ESTIMATE, "uploads * megabytes / 1e3", uploads=demand.here(demand.uploads, region),
            megabytes=deployed.expected("load.model_megabytes", "MB"),
        )  # fmt: skip
    if name == "logs":
        balancer = demand.here(demand.web_requests, region)
        cdn = _parquet(demand) if region == _log_region(demand) else None
        uses: dict[str, Quantity] = {"requests": balancer, "bytes": fact("bill.balancer_line")}
        if cdn is not None:
            uses["cdn"] = cdn
        return figure(
            "access logs", "GB", Kind.ESTIMATE, f"requests * bytes / 1e9{' + cdn' if cdn else ''}", **uses
        )  # fmt: skip
    if name == "trail":
        return figure(
            "audit trail", "GB", Kind.ESTIMATE, "events * bytes / 1e9 * percent / 100", events=trail_events(demand),
            bytes=fact("bill.event_line"), percent=fact("bill.trail_percent"),
        )  # fmt: skip
    if name == "exports":
        nightly = [each for each in deployed.of_type(EXPORT) if "aws-sdk" in str(deployed.value(each, "target.arn"))]
        return figure(
            "nightly exports", "GB", Kind.ESTIMATE, "min(exports, 1) * (database + tables) * percent / 100 * days",
            exports=deployed.count(nightly, "exports"),
            database=deployed.expected("load.databases_gigabytes", "GB"),
            tables=deployed.expected("load.tables_gigabytes", "GB"),
            percent=fact("bill.export_percent"), days=demand.days,
        )  # fmt: skip
    return None


@once
def _parquet(demand: Demand) -> Figure:
    return figure(
        "access log of the CDN as Parquet", "GB", Kind.ESTIMATE, "lines * percent / 100",
        lines=cdn_log_gigabytes(demand), percent=fact("bill.parquet_percent"),
    )  # fmt: skip


def _log_region(demand: Demand) -> str | None:
    delivered = demand.deployed.of_type("aws:cloudwatch/logDelivery:LogDelivery")
    return delivered[0].region if delivered else None


def _lifecycles(demand: Demand) -> dict[str, Node]:
    return {
        bucket.urn: lifecycle
        for lifecycle in demand.deployed.of_type(LIFECYCLE)
        for bucket in demand.deployed.references(lifecycle, "bucket")
        if bucket.type == BUCKET
    }


def _rules(node: Node | None) -> Sequence[Rule]:
    return cast(Sequence[Rule], node.inputs.get("rules") or ()) if node else ()


def _steps(rule: Rule) -> Sequence[Rule]:
    return cast(Sequence[Rule], rule.get("transitions") or ())


def _within(rule: Rule, *path: str) -> Any:
    """What stands at a path of a rule; None where nothing does."""
    found: Any = rule
    for key in path:
        found = cast(Rule, found or {}).get(key)
    return found


def _tiering(lifecycle: Node | None) -> bool:
    return any(step.get("storageClass") == TIERED for rule in _rules(lifecycle) for step in _steps(rule))


def _stretches(demand: Demand, lifecycle: Node | None) -> Iterator[_Kept]:
    """The storage classes that an object passes through until it expires, with the days in each."""
    expiry, steps = _ageing(demand, lifecycle)
    start, storage_class = None, "STANDARD"
    for end, following in [*sorted(steps, key=lambda step: step[0].value), (expiry, "")]:
        uses: dict[str, Quantity] = {"end": end, "expiry": expiry}
        if start is None:
            days = figure("days", "days", Kind.BOUND, "min(end, expiry)", **uses)
        else:
            days = figure("days", "days", Kind.BOUND, "max(min(end, expiry) - start, 0)", start=start, **uses)
        yield _Kept(storage_class=storage_class, days=days)
        start, storage_class = end, following


def _ageing(demand: Demand, lifecycle: Node | None) -> tuple[Quantity, list[tuple[Quantity, str]]]:
    """When a bucket's objects expire, and when they go to which storage class before."""
    expiry: Quantity = fact("bill.kept_days")
    steps: list[tuple[Quantity, str]] = []
    if lifecycle is None:
        return expiry, steps
    number = demand.deployed.number
    for index, rule in enumerate(_rules(lifecycle)):
        if _within(rule, "expiration", "days") and not _of_a_part(rule):
            expiry = number(lifecycle, f"rules.{index}.expiration.days", "days")
        for place, step in enumerate(_steps(rule)):
            if step.get("storageClass") in CLASSES:
                days = number(lifecycle, f"rules.{index}.transitions.{place}.days", "days")
                steps.append((days, str(step["storageClass"])))
    return expiry, steps


def _of_a_part(rule: Rule) -> bool:
    """Whether a rule holds for a folder inside a folder only; one folder at the top is all that such a bucket has."""
    return "/" in str(_within(rule, "filter", "prefix") or "").removesuffix("/")


# --- requests and replication -----------------------------------------------------------------------------------------


def _requests(demand: Demand) -> Iterator[Line]:
    for distribution in demand.deployed.of_type(DISTRIBUTION):
        region = _origin_region(demand, distribution)
        fetched = origin_fetches(demand)
        yield line(
            "S3", region, "fetches by the CDN", BUCKET, quantity=fetched, priced=("S3", "GET requests Standard")
        )  # fmt: skip
    for region in demand.regions:
        stored = figure(
            "stored files", "requests", Kind.ESTIMATE, "uploads * files", uploads=demand.uploads,
            files=fact("bill.files_per_model"),
        )  # fmt: skip
        priced = ("S3", "PUT/COPY/POST/LIST requests Standard")
        yield line("S3", region, "stored files", BUCKET, quantity=stored, priced=priced)


def _origin_region(demand: Demand, distribution: Node) -> str:
    """Region of the buckets that are asked first."""
    for group in distribution.inputs.get("originGroups") or ():
        first = str(group["members"][0]["originId"])
        for region in demand.regions:
            if first.endswith(region):
                return region
    return demand.regions[0]


def _replication(demand: Demand) -> Iterator[Line]:
    deployed = demand.deployed
    for config in deployed.of_type(REPLICATION):
        region = str(config.region)
        sources = [each for each in deployed.references(config, "bucket") if each.type == BUCKET]
        moved = _replicated(demand, role(sources[0]) if sources else "", region)
        rules = _rules(config)
        copies = figure(
            "copied", "GB", Kind.ESTIMATE, f"configurations * moved * {len(rules)}",
            configurations=deployed.count([config], "replication configurations"), moved=moved,
        )  # fmt: skip
        timed = [rule for rule in rules if _within(rule, "destination", "replicationTime", "status") == "Enabled"]
        measured = [rule for rule in rules if _within(rule, "destination", "metrics", "status") == "Enabled"]
        yield line("Data transfer", region, "replicated files", REPLICATION, quantity=copies, priced=OTHER_REGIONS)
        if timed:
            priced = ("S3", "replication time control")
            yield line("S3", region, "replication time control", REPLICATION, quantity=copies, priced=priced)
        metrics = figure(
            "metrics of replication", "metrics", Kind.BOUND, f"configurations * each * {len(measured)}",
            configurations=deployed.count([config], "replication configurations"), each=fact("s3.replication_metrics"),
        )  # fmt: skip
        priced = ("CloudWatch", "custom metric first 10k")
        yield line("CloudWatch", region, "metrics of replication", REPLICATION, quantity=metrics, priced=priced)


def _replicated(demand: Demand, name: str, region: str) -> Quantity:
    """Gigabytes that a bucket sends to each of its copies in a month."""
    if name == "models":
        return figure(
            "new models", "GB", Kind.ESTIMATE, "uploads * megabytes / 1e3", uploads=demand.here(demand.uploads, region),
            megabytes=demand.model_megabytes,
        )  # fmt: skip
    return _parquet(demand) if name == "logs" else fact("bill.site_gigabytes")
