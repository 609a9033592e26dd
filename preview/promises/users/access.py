"""The users' own connections: last mile and download rate, which no stack can change.

A place's users divide into those on a mobile network and those on a fixed line. Within each, they spread log-normally
around the published median, and who has a slow line is taken to have a long last mile and a bad way to the edge too:
that errs towards slower.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from statistics import NormalDist, median

import numpy as np
from numpy.typing import NDArray

from preview.facts import Fact, fact, rows
from preview.promises.users.cities import City
from preview.promises.users.weighted import Floats

SLICES = 20
"""Equal parts that a place's users on one kind of line are divided into, from the best to the worst off."""

BITS_PER_BYTE = 8
BITS_PER_MEGABIT = 1e6


class Line(StrEnum):
    """How a user is connected."""

    MOBILE = "mobile"
    FIXED = "fixed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Connections:
    """Users with their connections; arrays of one length."""

    weights: Floats
    """Adding up to 1."""

    round_trip_s: Floats
    """To where the connection ends, the last mile included."""

    bytes_per_s: Floats
    place: NDArray[np.intp]
    """Which of the cities each stands for."""


def connections(users: Sequence[City], way_ms: Floats, way_spread: Floats | None = None) -> Connections:
    """The users of each city with the way from there to where the connection ends.

    Without a spread everybody has the typical connection of their place and kind of line. With one, the round trip of
    the slowest tenth over the median, users spread in `SLICES` parts. Both have one entry for each city.
    """
    scores = np.zeros(1) if way_spread is None else _scores()
    spread = np.ones(len(users)) if way_spread is None else way_spread
    weight = np.asarray([city.weight for city in users])
    on_the_way = way_ms[:, None] * spread[:, None] ** scores
    last_mile = fact("access.last_mile_spread").value ** scores
    shape = (len(Line), len(users), len(scores))
    shares = np.asarray([_share(line) for line in Line])
    round_trips = on_the_way + _last_miles()[:, None, None] * last_mile
    rates = _rates(users)[:, :, None] * _rate_factors(scores)
    weights = np.broadcast_to(shares[:, None, None] * weight[:, None] / (weight.sum() * len(scores)), shape)
    return Connections(
        weights=weights.ravel(),
        round_trip_s=round_trips.ravel() / 1000,
        bytes_per_s=rates.ravel() * BITS_PER_MEGABIT / BITS_PER_BYTE,
        place=np.broadcast_to(np.arange(len(users))[:, None], shape).ravel(),
    )


def download_mbps(country: str, line: Line) -> float:
    """Median download rate of a country, in Mbit/s; of its part of the world where none is published for it."""
    return _medians()[line][country]


def facts() -> dict[str, Fact]:
    """What all connections rest on, by the name that it has in formulas."""
    return {
        "mobile_share": fact("access.mobile_share"),
        "mobile_last_mile": fact("access.mobile_last_mile"),
        "fixed_last_mile": fact("access.fixed_last_mile"),
    }


def spread() -> dict[str, Fact]:
    """What the spread of connections within a place rests on."""
    return {
        "last_mile_spread": fact("access.last_mile_spread"),
        "slow_tenth": fact("access.slow_tenth"),
        "fast_tenth": fact("access.fast_tenth"),
        "download_rates": fact("access.countries"),
    }


def _share(line: Line) -> float:
    mobile = fact("access.mobile_share").value
    return mobile if line is Line.MOBILE else 1 - mobile


def _last_miles() -> Floats:
    return np.asarray([fact(f"access.{line}_last_mile").value for line in Line])


def _rates(users: Sequence[City]) -> Floats:
    return np.asarray([[download_mbps(city.country, line) for city in users] for line in Line])


def _rate_factors(scores: Floats) -> Floats:
    """Rate over the median, of users from the best to the worst off."""
    slow, fast = fact("access.slow_tenth").value, fact("access.fast_tenth").value
    return np.where(scores > 0, slow**scores, fast**-scores)


@cache
def _scores() -> Floats:
    """How badly off each slice is: 0 in the middle, 1 where the slowest tenth begins, −1 where the fastest does."""
    normal = NormalDist()
    return np.asarray([normal.inv_cdf((n + 0.5) / SLICES) / normal.inv_cdf(0.9) for n in range(SLICES)])


@cache
def _medians() -> dict[Line, dict[str, float]]:
    return {line: _published(f"median_{line}_mbps") for line in Line}


def _published(column: str) -> dict[str, float]:
    """Newest published median by country, filled up with the median of the part of the world."""
    table = sorted(rows("bandwidth"), key=lambda row: row["as_of"])
    newest = {row["iso2"]: float(row[column]) for row in table if row[column]}
    part = {row["iso2"]: row["world_region"] for row in table}
    alike: dict[str, list[float]] = defaultdict(list)
    for country, rate in newest.items():
        alike[part[country]].append(rate)
    world = list(newest.values())
    return {country: newest.get(country) or median(alike[part[country]] or world) for country in part}
