"""What a lost zone or a lost region means to what a stack keeps: its tables, its buckets, its relational database.

Three clocks run when a region fails, and none of them waits for another: DNS moves the traffic (`failover`), tables
and buckets have copies that are a little behind, and the relational database has one writer, which a person moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.failover.entries import entries
from preview.promises.failover.moments import latest, never
from preview.promises.figure import Figure, Kind, figure

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
RELATIONAL, TABLE, BUCKET = "relational database", "table", "bucket"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """What one failure does to a store."""

    back: Figure
    """Seconds until it takes reads and writes again, for requests that have reached another zone or region."""

    lost: Figure
    """Acknowledged writes that are missing then, in seconds of writing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """A table, a bucket or a relational database, as one region uses it."""

    node: Node
    sort: str
    mark: str
    """What a policy calls it in the ARNs of its resources."""

    zone: Outage
    region: Outage
    comes_back: bool
    """Whether what a lost region had not copied is there again when the region is."""


def stores(deployed: Deployed, region: str) -> list[Store]:
    """What a region works with: its tables, the buckets of its asset store, its part of the relational database."""
    return [*_tables(deployed, region), *_buckets(deployed, region), *_relational(deployed, region)]


def writers(deployed: Deployed) -> list[Node]:
    """The relational clusters that take writes; UndeclaredError without any."""
    found = [cluster for cluster in deployed.of_type(CLUSTER) if cluster.inputs.get("masterUsername") is not None]
    if not found:
        raise UndeclaredError("the stack declares no relational cluster that takes writes")
    return found


def instances(deployed: Deployed, cluster: Node) -> list[Node]:
    """The instances of a relational cluster."""
    return [node for node in deployed.of_type(INSTANCE) if cluster in deployed.references(node, "clusterIdentifier")]


def tables_lag(deployed: Deployed) -> Figure:
    """How far the copies of the tables are behind at worst, in seconds; UndeclaredError without tables."""
    found = [store for region in deployed.running for store in _tables(deployed, region)]
    if not found:
        raise UndeclaredError("the stack declares no tables in its regions")
    return latest("tables: copies are behind by", [store.region.lost for store in found], Kind.ESTIMATE)


def writer_moves(deployed: Deployed, cluster: Node) -> Figure:
    """Seconds until another region has the writer after the loss of its own: a person decides, then AWS promotes."""
    name = f"{cluster.name}: another region takes writes"
    if any(instances(deployed, copy) for copy in _copies(deployed, cluster)):
        return figure(
            name,
            "s",
            Kind.ESTIMATE,
            "decision + promotion",
            decision=fact("agd.decision_assumed"),
            promotion=fact("agd.promotion_measured"),
        )
    return never(name, f"{cluster.name} has no copy with an instance in another region")


def writer_clock(deployed: Deployed) -> Figure:
    """The same for the relational database that takes longest; UndeclaredError without any."""
    moments = [writer_moves(deployed, cluster) for cluster in writers(deployed)]
    return latest("SQL writer: another region takes writes", moments, Kind.ESTIMATE)


def loss_bound(deployed: Deployed, cluster: Node) -> Figure:
    """The most that the loss of the writer's region loses for good: what `rds.global_db_rpo` allows, else anything."""
    name = f"{cluster.name}: writes that its lost region takes along, at most"
    path = parameter(deployed, cluster, "rds.global_db_rpo")
    if path is None:
        return never(name, "rds.global_db_rpo is not set, so commits do not wait for copies")
    group, value = path
    return figure(name, "s", Kind.BOUND, "allowed", allowed=deployed.number(group, value, "s"))


def parameter(deployed: Deployed, cluster: Node, name: str) -> tuple[Node, str] | None:
    """Where a cluster's parameter group sets a parameter: the group and the property path of the value."""
    for group in deployed.references(cluster, "dbClusterParameterGroupName"):
        for number, setting in enumerate(entries(group, "parameters")):
            if setting.get("name") == name:
                return group, f"parameters.{number}.value"
    return None


def _tables(deployed: Deployed, region: str) -> Iterator[Store]:
    zone = Outage(
        back=figure("back", "s", Kind.ESTIMATE, "outage", outage=fact("ddb.zone_outage")),
        lost=figure("lost", "s", Kind.ESTIMATE, "outage", outage=fact("ddb.zone_outage")),
    )
    for table in deployed.of_type("aws:dynamodb/table:Table"):
        replicas = entries(table, "replicas")
        places = {table.region, *(replica.get("regionName") for replica in replicas)}
        if region not in places:
            continue
        strong = any(replica.get("consistencyMode") == "STRONG" for replica in replicas)
        lost = figure("lost", "s", Kind.ESTIMATE, "lag", lag=fact("ddb.mrsc" if strong else "ddb.mrec"))
        if places == {region}:
            lost = never("lost", f"{table.name} has no copy outside {region}")
        yield Store(
            node=table,
            sort=TABLE,
            mark=f"table/{table.inputs.get('name')}",
            zone=zone,
            region=Outage(back=_at_once(), lost=lost),
            comes_back=True,
        )


def _buckets(deployed: Deployed, region: str) -> Iterator[Store]:
    zone = Outage(
        back=figure("back", "s", Kind.ESTIMATE, "outage", outage=fact("s3.zone_outage")),
        lost=figure("lost", "s", Kind.ESTIMATE, "outage", outage=fact("s3.zone_outage")),
    )
    for bucket in deployed.of_type("aws:s3/bucket:Bucket", region=region):
        if deployed.component(bucket, "storefront:region:AssetStore") is not None:
            yield Store(
                node=bucket,
                sort=BUCKET,
                mark=f":::{bucket.inputs.get('bucket')}",
                zone=zone,
                region=Outage(back=_at_once(), lost=_uncopied(deployed, bucket)),
                comes_back=True,
            )


def _uncopied(deployed: Deployed, bucket: Node) -> Figure:
    """How old the youngest object is that has surely reached every other region, in seconds."""
    times: list[Figure] = []
    configs = deployed.of_type("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
    for config in configs:
        if bucket not in deployed.references(config, "bucket"):
            continue
        for number, rule in enumerate(entries(config, "rules")):
            if rule["destination"].get("replicationTime", {}).get("status") != "Enabled":
                return never(
                    "lost", f"{bucket.name} is copied without replication time control, for which AWS has no time"
                )
            minutes = deployed.number(config, f"rules.{number}.destination.replicationTime.time.minutes", "min")
            times.append(figure("copied", "s", Kind.ESTIMATE, "minutes * 60", minutes=minutes))
    if times:
        return latest("lost", times, Kind.ESTIMATE)
    if any(bucket in deployed.references(config, "rules") for config in configs):
        return _at_once("a copy of another region's bucket")
    return never("lost", f"{bucket.name} is copied nowhere")


def _relational(deployed: Deployed, region: str) -> Iterator[Store]:
    """The region's cluster; a zone's failure is the promise itself (`database`), so it is not repeated here."""
    for cluster in deployed.of_type(CLUSTER, region=region):
        own = cluster.inputs.get("masterUsername") is not None
        shared = bool(_copies(deployed, cluster))
        lost = figure("lost", "s", Kind.ESTIMATE, "lag", lag=fact("agd.lag"))
        yield Store(
            node=cluster,
            sort=RELATIONAL,
            mark="dbuser",
            zone=Outage(back=_at_once(), lost=_at_once()),
            region=Outage(
                back=writer_moves(deployed, cluster) if own and shared else _at_once(),
                lost=(lost if own else _at_once())
                if shared
                else never("lost", f"{cluster.name} has no copy elsewhere"),
            ),
            comes_back=not shared,
        )


def _copies(deployed: Deployed, cluster: Node) -> list[Node]:
    """The other clusters of the same global database."""
    shared = deployed.references(cluster, "globalClusterIdentifier")
    return [
        other
        for other in deployed.of_type(CLUSTER)
        if other != cluster and shared and deployed.references(other, "globalClusterIdentifier") == shared
    ]


def _at_once(name: str = "at once") -> Figure:
    return figure(name, "s", Kind.ESTIMATE, "0")
