"""What the report shows of models on their way: levels, users by seconds, countries."""

from collections import defaultdict

import numpy as np

from preview.promises.delivery.levels import ORIGINAL, PREVIEW, STANDARD, Delivery
from preview.promises.exhibit import Axis, Cell, Chart, Column, Drawing, Exhibit, Series, Table
from preview.promises.users.access import Line, download_mbps
from preview.promises.users.edge_locations import nearest_location
from preview.promises.users.weighted import percentile, share_below

BYTES_PER_MEGABYTE = 1e6
CHART_SECONDS = tuple(step / 4 for step in range(81))


def exhibits(found: Delivery, limit: float) -> tuple[Exhibit, ...]:
    """Chart and tables; `limit` is the time that shares of users are counted against, in seconds."""
    return (_curves(found), _levels(found, limit), _countries(found, limit))


def _curves(found: Delivery) -> Chart:
    times = {level: found.seconds(level, cold=True) for level in found.levels}
    return Chart(
        id="model-shares",
        title=f"Users by the time that a model takes from {found.source(cold=True)}",
        drawing=Drawing.LINE,
        x=Axis(title="Time from the request to the last byte", unit="s"),
        y=Axis(title="Users who have it", unit="%"),
        series=tuple(
            Series(name=level, points=tuple((x, share_below(seconds, found.lines.weights, x)) for x in CHART_SECONDS))
            for level, seconds in times.items()
        ),
    )


def _levels(found: Delivery, limit: float) -> Table:
    lines: list[tuple[Cell, ...]] = []
    for level, size in found.levels.items():
        for cold in found.edges:
            seconds, weights = found.seconds(level, cold=cold), found.lines.weights
            times = [percentile(seconds, weights, percent) for percent in (50, 75, 95)]
            share = share_below(seconds, weights, limit)
            lines.append((level, size.value / BYTES_PER_MEGABYTE, found.source(cold=cold), *times, share))
    return Table(
        id="model-levels",
        title="Time until a level of detail is there",
        columns=(
            Column(title="Level"),
            Column(title="Size", unit="MB"),
            Column(title="From"),
            Column(title="Median user", unit="s"),
            Column(title="75 % of the users", unit="s"),
            Column(title="95 % of the users", unit="s"),
            Column(title=f"Users within {limit:g} s", unit="%"),
        ),
        rows=tuple(lines),
        note="A cold edge must fetch the model from its bucket. CloudFront compresses none of the levels.",
    )


def _countries(found: Delivery, limit: float) -> Table:
    users, weights = found.found.users, found.lines.weights
    of_country: dict[str, list[int]] = defaultdict(list)
    for index, city in enumerate(users):
        of_country[city.country].append(index)
    times = {level: found.seconds(level, cold=True) for level in (PREVIEW, STANDARD, ORIGINAL)}
    lines: list[tuple[Cell, ...]] = []
    for country, indices in of_country.items():
        its = np.isin(found.lines.place, indices)
        largest = users[max(indices, key=lambda index: users[index].weight)]
        lines.append(
            (
                country,
                float(100 * weights[its].sum()),
                nearest_location(largest, found.found.edge.price_class).city if found.found.edge else None,
                *(download_mbps(country, line) for line in Line),
                *(percentile(seconds[its], weights[its], 50) for seconds in times.values()),
                percentile(times[PREVIEW][its], weights[its], 95),
                share_below(times[PREVIEW][its], weights[its], limit),
            )
        )
    lines.sort(key=lambda line: -float(line[1] or 0))
    return Table(
        id="model-countries",
        title=f"Models by country, from {found.source(cold=True)}",
        columns=(
            Column(title="Country"),
            Column(title="Share of users", unit="%"),
            Column(title="Edge location of the largest city"),
            Column(title="Median mobile line", unit="Mbit/s"),
            Column(title="Median fixed line", unit="Mbit/s"),
            *(Column(title=f"{level.capitalize()}, median user", unit="s") for level in times),
            Column(title="Preview, 95 % of the users", unit="s"),
            Column(title=f"Preview within {limit:g} s", unit="% of users"),
        ),
        rows=tuple(lines),
        note="Rates as published by Ookla; a country without one has the median of its part of the world.",
    )
