"""What the report shows of round trips: countries, regions, a map, and which region would help most."""

from collections import defaultdict

import numpy as np

from preview.promises.exhibit import Axis, Cell, Chart, Column, Drawing, Exhibit, Layer, Place, Series, Table, WorldMap
from preview.promises.users.access import connections
from preview.promises.users.cities import City, coordinates, known_regions, nearest, round_trip_ms, shares
from preview.promises.users.edge_locations import edge_locations, nearest_location
from preview.promises.users.ways import Way, Ways
from preview.promises.users.weighted import Floats, mean, percentile, share_below

CHART_MS = range(0, 401, 5)


def exhibits(found: Ways, limit: float) -> tuple[Exhibit, ...]:
    """Map, chart and tables; `limit` is the round trip that shares of users are counted against, in milliseconds."""
    return (
        _map(found),
        _curves(found),
        _countries(found),
        _regions(found, limit),
        _candidates(found, limit),
    )


def _map(found: Ways) -> WorldMap:
    layers = [Layer(name=f"Users, to their {way.to}", places=_places(found.users, way)) for way in found.all]
    spots = edge_locations(found.edge.price_class) if found.edge else ()
    layers.append(Layer(name="Edge locations", places=tuple(_mark(s.city, s.latitude, s.longitude) for s in spots)))
    layers.append(Layer(name="Regions", places=tuple(_mark(name, *coordinates(name)) for name in found.regions)))
    return WorldMap(
        id="network-map",
        title="Round trip of each city's users",
        unit="ms",
        layers=tuple(layer for layer in layers if layer.places),
        note="Without the last mile. A city's size is the number of internet users that it stands for.",
    )


def _places(users: tuple[City, ...], way: Way) -> tuple[Place, ...]:
    return tuple(
        Place(name=city.name, latitude=city.latitude, longitude=city.longitude, value=float(ms), weight=city.weight)
        for city, ms in zip(users, way.ms, strict=True)
    )


def _mark(name: str, latitude: float, longitude: float) -> Place:
    return Place(name=name, latitude=latitude, longitude=longitude, value=None)


def _curves(found: Ways) -> Chart:
    named: dict[str, tuple[Floats, Floats]] = {}
    for way in found.all:
        typical = connections(found.users, way.ms)
        named[f"to the {way.to}"] = (typical.round_trip_s * 1000, typical.weights)
        named[f"to the {way.to}, without the last mile"] = (way.ms, found.weights)
    return Chart(
        id="network-shares",
        title="Users by round trip",
        drawing=Drawing.LINE,
        x=Axis(title="Round trip", unit="ms"),
        y=Axis(title="Users who are nearer", unit="%"),
        series=tuple(
            Series(name=name, points=tuple((float(x), share_below(ms, weights, x)) for x in CHART_MS))
            for name, (ms, weights) in named.items()
        ),
    )


def _countries(found: Ways) -> Table:
    of_country: dict[str, list[int]] = defaultdict(list)
    for index, city in enumerate(found.users):
        of_country[city.country].append(index)
    lines = (_country(found, country, np.asarray(indices)) for country, indices in of_country.items())
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
            Column(title="To the region measured", unit="% of users"),
        ),
        rows=tuple(sorted(lines, key=_by_share)),
        note="Ways that were not measured follow from distance, those to the edge all do.",
    )


def _country(found: Ways, country: str, its: np.ndarray[tuple[int], np.dtype[np.intp]]) -> tuple[Cell, ...]:
    weights = found.weights[its]
    largest = found.users[int(its[np.argmax(weights)])]
    measured = np.asarray([float(found.users[int(index)].measured) for index in its])
    return (
        country,
        float(100 * weights.sum() / found.weights.sum()),
        nearest_location(largest, found.edge.price_class).city if found.edge else None,
        mean(found.to_edge.ms[its], weights) if found.to_edge else None,
        nearest(largest, found.regions),
        mean(found.to_region.ms[its], weights),
        100 * mean(measured, weights),
    )


def _regions(found: Ways, limit: float) -> Table:
    share = shares(found.users, found.regions)
    own = [nearest(city, found.regions) for city in found.users]
    lines: list[tuple[Cell, ...]] = []
    for region in found.regions:
        its = np.asarray([name == region for name in own])
        ms, weights = found.to_region.ms[its], found.weights[its]
        figures: tuple[Cell, ...] = (None, None, None)
        if its.any():
            figures = (percentile(ms, weights, 50), percentile(ms, weights, 95), share_below(ms, weights, limit))
        lines.append((region, 100 * share[region], *figures))
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
        rows=tuple(sorted(lines, key=_by_share)),
    )


def _candidates(found: Ways, limit: float) -> Table:
    now, weights = found.to_region.ms, found.weights
    before = share_below(now, weights, limit)
    lines: list[tuple[str, float, float, float, float]] = []
    for region in sorted(known_regions().keys() - set(found.regions)):
        after = np.minimum(now, np.asarray([round_trip_ms(city, region) for city in found.users]))
        share = share_below(after, weights, limit)
        lines.append((region, share, share - before, percentile(after, weights, 95), mean(now - after, weights)))
    lines.sort(key=lambda line: (-line[2], -line[4]))
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
        rows=tuple(lines),
        note="Round trips to the region, which what the edge cannot answer takes.",
    )


def _by_share(line: tuple[Cell, ...]) -> float:
    return -float(line[1] or 0)
