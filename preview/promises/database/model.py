"""Promises: the database takes writes again in time when its writer's zone fails, and nothing acknowledged is lost.

Both are about a zone. Inside a region all instances of an Aurora cluster share one storage over three zones, so another
instance takes over with every acknowledged write. Between regions copies are behind, and AWS changes the writer's
region on command only: that is no failover in this promise's sense, and it is shown beside it, by journey.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from preview.facts import fact, rows
from preview.graph import UNKNOWN, Node
from preview.promises.database.journeys import Journey, journeys
from preview.promises.database.replication import (
    RELATIONAL,
    Outage,
    Store,
    instances,
    loss_bound,
    parameter,
    stores,
    writer_clock,
    writers,
)
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Column, Table
from preview.promises.failover.model import traffic
from preview.promises.failover.moments import latest, never, reasons, shown
from preview.promises.figure import Figure, Kind, Reading, figure
from preview.promises.promise import Better, Finding, Model, Promise

FAILOVER = Promise(
    id="database_failover_seconds",
    title="The database takes writes again when its writer's zone has failed",
    unit="s",
    better=Better.LOWER,
)
LOSS = Promise(
    id="database_loss_seconds",
    title="Nothing acknowledged is lost in such a failover",
    unit="s",
    better=Better.LOWER,
)

TYPICALLY = (
    "AWS says that a failover typically takes less than {failover:g} s and often less than {often:g} s; no service "
    "level agreement holds it to that."
)
ELSEWHERE = (
    "Between regions AWS does not support this promise as stated: a person starts the failover, AWS speaks of minutes, "
    "and writes that had not reached the other region are gone, typically the last second."
)


def reached(deployed: Deployed) -> Mapping[str, Figure]:
    """The figures that decide: of the writing cluster that takes longest, and of the one that loses most."""
    clusters = writers(deployed)
    return {
        FAILOVER.id: latest("writes again", [fails_over(deployed, each) for each in clusters], Kind.ESTIMATE),
        LOSS.id: latest("acknowledged and lost", [loses(deployed, each) for each in clusters], Kind.ESTIMATE),
    }


def findings(deployed: Deployed) -> Sequence[Finding]:
    """Both figures, what a lost region does in their place, and both by journey."""
    decide = reached(deployed)
    outages = list(_by_journey(deployed, decide))
    typically = TYPICALLY.format(failover=fact("aurora.failover").value, often=fact("aurora.failover_often").value)
    said = [f"{why}." for why in reasons(decide[FAILOVER.id])]
    moves = writer_clock(deployed)
    return [
        Finding(
            promise=FAILOVER,
            reached=decide[FAILOVER.id],
            why=" ".join([*said, typically, ELSEWHERE]),
            also=(*_often(), moves, *(moment for each in outages for moment in (each.zone.back, each.region.back))),
            exhibits=(_instances_table(deployed), _journeys_table(outages), _measured_table()),
        ),
        Finding(
            promise=LOSS,
            reached=decide[LOSS.id],
            why=ELSEWHERE,
            also=(
                *(loss_bound(deployed, cluster) for cluster in writers(deployed)),
                *(lost for each in outages for lost in (each.zone.lost, each.region.lost)),
            ),
            exhibits=(_stores_table(deployed),),
        ),
    ]


MODEL = Model(promises=(FAILOVER, LOSS), reached=reached, findings=findings)


# --- a zone -----------------------------------------------------------------------------------------------------------


def fails_over(deployed: Deployed, cluster: Node) -> Figure:
    """Seconds until a cluster takes writes again when the zone of its writer fails, whichever instance that is.

    Behind a proxy clients keep their address; without one they also wait for the cluster's own to expire in DNS.
    """
    members = instances(deployed, cluster)
    standing = deployed.count(members, "instances", of=cluster)
    zones = {member.urn: _zone(member) for member in members}
    alone = [member for member in members if set(zones.values()) == {zones[member.urn]}]
    if alone or not members:
        why = "no instance stands in a second zone, where a person has to create one"
        return never(f"{cluster.name}: writes again", why, instances=standing)
    proxied = [
        target
        for target in deployed.of_type("aws:rds/proxyTarget:ProxyTarget")
        if cluster in deployed.references(target, "dbClusterIdentifier")
    ]
    return figure(
        f"{cluster.name}: writes again",
        "s",
        Kind.ESTIMATE,
        "failover + (0 if proxies else kept)",
        failover=fact("aurora.failover"),
        proxies=deployed.count(proxied, "proxies", of=cluster),
        kept=fact("aurora.dns_ttl"),
        instances=standing,
    )


def loses(deployed: Deployed, cluster: Node) -> Figure:
    """Seconds of acknowledged writes that such a failover loses: none, unless commits do not wait for the storage."""
    return figure(
        f"{cluster.name}: acknowledged and lost",
        "s",
        Kind.ESTIMATE,
        "storage + (1 - synchronous) * delays * delay",
        storage=fact("aurora.rpo_in_region"),
        synchronous=_synchronous(deployed, cluster),
        delays=fact("postgres.asynchronous_delays"),
        delay=fact("postgres.wal_writer_delay"),
    )


def _synchronous(deployed: Deployed, cluster: Node) -> Reading:
    found = parameter(deployed, cluster, "synchronous_commit")
    if found is None:
        usual = fact("postgres.synchronous_commit")
        return Reading(value=usual.value, unit=usual.unit, urn=cluster.urn, path="synchronous_commit", default=usual)
    group, path = found
    off = str(deployed.value(group, path)).lower() in ("off", "false", "no", "0")
    return Reading(value=float(not off), unit="on/off", urn=group.urn, path=path)


def _zone(instance: Node) -> str:
    zone = instance.inputs.get("availabilityZone")
    if not isinstance(zone, str) or zone == UNKNOWN:
        raise UndeclaredError(f"{instance.name} names no zone; whether another instance survives is up to AWS")
    return zone


def _often() -> Iterator[Figure]:
    often, less = fact("aurora.failover_often"), fact("rdsproxy.reduction")
    yield figure("often, without a proxy", "s", Kind.ESTIMATE, "often", often=often)
    yield figure("often, with a proxy at its best", "s", Kind.ESTIMATE, "often * (1 - less)", often=often, less=less)


# --- by journey -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Outages:
    """What a failed zone and a failed region mean to a journey."""

    journey: Journey
    zone: Outage
    region: Outage


def _by_journey(deployed: Deployed, decide: Mapping[str, Figure]) -> Iterator[_Outages]:
    """Each journey when its region fails; for the orders that is the writer's region, which is their worst case."""
    region = _home(deployed)
    moved = _traffic(deployed)
    in_zone = Outage(back=decide[FAILOVER.id], lost=decide[LOSS.id])
    for journey in journeys(deployed, region, stores(deployed, region)):
        zone = [in_zone if store.sort == RELATIONAL else store.zone for store in journey.stores]
        lost_zone = [in_zone.lost if store.sort == RELATIONAL else store.zone.lost for store in journey.writes]
        name = journey.name
        yield _Outages(
            journey=journey,
            zone=Outage(
                back=latest(f"{name}, zone lost: its stores answer", [each.back for each in zone], Kind.ESTIMATE),
                lost=latest(f"{name}, zone lost: writes missing", lost_zone, Kind.ESTIMATE),
            ),
            region=Outage(
                back=latest(
                    f"{name}, region lost: works elsewhere",
                    [moved, *(store.region.back for store in journey.stores)],
                    Kind.ESTIMATE,
                ),
                lost=latest(
                    f"{name}, region lost: writes missing",
                    [store.region.lost for store in journey.writes],
                    Kind.ESTIMATE,
                ),
            ),
        )


def _home(deployed: Deployed) -> str:
    """The region whose loss is looked at: the writer's, or the first where every region has a writer of its own."""
    return deployed.writer_region or writers(deployed)[0].region or ""


def _traffic(deployed: Deployed) -> Figure:
    try:
        return traffic(deployed)
    except UndeclaredError as missing:
        return never("the traffic leaves the region", str(missing))


# --- exhibits ---------------------------------------------------------------------------------------------------------


def _journeys_table(outages: Sequence[_Outages]) -> Table:
    return Table(
        id="database-journeys",
        title="What a lost zone and a lost region mean to each journey",
        columns=(
            Column(title="Journey"),
            Column(title="Reads"),
            Column(title="Writes"),
            Column(title="Zone lost: stores answer after", unit="s"),
            Column(title="Zone lost: writes missing", unit="s"),
            Column(title="Region lost: works elsewhere after", unit="s"),
            Column(title="Region lost: writes missing", unit="s"),
            Column(title="Come back with the region"),
        ),
        rows=tuple(
            (
                each.journey.name,
                _listed(each.journey.reads),
                _listed(each.journey.writes),
                shown(each.zone.back),
                shown(each.zone.lost),
                shown(each.region.back),
                _missing(each.region.lost),
                _returning(each.journey),
            )
            for each in outages
        ),
        note=(
            "The region is the writer's: until a person has moved the writer, no region takes orders. When another "
            "region is lost, orders work elsewhere as soon as the traffic does, and none is missing. Everything: what "
            "waits there is out of reach until the region returns. Only stores are looked at, not servers."
        ),
    )


def _missing(lost: Figure) -> str | float | None:
    return "everything" if shown(lost) == "never" else shown(lost)


def _returning(journey: Journey) -> str:
    back = {store.comes_back for store in journey.writes}
    if not back:
        return ""
    return "yes" if back == {True} else "no" if back == {False} else "tables yes, relational writes no"


def _listed(found: Sequence[Store]) -> str:
    return ", ".join(f"{store.node.name} ({store.sort})" for store in found)


def _stores_table(deployed: Deployed) -> Table:
    return Table(
        id="database-stores",
        title="What a lost region leaves behind",
        columns=(
            Column(title="Store"),
            Column(title="Sort"),
            Column(title="Region"),
            Column(title="Works elsewhere after", unit="s"),
            Column(title="Writes missing", unit="s"),
            Column(title="Come back with the region"),
        ),
        rows=tuple(
            (
                store.node.name,
                store.sort,
                region,
                shown(store.region.back),
                _missing(store.region.lost),
                "" if not store.region.lost.value else "yes" if store.comes_back else "no",
            )
            for region in deployed.running
            for store in stores(deployed, region)
        ),
        note="For traffic that has left the region already. Missing: the last so many seconds of acknowledged writes.",
    )


def _instances_table(deployed: Deployed) -> Table:
    """Who may take over: instances of the writing clusters in the order in which Aurora prefers them."""
    return Table(
        id="database-instances",
        title="Who takes over from the writer",
        columns=(Column(title="Instance"), Column(title="Zone"), Column(title="Tier"), Column(title="Class")),
        rows=tuple(
            (member.name, _zone(member), _tier(member), str(member.inputs.get("instanceClass")))
            for cluster in writers(deployed)
            for member in sorted(instances(deployed, cluster), key=lambda each: _tier(each) or 0)
        ),
        note="The lowest tier outside the failed zone is promoted, among equals the largest class.",
    )


def _tier(instance: Node) -> float | None:
    tier = instance.inputs.get("promotionTier")
    return float(tier) if isinstance(tier, int | float) else None


def _measured_table() -> Table:
    measured = [row for row in rows("measured_failovers") if not row["way"].startswith("dns")]
    return Table(
        id="database-measured",
        title="What others measured of database failovers",
        columns=(
            Column(title="What"),
            Column(title="Through"),
            Column(title="From", unit="s"),
            Column(title="To", unit="s"),
            Column(title="Source"),
            Column(title="Date"),
        ),
        rows=tuple(
            (row["what"], row["way"], float(row["low_s"]), float(row["high_s"]), row["source"], row["as_of"])
            for row in measured
        ),
    )
