"""Reliability block diagrams: parts that are all needed, and parts of which one suffices.

Availabilities are percentages of time. Parts in series are taken as independent, which is pessimistic: outages that
overlap count twice. Redundant parts are not: a share of their failures, the beta factor, strikes all of them at once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from preview.facts import Fact, UnknownFactError, rows
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure

MONTH_MINUTES = "30 * 24 * 60"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A block, or several in series or side by side."""

    name: str
    available: Figure
    """Percentage of time in which it serves."""

    parts: tuple["Part", ...] = ()
    """What it is made of; empty for a block."""

    @property
    def lost(self) -> float:
        """Percentage of time in which it does not serve."""
        return 100 - self.available.value


def level(identifier: str) -> Fact:
    """A monthly service level, in percent, by its id in `slas.csv`, `sla.cloudfront`; UnknownFactError for none."""
    found = _levels().get(identifier)
    if found is None:
        raise UnknownFactError(f"slas.csv has no row {identifier!r}")
    return found


def block(name: str, formula: str, /, **uses: Quantity) -> Part:
    """What is not taken apart any further: `block("CDN", "level", level=level("sla.cloudfront"))`."""
    return Part(name=name, available=figure(name, "%", Kind.ESTIMATE, formula, **uses))


def series(name: str, parts: Sequence[Part]) -> Part:
    """Serves while all of its parts do; without any, always."""
    uses = _numbered("part", [part.available for part in parts])
    formula = "100 * " + " * ".join(f"({key} / 100)" for key in uses) if uses else "100"
    return Part(name=name, available=figure(name, "%", Kind.ESTIMATE, formula, **uses), parts=tuple(parts))


def redundant(name: str, parts: Sequence[Part], beta: Quantity, counted: Reading) -> Part:
    """Serves while one of its parts does. The share `beta`, 0 to 1, of the steadiest part's failures strikes all.

    `counted` is the reading of how many there are, which the figure rests on as on every other setting.
    """
    if len(parts) == 1:
        return parts[0]
    uses = _numbered("part", [part.available for part in parts])
    lost = [f"(100 - {key})" for key in uses]
    common = figure("lost by all at once", "%", Kind.ESTIMATE, f"beta * min({', '.join(lost)})", beta=beta, **uses)
    alone = " * ".join(f"({each} - common) / max(1e-9, 100 - common)" for each in lost)
    formula = f"(100 - common) * (1 - {alone})"
    available = figure(name, "%", Kind.ESTIMATE, formula, common=common, counted=counted, **uses)
    return Part(name=name, available=available, parts=tuple(parts))


def shared_out(part: Part) -> dict[str, float]:
    """By name of the block, the percentage of time that it costs; the whole adds up to what the part loses.

    What a part loses is divided among its own parts in proportion to what each of them loses alone.
    """
    if not part.parts:
        return {part.name: part.lost}
    costs: dict[str, float] = defaultdict(float)
    for inner in part.parts:
        for name, lost in shared_out(inner).items():
            costs[name] += lost
    total = sum(costs.values())
    return {name: lost * part.lost / total for name, lost in costs.items()} if total else dict(costs)


def monthly_downtime(name: str, available: Figure) -> Figure:
    """An availability as minutes without service in a month of 30 days."""
    return figure(name, "min/month", available.kind, f"(100 - share) / 100 * {MONTH_MINUTES}", share=available)


def common_cause_share() -> Figure:
    """Share of failures that strike all redundant parts at once, 0 to 1.

    AWS commits to 99.99 % for Aurora DSQL in one Region and to 99.999 % in several: a tenth of one Region's downtime
    stays although others stand in. Were failures independent, a ten-thousandth would.
    """
    return figure(
        "common-cause share",
        "",
        Kind.ESTIMATE,
        "(100 - regions) / (100 - region)",
        region=level("sla.dsql_region"),
        regions=level("sla.dsql_regions"),
    )


def _numbered(prefix: str, quantities: Sequence[Quantity]) -> dict[str, Quantity]:
    return {f"{prefix}_{index}": quantity for index, quantity in enumerate(quantities, 1)}


@cache
def _levels() -> dict[str, Fact]:
    return {
        row["id"]: Fact(
            id=row["id"],
            statement=f"monthly service level of {row['service']}",
            value=float(row["sla_percent_month"]),
            unit="%",
            source=row["source"],
            as_of=row["as_of"],
            quality=row["quality"],
        )
        for row in rows("slas")
    }
