"""Backups by plan: copies kept in the region, copies kept elsewhere, and the gigabytes on the way.

Tables are copied in full each time, and so is a copy of a cluster to another region; buckets keep one chain of changes.
Snapshots of a cluster within its own retention cost nothing more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.cost.demand import Demand
from preview.promises.cost.line import Line, line
from preview.promises.cost.network import OTHER_REGIONS
from preview.promises.cost.storage import models_gigabytes
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure

PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
VAULT = "aws:backup/vault:Vault"
TABLE = "aws:dynamodb/table:Table"
CLUSTER = "aws:rds/cluster:Cluster"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    """One rule of a plan."""

    taken: Figure
    """Backups in a month."""

    kept_days: Reading
    warm_days: Quantity
    copies: int


def lines(demand: Demand) -> Iterator[Line]:
    """What the backups cost."""
    for plan in demand.deployed.of_type(PLAN):
        region, chosen = str(plan.region), _chosen(demand, plan)
        elsewhere = next(
            (each.region for each in demand.deployed.references(plan, "rules") if each.region != region), None
        )
        rules = list(_rules(demand, plan))
        yield from _tables(demand, plan, rules, chosen, elsewhere)
        yield from _cluster(demand, plan, rules, chosen, elsewhere)
        yield from _buckets(demand, plan, rules, chosen, elsewhere)


def _chosen(demand: Demand, plan: Node) -> Sequence[str]:
    return [
        str(each)
        for selection in demand.deployed.of_type(SELECTION, region=plan.region)
        if plan.urn in selection.property_dependencies.get("planId", ())
        for each in cast(Sequence[Any], selection.inputs.get("resources") or ())
    ]


def _rules(demand: Demand, plan: Node) -> Iterator[_Rule]:
    number = demand.deployed.number
    for index, rule in enumerate(cast(Sequence[Mapping[str, Any]], plan.inputs.get("rules") or ())):
        kept = number(plan, f"rules.{index}.lifecycle.deleteAfter", "days", fact("bill.kept_days"))
        # The cold time stands in the copies alone where the vault itself keeps no cold backups.
        path = f"rules.{index}.lifecycle.coldStorageAfter"
        cold = demand.deployed.value(plan, path)
        warm: Quantity = number(plan, path, "days") if cold is not None else kept
        yield _Rule(
            taken=_taken(demand, plan, str(rule.get("schedule", ""))),
            kept_days=kept,
            warm_days=warm,
            copies=len(cast(Sequence[Any], rule.get("copyActions") or ())),
        )


def _taken(demand: Demand, plan: Node, schedule: str) -> Figure:
    """Backups in a month: one where the schedule names a day of the month, else one a day."""
    fields = schedule.removeprefix("cron(").split(" ")
    monthly = len(fields) > 2 and fields[2].isdigit()
    plans = demand.deployed.count([plan], "plans")
    formula = "plans" if monthly else "plans * days"
    return figure("backups taken", "backups", Kind.BOUND, formula, plans=plans, days=demand.days)


def _tables(
    demand: Demand, plan: Node, rules: Sequence[_Rule], chosen: Sequence[str], elsewhere: str | None
) -> Iterator[Line]:
    tables = demand.deployed.of_type(TABLE)
    names = [str(each.inputs.get("name")) for each in tables]
    backed = [each for each, name in zip(tables, names, strict=True) if any(arn.endswith(f"/{name}") for arn in chosen)]
    if not backed:
        return
    held = figure(
        "tables backed up", "GB", Kind.ESTIMATE, "gigabytes * backed / tables",
        gigabytes=demand.deployed.expected("load.tables_gigabytes", "GB"),
        backed=demand.deployed.count(backed, "tables"), tables=demand.deployed.count(tables, "tables"),
    )  # fmt: skip
    warm, cold = ("AWS Backup", "DynamoDB warm"), ("AWS Backup", "DynamoDB cold")
    places = [(str(plan.region), "tables")]
    if elsewhere is not None and any(rule.copies for rule in rules):
        places.append((elsewhere, f"tables of {plan.region}"))
        yield _sent(plan, "tables", held, rules)
    for region, item in places:
        amounts = _full(demand, held, rules)
        yield line("AWS Backup", region, item, PLAN, SELECTION, VAULT, quantity=amounts["warm"], priced=warm)
        if amounts["cold"].value:
            yield line("AWS Backup", region, f"{item}, cold", PLAN, VAULT, quantity=amounts["cold"], priced=cold)


def _cluster(
    demand: Demand, plan: Node, rules: Sequence[_Rule], chosen: Sequence[str], elsewhere: str | None
) -> Iterator[Line]:
    clusters = [
        each
        for each in demand.deployed.of_type(CLUSTER, region=plan.region)
        if any(arn.endswith(f":cluster:{each.inputs.get('clusterIdentifier')}") for arn in chosen)
    ]
    if not clusters:
        return
    held = figure(
        "database backed up", "GB", Kind.ESTIMATE, "gigabytes * clusters",
        gigabytes=demand.deployed.expected("load.databases_gigabytes", "GB"),
        clusters=demand.deployed.count(clusters, "clusters"),
    )  # fmt: skip
    priced = ("Aurora", "backup beyond free")
    retention = demand.deployed.number(clusters[0], "backupRetentionPeriod", "days")
    own = _sum("snapshots", [
        figure(
            "beyond the retention", "GB", Kind.ESTIMATE, "held * taken * max(kept - retention, 0) / month",
            held=held, taken=rule.taken, kept=rule.kept_days, retention=retention, month=demand.days,
        )
        for rule in rules
    ])  # fmt: skip
    yield line("AWS Backup", str(plan.region), "database", PLAN, SELECTION, VAULT, quantity=own, priced=priced)
    copied = [rule for rule in rules if rule.copies]
    if elsewhere is not None and copied:
        amounts = _full(demand, held, copied)
        whole = _sum("copies", [amounts["warm"], amounts["cold"]])
        yield line("AWS Backup", elsewhere, f"database of {plan.region}", PLAN, VAULT, quantity=whole, priced=priced)
        yield _sent(plan, "database", held, rules)


def _buckets(
    demand: Demand, plan: Node, rules: Sequence[_Rule], chosen: Sequence[str], elsewhere: str | None
) -> Iterator[Line]:
    models = any(arn.startswith("arn:aws:s3:::") and arn.endswith("-models") for arn in chosen)
    if not any(arn.startswith("arn:aws:s3:::") for arn in chosen):
        return
    held: Quantity = models_gigabytes(demand) if models else fact("bill.site_gigabytes")
    longest = max((rule.kept_days for rule in rules), key=lambda each: each.value)
    chain = figure(
        "files backed up", "GB", Kind.ESTIMATE, "plans * held * (1 + change / 100 * kept)",
        plans=demand.deployed.count([plan], "plans"), held=held, change=fact("bill.daily_change"), kept=longest,
    )  # fmt: skip
    priced = ("AWS Backup", "S3 warm")
    yield line("AWS Backup", str(plan.region), "files", PLAN, SELECTION, VAULT, quantity=chain, priced=priced)
    if elsewhere is not None and any(rule.copies for rule in rules):
        yield line("AWS Backup", elsewhere, f"files of {plan.region}", PLAN, VAULT, quantity=chain, priced=priced)
        changed = figure(
            "changed files", "GB", Kind.ESTIMATE, "held * change / 100 * days", held=held,
            change=fact("bill.daily_change"), days=demand.days,
        )  # fmt: skip
        yield line("Data transfer", str(plan.region), "copies of files", PLAN, quantity=changed, priced=OTHER_REGIONS)


def _full(demand: Demand, held: Figure, rules: Sequence[_Rule]) -> dict[str, Figure]:
    """Gigabytes of full copies, warm and cold."""
    warm = [
        figure(
            "warm copies", "GB", Kind.ESTIMATE, "held * taken * min(warm, kept) / month",
            held=held, taken=rule.taken, warm=rule.warm_days, kept=rule.kept_days, month=demand.days,
        )
        for rule in rules
    ]  # fmt: skip
    cold = [
        figure(
            "cold copies", "GB", Kind.ESTIMATE, "held * taken * max(kept - warm, 0) / month",
            held=held, taken=rule.taken, warm=rule.warm_days, kept=rule.kept_days, month=demand.days,
        )
        for rule in rules
    ]  # fmt: skip
    return {"warm": _sum("warm copies", warm), "cold": _sum("cold copies", cold)}


def _sent(plan: Node, what: str, held: Figure, rules: Sequence[_Rule]) -> Line:
    parts = [
        figure("sent", "GB", Kind.ESTIMATE, "held * taken", held=held, taken=rule.taken)
        for rule in rules
        if rule.copies
    ]
    sent = _sum(f"copies of {what}", parts)
    return line("Data transfer", str(plan.region), f"copies of {what}", PLAN, quantity=sent, priced=OTHER_REGIONS)


def _sum(name: str, parts: Sequence[Figure]) -> Figure:
    uses = {f"part_{number}": part for number, part in enumerate(parts, 1)}
    return figure(name, "GB", Kind.ESTIMATE, " + ".join(uses) or "0", **uses)
