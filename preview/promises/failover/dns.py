"""How long the names of a stack lead to a failed region.

A name that leads to several regions leaves a failed one when its health check has turned, the name servers know, and
the answers that resolvers keep have expired:

    detection + propagation + TTL
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from preview.facts import fact
from preview.graph import UNKNOWN, Node
from preview.promises.deployed import Deployed
from preview.promises.failover.entries import entries
from preview.promises.failover.health_checks import Failure, turn
from preview.promises.failover.moments import latest, never
from preview.promises.figure import Figure, Kind, Quantity, figure

RECORD = "aws:route53/record:Record"


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name in DNS that leads to regions, however many names it takes to get there."""

    fqdn: str
    """The last of those names, whose records Route 53 chooses by health."""

    answers: Mapping[str, tuple[Node, ...]]
    """Those records, by the region that they lead to."""


def plain(name: str) -> str:
    """A name without its last dot, in lower case."""
    return name.rstrip(".").lower()


def names(deployed: Deployed) -> dict[str, Name]:
    """Every name that a routing policy leads to regions; several that end at the same records share them."""
    zone: dict[str, list[Node]] = defaultdict(list)
    for record in deployed.of_type(RECORD):
        name = record.inputs.get("name")
        if isinstance(name, str) and name != UNKNOWN and country(record) in (None, "*"):
            zone[plain(name)].append(record)
    led = {name: _end(zone, name) for name in zone}
    chosen = {end for end in led.values() if any(record.inputs.get("setIdentifier") for record in zone[end])}
    ends = {end: Name(fqdn=end, answers=_by_region(deployed, zone[end])) for end in chosen}
    return {name: ends[end] for name, end in sorted(led.items()) if end in ends}


def country(record: Node) -> str | None:
    """The country that a record answers, `*` for those that no other record names; None where it asks for none."""
    policies = entries(record, "geolocationRoutingPolicies")
    return policies[0].get("country") if policies else None


def leaves(deployed: Deployed, name: Name, *, failure: Failure, kind: Kind) -> Figure:
    """Seconds until no answer of a name leads to a failed region, for the slowest region.

    A bound waits for every checker and a whole TTL, an estimate for the checkers that suffice, a median for half a TTL
    besides.
    """
    moments = [
        leaves_region(deployed, name, region, record, failure=failure, kind=kind)
        for region, records in name.answers.items()
        for record in records
    ]
    return latest(f"{name.fqdn}, {failure.value}", moments, kind)


def leaves_region(deployed: Deployed, name: Name, region: str, record: Node, *, failure: Failure, kind: Kind) -> Figure:
    """The same for one region and one record; infinite where nothing takes it out of DNS."""
    title = f"{name.fqdn} without {region}, {failure.value}"
    if len(name.answers) < 2:
        return never(title, "DNS has no other region to answer with")
    checks = deployed.references(record, "healthCheckId")
    if not checks:
        return never(title, f"{record.name} has no health check of this stack")
    turned = turn(deployed, checks[0], region, failure, kind)
    if not turned.detects:
        return never(title, f"{checks[0].name} does not turn", detection=turned.detection)
    formula = "detection + propagation + ttl" + (" / 2" if kind is Kind.MEDIAN else "")
    propagation = fact("r53.health_propagation_assumed")
    return figure(
        title, "s", kind, formula, detection=turned.detection, propagation=propagation, ttl=_ttl(deployed, record)
    )


def _ttl(deployed: Deployed, record: Node) -> Quantity:
    return fact("r53.alias_ttl") if entries(record, "aliases") else deployed.number(record, "ttl", "s")


def _end(zone: Mapping[str, Sequence[Node]], name: str) -> str:
    """Where a name leads inside the zone, followed to the end."""
    seen = {name}
    while True:
        onward = {target for record in zone[name] if (target := _target(record)) in zone} - seen
        if len(onward) != 1:
            return name
        (name,) = onward
        seen.add(name)


def _target(record: Node) -> str:
    targets: list[Any] = (
        [alias.get("name") for alias in entries(record, "aliases")] or record.inputs.get("records") or []
    )
    return plain(str(targets[0])) if len(targets) == 1 else ""


def _by_region(deployed: Deployed, records: Sequence[Node]) -> dict[str, tuple[Node, ...]]:
    found: dict[str, tuple[Node, ...]] = {}
    for record in records:
        region = _region(deployed, record)
        found[region] = (*found.get(region, ()), record)
    return dict(sorted(found.items()))


def _region(deployed: Deployed, record: Node) -> str:
    """The region of a latency record; else that of what it leads to, else its identifier in its set."""
    policies = entries(record, "latencyRoutingPolicies")
    if policies:
        return str(policies[0]["region"])
    regions = {node.region for node in deployed.references(record, "records", "aliases") if node.region}
    return regions.pop() if len(regions) == 1 else str(record.inputs.get("setIdentifier"))
