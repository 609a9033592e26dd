"""The edge of the content delivery network: which locations a distribution answers from, and how far they are."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from preview.facts import rows
from preview.graph import Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Reading
from preview.promises.users.cities import City, distance_km, rtt_by_distance_ms, rtt_spread

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
PRICE_CLASSES = ("PriceClass_100", "PriceClass_200", "PriceClass_All")
"""The cheapest first; each holds all that the one before holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeLocation:
    """A city with edge locations."""

    code: str
    """IATA code of its airport, `FRA`."""

    city: str
    latitude: float
    longitude: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A distribution, and where it answers from."""

    distribution: Node
    price_class: str
    locations: Reading
    """Number of cities that the price class answers from."""


def edge(deployed: Deployed) -> Edge | None:
    """The stack's edge; None without a distribution that is switched on, UndeclaredError with several."""
    switched_on = [node for node in deployed.of_type(DISTRIBUTION) if node.inputs.get("enabled") is not False]
    if not switched_on:
        return None
    if len(switched_on) > 1:
        raise UndeclaredError(f"the stack declares {len(switched_on)} distributions; users come through exactly one")
    distribution = switched_on[0]
    price_class = _price_class(distribution.inputs.get("priceClass", PRICE_CLASSES[-1]))
    locations = Reading(
        value=float(len(edge_locations(price_class))),
        unit="edge cities",
        urn=distribution.urn,
        path="priceClass",
        choices=tuple(float(len(edge_locations(each))) for each in PRICE_CLASSES),
    )
    return Edge(distribution=distribution, price_class=price_class, locations=locations)


@cache
def edge_locations(price_class: str) -> tuple[EdgeLocation, ...]:
    """Every city that a price class answers from; mainland China has a CloudFront of its own and is in none."""
    within = PRICE_CLASSES[: PRICE_CLASSES.index(price_class) + 1]
    countries = {row["country_code"] for row in rows("cloudfront_price_classes") if row["cheapest_class"] in within}
    return tuple(
        EdgeLocation(code=row["iata"], city=row["city"], latitude=float(row["lat"]), longitude=float(row["lon"]))
        for row in rows("cloudfront_pops")
        if row["country_code"] in countries
    )


@cache
def nearest_location(city: City, price_class: str) -> EdgeLocation:
    """The edge location of a price class that is next to a city."""
    return min(edge_locations(price_class), key=lambda location: _kilometres(city, location))


@cache
def edge_round_trip_ms(city: City, price_class: str) -> float:
    """Median round trip between a city and its edge location, in milliseconds, without the last mile."""
    return rtt_by_distance_ms(_kilometres(city, nearest_location(city, price_class)))


@cache
def edge_spread(city: City, price_class: str) -> float:
    """That round trip for the worst connected tenth of places at this distance, over the median."""
    return rtt_spread(_kilometres(city, nearest_location(city, price_class)))


@cache
def regional_caches() -> tuple[str, ...]:
    """Regions with a regional edge cache, which stands between edge locations and origins."""
    return tuple(row["region"] for row in rows("regional_edge_caches"))


def version(value: Any) -> float:
    """The highest version in a setting: 3 of `http2and3`, 1.3 of `TLSv1.3_2025`; UndeclaredError without one."""
    if isinstance(value, int | float):
        return float(value)
    found = re.findall(r"\d+(?:\.\d+)?", str(value).partition("_")[0])
    if not found:
        raise UndeclaredError(f"{value!r} names no version of HTTP or TLS")
    return max(float(each) for each in found)


def _price_class(value: Any) -> str:
    """A price class by its name, or by the number of its edge cities, as what-ifs put it."""
    for price_class in PRICE_CLASSES:
        if value in (price_class, len(edge_locations(price_class))):
            return price_class
    raise UndeclaredError(f"priceClass {value!r} is none of {', '.join(PRICE_CLASSES)}")


def _kilometres(city: City, location: EdgeLocation) -> float:
    return distance_km(city.latitude, city.longitude, location.latitude, location.longitude)
