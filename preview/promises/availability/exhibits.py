"""What the report shows of availability: by journey and region, by block, what one fewer costs, what was measured."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from preview.facts import Fact, rows
from preview.promises.availability.blocks import common_cause_share, level, monthly_downtime, shared_out
from preview.promises.availability.fewer import fewer
from preview.promises.availability.journeys import (
    BROWSE,
    FILL_GUEST_CART,
    PLACE_ORDER,
    SEE_MODEL,
    Journey,
    Wanted,
    journey,
)
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Axis, Cell, Chart, Column, Drawing, Exhibit, Series, Table
from preview.promises.figure import Figure, Kind, figure

COMPARED = (BROWSE, SEE_MODEL, FILL_GUEST_CART, PLACE_ORDER)
DOWNTIME = "min/month"


def exhibits(deployed: Deployed, journeys: Sequence[Journey]) -> tuple[Exhibit, ...]:
    """Tables and the chart; the first of the journeys is the one that decides."""
    return (
        _by_region(journeys),
        _by_block(journeys),
        _what_fewer_costs(deployed),
        _dependence(deployed),
        _levels(journeys),
    )


def _by_region(journeys: Sequence[Journey]) -> Table:
    found: list[tuple[Cell, ...]] = []
    for each in journeys:
        found.append((each.title, "all", 100.0, *_shown(each.available)))
        for region in each.nearest:
            found.append(
                (each.title, region, round(each.visitors[region].value, 1), *_shown(each.of(region).available))
            )
    return Table(
        id="availability-journeys",
        title="Availability by journey and by the visitors' nearest region",
        columns=(
            Column(title="Journey"),
            Column(title="Visitors nearest to"),
            Column(title="Share of visitors", unit="%"),
            Column(title="Availability", unit="%"),
            Column(title="Downtime", unit=DOWNTIME),
        ),
        rows=tuple(found),
        note="On AWS's monthly service levels: where it begins to pay credits, not what it forecasts.",
    )


def _by_block(journeys: Sequence[Journey]) -> Chart:
    costs = [_costs(each) for each in journeys]
    names = sorted(
        {name for cost in costs for name in cost}, key=lambda name: -sum(cost.get(name, 0) for cost in costs)
    )
    return Chart(
        id="availability-blocks",
        title="What each block costs",
        drawing=Drawing.STACKED_BAR,
        x=Axis(title="Journey", unit="", categories=tuple(each.title for each in journeys)),
        y=Axis(title="Downtime", unit=DOWNTIME),
        series=tuple(
            Series(name=name, points=tuple((float(x), round(cost.get(name, 0), 3)) for x, cost in enumerate(costs)))
            for name in names
        ),
        note="The downtime of redundant blocks is what is left of it after the others stood in.",
    )


def _costs(journey: Journey) -> dict[str, float]:
    """Minutes of downtime a month, by block; they add up to the journey's."""
    costs: dict[str, float] = defaultdict(float)
    for region, share in journey.visitors.items():
        for name, lost in shared_out(journey.of(region)).items():
            costs[name] += share.value / 100 * lost
    total, minutes = sum(costs.values()), monthly_downtime("", journey.available).value
    return {name: lost / total * minutes for name, lost in costs.items() if lost}


def _what_fewer_costs(deployed: Deployed) -> Table:
    return Table(
        id="availability-fewer",
        title="What one zone, region, replica or check fewer does",
        columns=(
            Column(title="Change"),
            Column(title=BROWSE.title, unit="%"),
            *(Column(title=each.title, unit=DOWNTIME) for each in COMPARED),
        ),
        rows=tuple(_row(change, changed) for change, changed in (("as declared", deployed), *fewer(deployed))),
        note="Computed from the graph without those resources. AWS has one level for two zones and for more of them.",
    )


def _row(change: str, changed: Deployed) -> tuple[Cell, ...]:
    found = [_available(changed, each) for each in COMPARED]
    return (
        change,
        None if found[0] is None else round(found[0].value, 4),
        *(None if each is None else round(monthly_downtime("", each).value, 2) for each in found),
    )


def _available(deployed: Deployed, wanted: Wanted) -> Figure | None:
    try:
        return journey(deployed, wanted).available
    except UndeclaredError:
        return None


def _dependence(deployed: Deployed) -> Table:
    assumed: list[tuple[str, Figure]] = [
        ("independent", _share(0)),
        ("as AWS's levels for one Region and for several imply; decides", common_cause_share()),
        ("as published incidents: several Regions among region-wide ones", _share(incident_share())),
        ("twice as much as AWS's levels", _share(2 * common_cause_share().value)),
    ]
    found: list[tuple[Cell, ...]] = []
    for says, beta in assumed:
        browse = journey(deployed, BROWSE, beta)
        together = browse.together
        alone = round(together.available.value, 4) if together else None
        found.append((says, round(100 * beta.value, 1), *_shown(browse.available), alone))
    return Table(
        id="availability-dependence",
        title="How much dependent failures matter",
        columns=(
            Column(title="Failures of regions and buckets"),
            Column(title="Common cause", unit="%"),
            Column(title=BROWSE.title, unit="%"),
            Column(title="Downtime", unit=DOWNTIME),
            Column(title="The regions alone", unit="%"),
        ),
        rows=tuple(found),
        note="Common cause: the share of one region's failures that strikes all of them at once (beta factor).",
    )


def incident_share() -> float:
    """Share of the published region-wide incidents that struck several Regions, 0 to 1."""
    wide = [row["scope"] for row in rows("incidents") if row["scope"] in ("region", "regions")]
    return wide.count("regions") / len(wide)


def _share(value: float) -> Figure:
    return figure("assumed", "", Kind.ESTIMATE, f"{value!r}")


def _levels(journeys: Sequence[Journey]) -> Table:
    used = {fact.id: fact for each in journeys for fact in each.available.facts() if fact.id.startswith("sla.")}
    return Table(
        id="availability-levels",
        title="Service levels that it rests on, and what was measured",
        columns=(
            Column(title="Service"),
            Column(title="Service level", unit="%"),
            Column(title="Downtime", unit=DOWNTIME),
            Column(title="Measured", unit="%"),
            Column(title="Measured where"),
            Column(title="Source of the level"),
            Column(title="As of"),
            Column(title="Quality"),
        ),
        rows=tuple(_level_row(used[key]) for key in sorted(used)),
    )


def _level_row(fact: Fact) -> tuple[Cell, ...]:
    downtime = monthly_downtime("", figure("", "%", Kind.ESTIMATE, "level", level=level(fact.id))).value
    measured = [row for row in rows("measured_availability") if row["level"] == fact.id]
    where = "; ".join(f"{row['place']}, {row['from'][:4]}-{row['to'][:4]}" for row in measured)
    least = min((float(row["availability_percent"]) for row in measured), default=None)
    service = fact.statement.removeprefix("monthly service level of ")
    return (service, fact.value, round(downtime, 2), least, where, fact.source, fact.as_of, fact.quality)


def _shown(available: Figure) -> Iterator[Cell]:
    yield round(available.value, 4)
    yield round(monthly_downtime("", available).value, 2)
