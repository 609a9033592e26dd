"""Tables and charts of the bill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from preview.promises.cost.line import EDGE, Bill
from preview.promises.cost.measures import MEASURES
from preview.promises.exhibit import Axis, Cell, Chart, Column, Drawing, Exhibit, Series, Table
from preview.promises.figure import Figure

USD = "USD/month"
LARGEST_SERVICES = 8
LARGEST_LINES = 40
OTHERS = "all others"
WORLDWIDE = "worldwide"
"""How readers see what `EDGE` stands for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shares:
    """The bill beside the naive one."""

    own: Bill
    naive: Bill
    alone: Mapping[str, float]
    """By measure, what the stack would pay more were it taken back alone, in USD a month."""

    @property
    def saved(self) -> float:
        """What all measures save together."""
        return self.naive.total.value - self.own.total.value

    @property
    def overlap(self) -> float:
        """What they save together beyond the sum of what each saves alone; less than nothing where they compete."""
        return self.saved - sum(self.alone.values())


def exhibits(shares: Shares, loads: Sequence[tuple[float, float, float]]) -> tuple[Exhibit, ...]:
    """All that the report shows of the bill."""
    return (
        _by_service(shares),
        _by_region(shares),
        _by_both(shares.own),
        _largest(shares.own),
        _measures(shares),
        _regions_chart(shares.own),
        _waterfall(shares),
        _loads_chart(loads),
    )


def _place(region: str) -> str:
    return WORLDWIDE if region == EDGE else region


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _beside(own: Mapping[str, Figure], naive: Mapping[str, Figure], total: float) -> list[tuple[Cell, ...]]:
    def value(found: Mapping[str, Figure], key: str) -> float:
        return found[key].value if key in found else 0.0

    keys = sorted({*own, *naive}, key=lambda key: -value(own, key))
    return [
        (
            _place(key),
            round(value(own, key), 2),
            _percent(value(own, key), total),
            round(value(naive, key), 2),
            round(value(naive, key) - value(own, key), 2),
        )
        for key in keys
    ]


def _by_service(shares: Shares) -> Table:
    return Table(
        id="cost_by_service",
        title="The bill by service",
        columns=_columns("Service"),
        rows=tuple(_beside(shares.own.by_service, shares.naive.by_service, shares.own.total.value)),
    )


def _by_region(shares: Shares) -> Table:
    return Table(
        id="cost_by_region",
        title="The bill by region",
        columns=_columns("Region"),
        rows=tuple(_beside(shares.own.by_region, shares.naive.by_region, shares.own.total.value)),
        note="What AWS bills worldwide is the distribution, DNS, its web ACL and dashboards.",
    )


def _columns(first: str) -> tuple[Column, ...]:
    return (
        Column(title=first),
        Column(title="This stack", unit=USD),
        Column(title="Share", unit="%"),
        Column(title="Naive build", unit=USD),
        Column(title="Saved", unit=USD),
    )


def _by_both(own: Bill) -> Table:
    regions = list(own.by_region)
    rows: list[tuple[Cell, ...]] = []
    for service, whole in sorted(own.by_service.items(), key=lambda item: -item[1].value):
        cells = [own.cells.get((service, region)) for region in regions]
        rows.append(
            (service, *(None if cell is None else round(cell.value, 2) for cell in cells), round(whole.value, 2))
        )
    return Table(
        id="cost_by_service_and_region",
        title="The bill by service and region",
        columns=(
            Column(title="Service"),
            *(Column(title=_place(region), unit=USD) for region in regions),
            Column(title="All", unit=USD),
        ),
        rows=tuple(rows),
    )


def _largest(own: Bill) -> Table:
    lines = sorted(own.lines, key=lambda each: -each.cost.value)[:LARGEST_LINES]
    return Table(
        id="cost_largest_lines",
        title="The largest lines of the bill",
        columns=(
            Column(title="Service"),
            Column(title="Region"),
            Column(title="Item"),
            Column(title="Cost", unit=USD),
            Column(title="Share", unit="%"),
        ),
        rows=tuple(
            (
                each.service,
                _place(each.region),
                each.item,
                round(each.cost.value, 2),
                _percent(each.cost.value, own.total.value),
            )
            for each in lines
        ),
        note=f"{len(lines)} of {len(own.lines)} lines.",
    )


def _measures(shares: Shares) -> Table:
    total = shares.naive.total.value
    rows: list[tuple[Cell, ...]] = [
        (each.title, each.naive, round(shares.alone[each.id], 2), _percent(shares.alone[each.id], total))
        for each in MEASURES
    ]
    rows.append(("Together beyond the sum", "", round(shares.overlap, 2), _percent(shares.overlap, total)))
    rows.append(("All measures", "", round(shares.saved, 2), _percent(shares.saved, total)))
    return Table(
        id="cost_measures",
        title="What each measure saves",
        columns=(
            Column(title="Measure"),
            Column(title="The naive build"),
            Column(title="Saves", unit=USD),
            Column(title="Of the naive bill", unit="%"),
        ),
        rows=tuple(rows),
        note="What the stack would pay more without the one measure. Measures that work on the same bytes or hours "
        "save less or more together than one by one; that difference stands on a line of its own.",
    )


# --- charts -----------------------------------------------------------------------------------------------------------


def _regions_chart(own: Bill) -> Chart:
    regions = sorted(own.by_region, key=lambda region: -own.by_region[region].value)
    ranked = sorted(own.by_service, key=lambda service: -own.by_service[service].value)
    named, rest = ranked[:LARGEST_SERVICES], ranked[LARGEST_SERVICES:]

    def bars(services: Sequence[str]) -> tuple[tuple[float, float], ...]:
        return tuple(
            (
                float(place),
                sum(own.cells[service, region].value for service in services if (service, region) in own.cells),
            )
            for place, region in enumerate(regions)
        )

    series = [Series(name=service, points=bars([service])) for service in named]
    if rest:
        series.append(Series(name=OTHERS, points=bars(rest)))
    return Chart(
        id="cost_regions",
        title="The bill by region and service",
        drawing=Drawing.STACKED_BAR,
        x=Axis(title="Region", unit="", categories=tuple(_place(region) for region in regions)),
        y=Axis(title="Cost", unit=USD),
        series=tuple(series),
    )


def _waterfall(shares: Shares) -> Chart:
    steps = [(each.title, shares.alone[each.id]) for each in MEASURES]
    steps.append(("Together beyond the sum", shares.overlap))
    left = shares.naive.total.value
    paid, saved, added = [(0.0, left)], [(0.0, 0.0)], [(0.0, 0.0)]
    for place, (_, amount) in enumerate(steps, 1):
        after = left - amount
        paid.append((float(place), min(left, after)))
        saved.append((float(place), max(amount, 0.0)))
        added.append((float(place), max(-amount, 0.0)))
        left = after
    end = float(len(steps) + 1)
    paid.append((end, left))
    saved.append((end, 0.0))
    added.append((end, 0.0))
    return Chart(
        id="cost_waterfall",
        title="From the naive bill to this stack's, measure by measure",
        drawing=Drawing.STACKED_BAR,
        x=Axis(title="Step", unit="", categories=("Naive build", *(title for title, _ in steps), "This stack")),
        y=Axis(title="Cost", unit=USD),
        series=(
            Series(name="paid", points=tuple(paid)),
            Series(name="saved by this step", points=tuple(saved)),
            Series(name="added by this step", points=tuple(added)),
        ),
    )


def _loads_chart(loads: Sequence[tuple[float, float, float]]) -> Chart:
    return Chart(
        id="cost_at_other_loads",
        title="The bill at other loads",
        drawing=Drawing.LINE,
        x=Axis(title="Users at once, on the average of a month", unit="users"),
        y=Axis(title="Cost", unit=USD),
        series=(
            Series(name="this stack", points=tuple((users, own) for users, own, _ in loads)),
            Series(name="naive build", points=tuple((users, naive) for users, _, naive in loads)),
        ),
        note="Users in the busiest hour grow alike; merchants upload as before.",
    )
