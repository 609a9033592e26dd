"""Where the users are, and how far each is from a region.

Cities stand for their countries' internet users. A round trip to a region is the measured one where there is one,
else the median of measured city pairs at that distance (`latency_calibration.json`).
"""

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from preview.facts import FOLDER, rows
from preview.promises.deployed import Deployed

EARTH_RADIUS_KM = 6371.0
_FIXED = ("city", "iso2", "lat", "lon", "weight_internet_users", "rtt_kind", "wonderproxy_node")
_FIXED_POP = ("nearest_pop", "pop_km", "pop_rtt_model_ms")


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

    edge_location: str
    """IATA code of the nearest CloudFront edge location."""

    edge_rtt_ms: float
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


@cache
def round_trip_ms(city: City, region: str) -> float:
    """Round trip between a city and a region, in milliseconds, without the last mile; LookupError for no region."""
    known = city.region_rtt_ms.get(region)
    if known is not None:
        return known
    latitude, longitude = _coordinates()[region]
    return rtt_by_distance_ms(distance_km(city.latitude, city.longitude, latitude, longitude))


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


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance, in kilometres."""
    a, b = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    chord = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def rtt_by_distance_ms(kilometres: float) -> float:
    """Median round trip of measured city pairs at a distance, in milliseconds, between the middles of the bins."""
    middles, medians = _distance_medians()
    if kilometres <= middles[0]:
        return medians[0]
    if kilometres >= middles[-1]:
        return medians[-1]
    right = bisect_right(middles, kilometres)
    share = (kilometres - middles[right - 1]) / (middles[right] - middles[right - 1])
    return medians[right - 1] + share * (medians[right] - medians[right - 1])


@cache
def _distance_medians() -> tuple[tuple[float, ...], tuple[float, ...]]:
    bins = json.loads((FOLDER / "latency_calibration.json").read_text("utf-8"))["city_city_by_km"]
    ranges = [tuple(float(end) for end in name.split("-")) for name in bins]
    return tuple((low + high) / 2 for low, high in ranges), tuple(float(found["p50"]) for found in bins.values())


@cache
def _coordinates() -> dict[str, tuple[float, float]]:
    return {row["region"]: (float(row["lat"]), float(row["lon"])) for row in rows("region_coordinates")}


def _city(row: dict[str, str]) -> City:
    return City(
        name=row["city"],
        country=row["iso2"],
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        weight=float(row["weight_internet_users"]),
        measured=row["rtt_kind"] == "measured",
        edge_location=row["nearest_pop"],
        edge_rtt_ms=float(row["pop_rtt_model_ms"]),
        region_rtt_ms={
            name: float(value) for name, value in row.items() if value and name not in (*_FIXED, *_FIXED_POP)
        },
    )
