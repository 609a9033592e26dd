"""What the report shows of round trips: countries, regions, a map, and which region would help most."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from preview.promises.access import connections
from preview.promises.edge_locations import Edge, edge_locations, nearest_location
from preview.promises.exhibit import Axis, Cell, Chart, Column, Drawing, Exhibit, Layer, Place, Series, Table, WorldMap
from preview.promises.users import City, coordinates, known_regions, nearest, round_trip_ms, shares
from preview.promises.weighted import Floats, mean, percentile, share_below

CHART_MS = range(0, 401, 5)


def exhibits(
    users: Sequence[City],
    regions: Sequence[str],
    edge: Edge | None,
    to_edge_ms: Sequence[float],
    to_region_ms: Sequence[float],
    limit: float,
) -> tuple[Exhibit, ...]:
    """Maps, chart and tables; a list has one entry for each city."""
    return (
        _map(users, regions, edge, to_edge_ms, to_region_ms),
        _curves(users, to_edge_ms, to_region_ms, edge),
        _countries(users, regions, edge, to_edge_ms, to_region_ms),
        _regions(users, regions, to_region_ms, limit),
        _candidates(users, regions, to_region_ms, limit),
    )


def _map(
    users: Sequence[City],
    regions: Sequence[str],
    edge: Edge | None,
    to_edge_ms: Sequence[float],
    to_region_ms: Sequence[float],
) -> WorldMap:
    layers = [Layer(name="Users, to their region", places=_places(users, to_region_ms))]
    if edge is not None:
        layers.append(Layer(name="Users, to their edge location", places=_places(users, to_edge_ms)))
        spots = edge_locations(edge.price_class)
        marks = tuple(Place(name=s.city, latitude=s.latitude, longitude=s.longitude, value=None) for s in spots)
        layers.append(Layer(name="Edge locations", places=marks))
    where = {region: coordinates(region) for region in regions}
    marks = tuple(Place(name=name, latitude=at[0], longitude=at[1], value=None) for name, at in where.items())
    layers.append(Layer(name="Serving regions", places=marks))
    return WorldMap(
        id="network-map",
        title="Round trip of each city's users",
        unit="ms",
        layers=tuple(layers),
        note="Without the last mile. A city's size is the number of internet users that it stands for.",
    )


def _places(users: Sequence[City], ms: Sequence[float]) -> tuple[Place, ...]:
    return tuple(
        Place(name=city.name, latitude=city.latitude, longitude=city.longitude, value=value, weight=city.weight)
        for city, value in zip(users, ms, strict=True)
    )


def _curves(
    users: Sequence[City], to_edge_ms: Sequence[float], to_region_ms: Sequence[float], edge: Edge | None
) -> Chart:
    weights = _weights(users)
    named: dict[str, tuple[Floats, Floats]] = {}
    for where, ms in (("edge", to_edge_ms), ("region", to_region_ms)):
        if where == "region" or edge is not None:
            typical = connections(users, ms)
            named[f"to the {where}"] = (typical.round_trip_s * 1000, typical.weights)
            named[f"to the {where}, without the last mile"] = (np.asarray(ms), weights)
    return Chart(
        id="network-shares",
        title="Users by round trip",
        drawing=Drawing.LINE,
        x=Axis(title="Round trip", unit="ms"),
        y=Axis(title="Users at most as far", unit="%"),
        series=tuple(
            Series(name=name, points=tuple((float(x), share_below(ms, weight, x)) for x in CHART_MS))
            for name, (ms, weight) in named.items()
        ),
    )


def _countries(
    users: Sequence[City],
    regions: Sequence[str],
    edge: Edge | None,
    to_edge_ms: Sequence[float],
    to_region_ms: Sequence[float],
) -> Table:
    of_country: dict[str, list[int]] = defaultdict(list)
    for index, city in enumerate(users):
        of_country[city.country].append(index)
    everybody = sum(city.weight for city in users)
    lines: list[tuple[Cell, ...]] = []
    for country, indices in of_country.items():
        weights = _weights(users[i] for i in indices)
        largest = users[max(indices, key=lambda i: users[i].weight)]
        lines.append(
            (
                country,
                100 * float(weights.sum()) / everybody,
                nearest_location(largest, edge.price_class).city if edge else None,
                mean(np.asarray([to_edge_ms[i] for i in indices]), weights) if edge else None,
                nearest(largest, regions),
                mean(np.asarray([to_region_ms[i] for i in indices]), weights),
                100 * float(_weights(users[i] for i in indices if users[i].measured).sum() / weights.sum()),
            )
        )
    return Table(
        id="network-countries",
        title="Round trips by country, without the last mile",
        columns=(
            Column(title="Country"),
            Column(title="Share of users", unit="%"),
            Column(title="Edge location of the largest city"),
            Column(title="To the edge", unit="ms"),
            Column(title="Region of the largest city"),
            Column(title="To the region", unit="ms"),
            Column(title="Measured", unit="% of users"),
        ),
        rows=tuple(sorted(lines, key=lambda line: -float(line[1] or 0))),
        note="Where a way was not measured it follows from distance.",
    )


def _regions(users: Sequence[City], regions: Sequence[str], to_region_ms: Sequence[float], limit: float) -> Table:
    own = np.asarray([regions.index(nearest(city, regions)) for city in users])
    ms, weights, share = np.asarray(to_region_ms), _weights(users), shares(users, regions)
    lines: list[tuple[Cell, ...]] = []
    for index, region in enumerate(regions):
        its = own == index
        if its.any():
            figures = [percentile(ms[its], weights[its], percent) for percent in (50, 95)]
            lines.append((region, 100 * share[region], *figures, share_below(ms[its], weights[its], limit)))
        else:
            lines.append((region, 0.0, None, None, None))
    return Table(
        id="network-regions",
        title="Users by region, without the last mile",
        columns=(
            Column(title="Region"),
            Column(title="Share of users", unit="%"),
            Column(title="Median round trip", unit="ms"),
            Column(title="95 % of its users", unit="ms"),
            Column(title=f"Its users under {limit:g} ms", unit="%"),
        ),
        rows=tuple(sorted(lines, key=lambda line: -float(line[1] or 0))),
    )


def _candidates(users: Sequence[City], regions: Sequence[str], to_region_ms: Sequence[float], limit: float) -> Table:
    now, weights = np.asarray(to_region_ms), _weights(users)
    lines: list[tuple[Cell, ...]] = []
    for region in sorted(known_regions().keys() - set(regions)):
        after = np.minimum(now, np.asarray([round_trip_ms(city, region) for city in users]))
        share = share_below(after, weights, limit)
        gain, saved = share - share_below(now, weights, limit), mean(now - after, weights)
        lines.append((region, share, gain, percentile(after, weights, 95), saved))
    return Table(
        id="network-candidates",
        title="What one more region would gain, without the last mile",
        columns=(
            Column(title="Region added"),
            Column(title=f"Users under {limit:g} ms to a region", unit="%"),
            Column(title="Gain", unit="percentage points"),
            Column(title="95 % of the users", unit="ms"),
            Column(title="Saved for the mean user", unit="ms"),
        ),
        rows=tuple(sorted(lines, key=lambda line: (-float(line[2] or 0), -float(line[4] or 0)))),
        note="Round trips to the region, which requests that the edge cannot answer take.",
    )


def _weights(users: Iterable[City]) -> Floats:
    return np.asarray([city.weight for city in users])
