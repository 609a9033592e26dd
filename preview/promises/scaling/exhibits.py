"""Charts and tables of the scaling scenarios."""

from collections.abc import Mapping, Sequence

from preview.promises.exhibit import Axis, Cell, Chart, Column, Drawing, Exhibit, Series, Table
from preview.promises.scaling.autoscaling import STEP_SECONDS, Trace
from preview.promises.scaling.fleet import Fleet
from preview.promises.scaling.scenarios import Scenario

STEPS_A_MINUTE = round(60 / STEP_SECONDS)
MINUTES = Axis(title="Time", unit="min")
REQUESTS = Axis(title="Requests", unit="1/s")


def of(scenario: Scenario, fleets: Mapping[str, Fleet]) -> tuple[Exhibit, ...]:
    """What is shown of a scenario: all regions together, each against its capacity, and each in a table."""
    if not scenario.traces:
        return ()
    return (_together(scenario), _outcome(scenario), _use(scenario), *_by_region(scenario), _table(scenario, fleets))


def replacements(fleets: Mapping[str, Fleet]) -> Table:
    """The parts of a replacement by region."""
    titles = ("Detection", "New server answers", "First check", "Replaced after", "Then slow start")
    return Table(
        id="replacement-parts",
        title="Replacement of a dead web server",
        columns=(Column(title="Region"), *(Column(title=title, unit="s") for title in titles)),
        rows=tuple(
            (
                region,
                parts.detection.value,
                parts.answering.value,
                parts.first_check.value,
                parts.total.value,
                parts.slow_start.value,
            )
            for region, parts in ((region, fleet.replacement) for region, fleet in fleets.items())
        ),
    )


def _together(scenario: Scenario) -> Chart:
    load, capacity = _sums(scenario, "load"), _sums(scenario, "capacity")
    return Chart(
        id=f"{scenario.id}-load",
        title=f"Load and capacity of all regions {scenario.when}",
        drawing=Drawing.LINE,
        x=MINUTES,
        y=REQUESTS,
        series=(_series("load", load), _series("capacity", capacity)),
        note="Capacity of one region does not help another: users stay with the region that DNS sends them to.",
    )


def _outcome(scenario: Scenario) -> Chart:
    slowed, shed = _sums(scenario, "slowed"), _sums(scenario, "shed")
    prompt = [whole - late for whole, late in zip(_sums(scenario, "served"), slowed, strict=True)]
    return _areas(f"{scenario.id}-outcome", f"What becomes of the requests {scenario.when}", prompt, slowed, shed)


def _use(scenario: Scenario) -> Chart:
    return Chart(
        id=f"{scenario.id}-regions",
        title=f"Load as a share of each region's capacity {scenario.when}",
        drawing=Drawing.LINE,
        x=MINUTES,
        y=Axis(title="Load of the capacity", unit="%"),
        series=tuple(
            _series(region, [100 * asked / whole if whole else 0.0 for asked, whole in _pairs(trace)])
            for region, trace in scenario.traces.items()
        ),
        note="Above 100 % requests are turned away.",
    )


def _by_region(scenario: Scenario) -> list[Chart]:
    """The regions that turn users away, the worst first."""
    short = sorted(
        (region for region, trace in scenario.traces.items() if trace.turned_away > 0),
        key=lambda region: -scenario.traces[region].turned_away,
    )
    charts: list[Chart] = []
    for region in short:
        trace = scenario.traces[region]
        prompt = [whole - late for whole, late in zip(trace.served, trace.slowed, strict=True)]
        title = f"What becomes of the requests in {region} {scenario.when}"
        charts.append(_areas(f"{scenario.id}-{region}", title, prompt, trace.slowed, trace.shed))
    return charts


def _areas(key: str, title: str, prompt: Sequence[float], slowed: Sequence[float], shed: Sequence[float]) -> Chart:
    return Chart(
        id=key,
        title=title,
        drawing=Drawing.STACKED_AREA,
        x=MINUTES,
        y=REQUESTS,
        series=(_series("answered", prompt), _series("answered slowly", slowed), _series("turned away", shed)),
    )


def _table(scenario: Scenario, fleets: Mapping[str, Fleet]) -> Table:
    return Table(
        id=f"{scenario.id}-fleets",
        title=f"Fleets {scenario.when}",
        columns=(
            Column(title="Region"),
            Column(title="Servers at first", unit="servers"),
            Column(title="Servers at last", unit="servers"),
            Column(title="Most allowed", unit="servers"),
            Column(title="Highest load", unit="1/s"),
            Column(title="Capacity at last", unit="1/s"),
            Column(title="Answered slowly", unit="%"),
            Column(title="Turned away", unit="%"),
        ),
        rows=tuple(_row(region, trace, fleets[region]) for region, trace in scenario.traces.items()),
    )


def _row(region: str, trace: Trace, fleet: Fleet) -> tuple[Cell, ...]:
    asked = sum(trace.load) or 1.0
    return (
        region,
        trace.servers[0],
        trace.servers[-1],
        fleet.largest.value,
        max(trace.load),
        trace.capacity[-1],
        100 * sum(trace.slowed) / asked,
        100 * sum(trace.shed) / asked,
    )


def _sums(scenario: Scenario, what: str) -> list[float]:
    columns: list[list[float]] = [getattr(trace, what) for trace in scenario.traces.values()]
    return [sum(step) for step in zip(*columns, strict=True)]


def _pairs(trace: Trace) -> list[tuple[float, float]]:
    return list(zip(trace.load, trace.capacity, strict=True))


def _series(name: str, steps: Sequence[float]) -> Series:
    """By minute, the mean of its steps."""
    minutes = range(0, len(steps), STEPS_A_MINUTE)
    chunks = [steps[start : start + STEPS_A_MINUTE] for start in minutes]
    return Series(
        name=name, points=tuple((float(minute), sum(chunk) / len(chunk)) for minute, chunk in enumerate(chunks))
    )
