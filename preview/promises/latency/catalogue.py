"""How fast tables answer where users are served, and what a visitor waits for on top."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Cell, Column, Table
from preview.promises.figure import Figure, Kind, Reading, figure, simulated
from preview.promises.latency.model import slowest
from preview.promises.promise import Better, Finding, Model, Promise
from preview.promises.users.cities import answering, between_regions_ms
from preview.promises.users.ways import ways

TABLE = "aws:dynamodb/table:Table"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"
ACCELERATOR = "aws:dax/cluster:Cluster"

CATALOGUE = Promise(
    id="catalogue_milliseconds",
    title="Tables answer for catalogue and carts",
    unit="ms",
    better=Better.LOWER,
)

WHY = (
    "AWS states single-digit milliseconds as what DynamoDB is designed for, inside a region and without a promise in "
    "its service level agreement. The figure is that, plus the way to another region where a table has no replica in "
    "the one that serves, or where it agrees on every write with another one."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A table, and the regions that hold it."""

    name: str
    replicas: tuple[str, ...]
    witness: tuple[str, ...]
    """Region that keeps the log of a strongly consistent table, and answers nobody."""

    strong: bool
    """Whether a write waits for a second region."""

    reading: Reading

    def nearest_to(self, region: str) -> str:
        """The replica that a serving region asks: its own, or the nearest."""
        return min(self.replicas, key=lambda replica: (replica != region, between_regions_ms(region, replica), replica))

    def way_ms(self, region: str) -> float:
        """Round trip from a serving region to that replica; 0 inside a region."""
        replica = self.nearest_to(region)
        return 0.0 if replica == region else between_regions_ms(region, replica)

    def agreement_ms(self, region: str) -> float:
        """Round trip from that replica to the nearest other one or the witness, where writes wait for it."""
        replica = self.nearest_to(region)
        others = [each for each in (*self.replicas, *self.witness) if each != replica]
        return min(between_regions_ms(replica, other) for other in others) if self.strong and others else 0.0


def spreads(deployed: Deployed) -> list[Spread]:
    """Every table by name; regional ones that share a name are one table to whoever asks the nearest."""
    by_name: dict[str, list[Node]] = defaultdict(list)
    for table in deployed.of_type(TABLE):
        by_name[str(table.inputs.get("name", table.name))].append(table)
    if not by_name:
        raise UndeclaredError("the stack declares no DynamoDB table that catalogue and carts could be in")
    return [_spread(deployed, name, nodes) for name, nodes in sorted(by_name.items())]


def _spread(deployed: Deployed, name: str, nodes: Sequence[Node]) -> Spread:
    declared = [replica for node in nodes for replica in _replicas(deployed, node)]
    own = {node.urn for node in nodes}
    apart = [each for each in deployed.of_type(REPLICA) if own & {table.urn for table in deployed.references(each)}]
    replicas = {node.region for node in (*nodes, *apart)} | {str(each["regionName"]) for each in declared}
    witness = {str(node.inputs["globalTableWitness"]["regionName"]) for node in nodes if _has_witness(node)}
    return Spread(
        name=name,
        replicas=tuple(sorted(region for region in replicas if region)),
        witness=tuple(sorted(witness)),
        strong=any(each.get("consistencyMode") == "STRONG" for each in (*declared, *(each.inputs for each in apart))),
        reading=Reading(value=float(len(replicas)), unit="regions", urn=nodes[0].urn, path="replicas"),
    )


def _has_witness(table: Node) -> bool:
    return isinstance(table.inputs.get("globalTableWitness"), Mapping)


def _replicas(deployed: Deployed, table: Node) -> Sequence[Mapping[str, Any]]:
    """A table's replicas as declared; what-ifs put the number of regions that hold it in their place."""
    found = table.inputs.get("replicas") or ()
    if isinstance(found, int | float):
        others = [region for region in answering(deployed) if region != table.region]
        return [{"regionName": region} for region in others[: round(found) - 1]]
    return cast(Sequence[Mapping[str, Any]], found)


def _slowest(deployed: Deployed) -> Figure:
    """The answer of the table and region that are worst off."""
    regions = answering(deployed)
    cases = [(table, region) for table in spreads(deployed) for region in regions]
    table, region = max(cases, key=lambda case: case[0].way_ms(case[1]) + case[0].agreement_ms(case[1]))
    pairs = fact("latency.region_pairs")
    way = simulated(
        f"way from {region} to the nearest replica of {table.name}",
        "ms",
        Kind.MEDIAN,
        table.way_ms(region),
        "measured round trip between the regions; 0 where the replica is in the region itself",
        interval=None,
        replicas=table.reading,
        region_pairs=pairs,
    )
    agreement = simulated(
        f"agreement of {table.name} with a second region",
        "ms",
        Kind.MEDIAN,
        table.agreement_ms(region),
        "measured round trip to the nearest other replica or witness; 0 unless the table is strongly consistent",
        interval=None,
        replicas=table.reading,
        region_pairs=pairs,
    )
    return figure(
        "answer of the slowest table in the region worst off",
        "ms",
        Kind.ESTIMATE,
        "design + way + agreement",
        design=fact("ddb.latency"),
        way=way,
        agreement=agreement,
    )


def _reached(deployed: Deployed) -> dict[str, Figure]:
    return {CATALOGUE.id: _slowest(deployed)}


def _findings(deployed: Deployed) -> list[Finding]:
    decisive = _slowest(deployed)
    return [
        Finding(
            promise=CATALOGUE,
            reached=decisive,
            why=WHY,
            also=(*_seen_by_visitors(deployed, decisive), *_accelerated(deployed)),
            exhibits=(_table(deployed),),
        )
    ]


def _seen_by_visitors(deployed: Deployed, answer: Figure) -> tuple[Figure, ...]:
    found = ways(deployed)
    to_region = slowest(found, found.to_region)
    name, formula = "catalogue or cart from a table, 95 % of the users", "to_region + answer"
    from_table = figure(name, "ms", Kind.ESTIMATE, formula, to_region=to_region, answer=answer)
    if found.to_edge is None:
        return (from_table,)
    to_edge = slowest(found, found.to_edge)
    name = "catalogue from the edge's cache, 95 % of the users"
    return (figure(name, "ms", Kind.ESTIMATE, "to_edge", to_edge=to_edge), from_table)


def _accelerated(deployed: Deployed) -> tuple[Figure, ...]:
    """What a cache in front of the tables answers, where every serving region has one."""
    clusters = deployed.of_type(ACCELERATOR)
    if {*answering(deployed)} - {node.region for node in clusters}:
        return ()
    name, count = "catalogue reads that DAX holds", deployed.count(clusters, "DAX clusters")
    return (figure(name, "ms", Kind.BOUND, "dax", dax=fact("ddb.dax"), clusters=count),)


def _table(deployed: Deployed) -> Table:
    design = fact("ddb.latency").value
    lines: list[tuple[Cell, ...]] = []
    for table in spreads(deployed):
        for region in answering(deployed):
            way, agreement = table.way_ms(region), table.agreement_ms(region)
            lines.append((table.name, region, table.nearest_to(region), way, agreement, design + way + agreement))
    return Table(
        id="catalogue-tables",
        title="Where each region's tables answer from",
        columns=(
            Column(title="Table"),
            Column(title="Serving region"),
            Column(title="Replica asked"),
            Column(title="Way there", unit="ms"),
            Column(title="Agreement with another region", unit="ms"),
            Column(title="Answer", unit="ms"),
        ),
        rows=tuple(lines),
    )


MODEL = Model(promises=(CATALOGUE,), reached=_reached, findings=_findings)
