"""Where the users are, and how far each is from a region.

Cities stand for their countries' internet users. A round trip to a region is the one in the table, measured for 57 %
of the users and from distance for the others; to a region that the table lacks it is modelled, as `modelled_ms` says.
docs/service-levels/latency.md compares both with measurements that neither was fitted to.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from preview.facts import FOLDER, fact, rows
from preview.promises.deployed import Deployed, UndeclaredError

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, kw_only=True, slots=True)
class City:
    """A city and the internet users that it stands for."""

    name: str
    country: str
    """ISO 3166 code of two letters."""

    latitude: float
    longitude: float
    weight: float
    """Share of the world's internet users, 0 to 1."""

    measured: bool
    """Whether its round trips were measured; else they follow from distance."""

    region_rtt_ms: Mapping[str, float] = field(hash=False, compare=False)
    """Round trip to the regions that the table knows, in milliseconds, without the last mile."""


@cache
def cities() -> tuple[City, ...]:
    """Every city of the table."""
    return tuple(_city(row) for row in rows("cities"))


def served(deployed: Deployed) -> tuple[City, ...]:
    """The cities of the countries that the stack sells to."""
    left_out = frozenset(deployed.expected_texts("load.countries_left_out"))
    return tuple(city for city in cities() if city.country not in left_out)


def answering(deployed: Deployed) -> tuple[str, ...]:
    """The regions that users are led to: those that serve, or all that run where no record decides by latency.

    UndeclaredError where none does.
    """
    regions = deployed.serving or deployed.running
    if not regions:
        raise UndeclaredError("no region of the stack has a load balancer, so none answers users")
    return regions


@cache
def round_trip_ms(city: City, region: str) -> float:
    """Round trip between a city and a region, in milliseconds, without the last mile; LookupError for no region."""
    known = city.region_rtt_ms.get(region)
    return modelled_ms(city, region) if known is None else known


def modelled_ms(city: City, region: str) -> float:
    """Round trip to a region that the table lacks: the median at that distance, or the way over another region.

    Nearby the lesser of the two counts. Far away it is the way over another region alone: it knows of the cables that
    distance knows nothing of.
    """
    latitude, longitude = coordinates(region)
    kilometres = distance_km(city.latitude, city.longitude, latitude, longitude)
    by_distance = rtt_by_distance_ms(kilometres)
    over_another = min(
        (known + between_regions_ms(other, region) for other, known in city.region_rtt_ms.items() if other != region),
        default=by_distance,
    )
    return over_another if kilometres >= fact("latency.far").value else min(by_distance, over_another)


def nearest(city: City, regions: Iterable[str]) -> str:
    """The region that latency records answer this city with; ValueError without regions."""
    return min(regions, key=lambda region: (round_trip_ms(city, region), region))


def shares(users: Iterable[City], regions: Iterable[str]) -> dict[str, float]:
    """How the users spread over the regions by latency, adding up to 1; every region has its key."""
    chosen = tuple(regions)
    by_region = dict.fromkeys(chosen, 0.0)
    for city in users:
        by_region[nearest(city, chosen)] += city.weight
    total = sum(by_region.values())
    return {region: weight / total for region, weight in by_region.items()}


# --- distances --------------------------------------------------------------------------------------------------------


@cache
def known_regions() -> dict[str, tuple[float, float]]:
    """Latitude and longitude of every region's metropolitan area."""
    return {row["region"]: (float(row["lat"]), float(row["lon"])) for row in rows("region_coordinates")}


def coordinates(region: str) -> tuple[float, float]:
    """Where a region is; UndeclaredError where no table says so."""
    found = known_regions().get(region)
    if found is None:
        raise UndeclaredError(f"region_coordinates.csv has no region {region!r}, so its distance to users is unknown")
    return found


@cache
def between_regions_ms(one: str, other: str) -> float:
    """Median round trip between two regions, or inside one, in milliseconds; from distance where not measured."""
    measured = _region_pairs().get((one, other))
    return rtt_by_distance_ms(distance_km(*coordinates(one), *coordinates(other))) if measured is None else measured


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance, in kilometres."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    chord = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def rtt_by_distance_ms(kilometres: float) -> float:
    """Median round trip of measured city pairs at a distance, in milliseconds, between the middles of the bins."""
    middles, medians, _ = _by_distance()
    return _between(middles, medians, kilometres)


def rtt_spread(kilometres: float) -> float:
    """Round trip of the slowest tenth of city pairs at a distance over that of the median pair, at least 1."""
    middles, _, spreads = _by_distance()
    return _between(middles, spreads, kilometres)


def _between(xs: tuple[float, ...], ys: tuple[float, ...], x: float) -> float:
    if x <= xs[0]:
        return ys[0]
    if x >= xs[-1]:
        return ys[-1]
    right = bisect_right(xs, x)
    share = (x - xs[right - 1]) / (xs[right] - xs[right - 1])
    return ys[right - 1] + share * (ys[right] - ys[right - 1])


@cache
def _by_distance() -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Middles of the bins, medians, and the 90th percentiles over the medians."""
    bins = json.loads((FOLDER / "latency_calibration.json").read_text("utf-8"))["city_city_by_km"]
    ranges = [tuple(float(end) for end in name.split("-")) for name in bins]
    return (
        tuple((low + high) / 2 for low, high in ranges),
        tuple(float(found["p50"]) for found in bins.values()),
        tuple(float(found["p90"]) / float(found["p50"]) for found in bins.values()),
    )


@cache
def _region_pairs() -> dict[tuple[str, str], float]:
    return {(row["from"], row["to"]): float(row["rtt_p50_ms"]) for row in rows("region_rtt")}


def _city(row: dict[str, str]) -> City:
    return City(
        name=row["city"],
        country=row["iso2"],
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        weight=float(row["weight_internet_users"]),
        measured=row["rtt_kind"] == "measured",
        region_rtt_ms={name: float(value) for name, value in row.items() if value and name in known_regions()},
    )
