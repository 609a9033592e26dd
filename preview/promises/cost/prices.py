"""The published price of an item in a region, from `prices.csv`.

A region without a row of its own, or with a row that may decide nothing, takes the nearest region's row times the
ratio of the two regions' price levels. Such a price is a figure and says so; a published one is a fact.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from statistics import median

from preview.facts import UNDECIDING, Fact, fact, rows
from preview.promises.deployed import UndeclaredError
from preview.promises.figure import Figure, Kind, figure
from preview.promises.users.cities import distance_km

REFERENCE = "us-east-1"
"""Region whose price level is 1."""

EVERYWHERE = "global"
GIB_PER = {"GB": 1, "TB": 1024, "PB": 1024**2}
_SCALES = {"k": 1e3, "M": 1e6}


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier:
    """One step of a price that falls with the amount."""

    name: str
    price: Fact
    above: Fact
    """Amount that the steps before it take, in GB."""

    width: Fact
    """Amount that it takes itself, in GB; infinite for the last."""


@cache
def price(service: str, item: str, region: str) -> Fact | Figure:
    """An item's price in USD; UndeclaredError where no region publishes one that may decide a verdict."""
    published = _published().get((service, item), {})
    if region in published:
        return published[region]
    if EVERYWHERE in published:
        return published[EVERYWHERE]
    if not published:
        raise UndeclaredError(f"prices.csv has no price of {service}, {item}, that may decide a verdict")
    nearest = min(published, key=lambda other: (_distance(region, other), other))
    return figure(
        f"{service}, {item}, in {region}",
        published[nearest].unit,
        Kind.ESTIMATE,
        "published * level / its_level",
        published=published[nearest],
        level=level(region),
        its_level=level(nearest),
    )


def is_published(service: str, item: str) -> bool:
    """Whether any region publishes a price of it that may decide a verdict."""
    return (service, item) in _published()


@cache
def scale(unit: str) -> float:
    """How many single units a price is for: 1e6 for `1M requests`, 1 for `GB-month`."""
    found = re.match(r"(\d+)([kM]?) ", unit)
    return float(found[1]) * _SCALES.get(found[2], 1) if found else 1


@cache
def tiers(service: str, item: str, region: str) -> tuple[Tier, ...]:
    """The steps of a price whose rows are called `<item> (first 10TB)`, `(next 40TB)` …, the cheapest last."""
    found: list[Tier] = []
    above = 0.0
    for (its_service, name), by_region in _published().items():
        matched = re.fullmatch(rf"{re.escape(item)} \((first|next|over) (\d+)([TP]B)\)", name)
        if its_service != service or matched is None or region not in by_region:
            continue
        row = by_region[region]
        width = float("inf") if matched[1] == "over" else float(matched[2]) * GIB_PER[matched[3]]
        bounds = [_bound(row, what, amount) for what, amount in (("above", above), ("width", width))]
        found.append(Tier(name=name, price=row, above=bounds[0], width=bounds[1]))
        above += width
    if not found:
        raise UndeclaredError(f"prices.csv has no steps of {service}, {item}, in {region}")
    return tuple(found)


@cache
def level(region: str) -> Fact:
    """How dear a region is against `REFERENCE`: median over the items that both publish and that differ anywhere."""
    ratios = [
        by_region[region].value / by_region[REFERENCE].value
        for by_region in _comparable()
        if region in by_region and by_region[REFERENCE].value > 0
    ]
    if not ratios:
        return fact("bill.level_unknown")
    return Fact(
        id=f"bill.level.{region}",
        statement=f"price level of {region} against {REFERENCE}: median ratio of {len(ratios)} published prices",
        value=median(ratios),
        unit="",
        source="prices.csv",
        as_of="2026-11",
        quality="derived",
    )


def _bound(row: Fact, what: str, amount: float) -> Fact:
    return Fact(
        id=f"{row.id}.{what}",
        statement=f"{row.statement}: {what}",
        value=amount,
        unit="GB",
        source=row.source,
        as_of=row.as_of,
        quality=row.quality,
    )


@cache
def _published() -> dict[tuple[str, str], dict[str, Fact]]:
    found: dict[tuple[str, str], dict[str, Fact]] = defaultdict(dict)
    for row in rows("prices"):
        if row["kind"] in UNDECIDING:
            continue
        service, item, region = row["service"], row["item"], row["region"]
        found[service, item].setdefault(
            region,
            Fact(
                id=f"price.{service}.{item}.{region}",
                statement=f"{service}, {item}, in {region}",
                value=float(row["usd"]),
                unit=row["unit"],
                source=row["source"],
                as_of=row["as_of"],
                quality=row["kind"],
            ),
        )
    return dict(found)


@cache
def _comparable() -> tuple[dict[str, Fact], ...]:
    return tuple(
        by_region
        for (service, _), by_region in _published().items()
        if REFERENCE in by_region
        and len(by_region) >= 7
        and len({row.value for row in by_region.values()}) > 1
        and all(row.quality == "list" for row in by_region.values())
        and service not in {"EC2 commitment", "Data transfer"}
    )


@cache
def _coordinates() -> dict[str, tuple[float, float]]:
    return {row["region"]: (float(row["lat"]), float(row["lon"])) for row in rows("region_coordinates")}


def _distance(region: str, other: str) -> float:
    known = _coordinates()
    if region not in known or other not in known:
        return float("inf")
    return distance_km(*known[region], *known[other])
