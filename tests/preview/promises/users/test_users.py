"""Where users are and how far away: against published shares, and against measurements that were left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.facts import rows
from preview.graph import Graph
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.users.cities import (
    City,
    answering,
    between_regions_ms,
    cities,
    coordinates,
    distance_km,
    known_regions,
    modelled_ms,
    nearest,
    round_trip_ms,
    rtt_by_distance_ms,
    rtt_spread,
    served,
    shares,
)
from tests.preview.promises.small import graph

SIX = ("us-east-1", "us-west-2", "eu-west-1", "ap-south-1", "ap-southeast-1", "sa-east-1")
EIGHT = (*SIX, "eu-central-1", "ap-northeast-1")
PUBLISHED = [
    (("us-east-1",), 20.8, 16.3, 14.4),
    (("us-east-1", "eu-west-1"), 41.2, 32.3, 34.6),
    (("us-east-1", "eu-west-1", "ap-northeast-1"), 53.0, 57.5, 43.8),
    (("us-east-1", "eu-west-1", "ap-southeast-1"), 75.2, 70.7, 62.7),
    (("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-1"), 76.0, 71.3, 63.4),
    (("us-east-1", "eu-west-1", "ap-south-1", "ap-southeast-1"), 81.6, 75.7, 72.5),
    (SIX, 88.8, 81.4, 79.7),
    (EIGHT, 91.6, 87.7, 86.2),
    ((*EIGHT, "af-south-1", "me-central-1"), 96.9, 91.8, 90.7),
    (tuple(cities()[0].region_rtt_ms), 97.3, 93.6, 92.0),
]
"""Regions, and users under 100 ms in percent: without mainland China, with it, without it and 20 ms farther away."""

regions = st.sampled_from(sorted(known_regions()))


def _under_100_ms(users: list[City], chosen: tuple[str, ...], more: float = 0) -> float:
    near = sum(city.weight for city in users if round_trip_ms(city, nearest(city, chosen)) + more < 100)
    return 100 * near / sum(city.weight for city in users)


@pytest.mark.parametrize(("chosen", "without_china", "with_china", "farther"), PUBLISHED)
def test_the_published_shares_are_reproduced(
    chosen: tuple[str, ...], without_china: float, with_china: float, farther: float
) -> None:
    abroad = [city for city in cities() if city.country != "CN"]
    assert _under_100_ms(abroad, chosen) == pytest.approx(without_china, abs=0.06)
    assert _under_100_ms(list(cities()), chosen) == pytest.approx(with_china, abs=0.06)
    assert _under_100_ms(abroad, chosen, more=20) == pytest.approx(farther, abs=0.06)


def test_cities_stand_for_nearly_all_internet_users() -> None:
    assert sum(city.weight for city in cities()) == pytest.approx(0.994, abs=0.001)
    assert all(city.weight > 0 for city in cities())


def test_countries_that_the_stack_does_not_sell_to_are_left_out() -> None:
    stack = Deployed(graph(load={"countries_left_out": ["CN", "IN"]}))
    assert {city.country for city in cities()} - {city.country for city in served(stack)} == {"CN", "IN"}


def test_users_are_led_to_regions_that_serve(prod: Graph) -> None:
    assert answering(Deployed(prod)) == Deployed(prod).serving
    with pytest.raises(UndeclaredError, match="none answers"):
        answering(Deployed(graph()))


@given(chosen=st.lists(regions, min_size=1, max_size=6, unique=True), added=regions)
def test_an_added_region_makes_nobody_slower(chosen: list[str], added: str) -> None:
    for city in cities():
        before = round_trip_ms(city, nearest(city, chosen))
        assert round_trip_ms(city, nearest(city, [*chosen, added])) <= before


@given(chosen=st.lists(regions, min_size=1, max_size=5, unique=True))
def test_every_user_has_one_region(chosen: list[str]) -> None:
    spread = shares(cities(), chosen)
    assert spread.keys() == set(chosen)
    assert sum(spread.values()) == pytest.approx(1)


def test_a_region_of_no_table_is_undeclared() -> None:
    with pytest.raises(UndeclaredError, match="eu-nowhere-1"):
        coordinates("eu-nowhere-1")


@given(km=st.floats(0, 20_000), farther=st.floats(0, 5_000))
def test_what_is_farther_away_takes_longer(km: float, farther: float) -> None:
    assert rtt_by_distance_ms(km) <= rtt_by_distance_ms(km + farther)
    assert rtt_spread(km) >= 1


# --- measurements that the model was not fitted to --------------------------------------------------------------------


def _measured_cities() -> list[City]:
    """Measured round trips as they were published; ping's own resolution for a city that is a region's metropolis."""
    return [
        City(
            name=row["city"],
            country=row["country"],
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
            weight=1,
            measured=True,
            region_rtt_ms={name: max(0.5, float(ms)) for name, ms in row.items() if name in known_regions() and ms},
        )
        for row in rows("city_region_rtt")
    ]


def _held_out() -> list[tuple[City, str, float]]:
    """Every second region by name, with the cities measured to it; the others chose `latency.far`."""
    found = _measured_cities()
    measured = sorted({region for city in found for region in city.region_rtt_ms})
    return [(city, region, ms) for region in measured[1::2] for city in found if (ms := city.region_rtt_ms.get(region))]


def _errors(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Median and 90th percentile of the absolute errors, in milliseconds."""
    errors = np.abs([predicted - measured for predicted, measured in pairs])
    return float(np.median(errors)), float(np.percentile(errors, 90))


def test_a_region_left_out_of_the_table_is_predicted_as_the_page_says() -> None:
    pairs = [(modelled_ms(city, region), ms) for city, region, ms in _held_out()]
    assert len(pairs) == 1966
    assert _errors(pairs) == (pytest.approx(8.9, abs=0.1), pytest.approx(52.7, abs=0.5))
    near = [pair for pair in pairs if pair[1] < 100]
    assert _errors(near) == (pytest.approx(5.6, abs=0.1), pytest.approx(17.7, abs=0.5))


def test_the_way_over_another_region_says_more_than_distance() -> None:
    by_distance = [
        (rtt_by_distance_ms(distance_km(city.latitude, city.longitude, *coordinates(region))), ms)
        for city, region, ms in _held_out()
    ]
    assert _errors(by_distance) == (pytest.approx(19.9, abs=0.1), pytest.approx(113.7, abs=0.5))


def test_under_or_over_100_ms_is_right_for_19_of_20_pairs_left_out() -> None:
    right = [(modelled_ms(city, region) < 100) == (ms < 100) for city, region, ms in _held_out()]
    assert np.mean(right) > 0.95


def test_distance_alone_predicts_round_trips_between_regions_as_the_page_says() -> None:
    pairs = [
        (rtt_by_distance_ms(float(row["great_circle_km"])), float(row["rtt_p50_ms"]))
        for row in rows("region_rtt")
        if row["from"] < row["to"]
    ]
    assert len(pairs) == 528
    assert _errors(pairs) == (pytest.approx(22.1, abs=0.2), pytest.approx(67.1, abs=0.5))


def test_the_table_of_2020_is_near_what_regions_measured_in_2025() -> None:
    pairs: list[tuple[float, float]] = []
    for region, place in known_regions().items():
        metropolis = min(_measured_cities(), key=lambda city: distance_km(city.latitude, city.longitude, *place))
        if distance_km(metropolis.latitude, metropolis.longitude, *place) <= 60:
            pairs += [
                (ms, between_regions_ms(region, other))
                for other, ms in metropolis.region_rtt_ms.items()
                if other != region
            ]
    assert _errors(pairs)[0] == pytest.approx(10.3, abs=0.2)
    assert np.median([then / now for then, now in pairs]) == pytest.approx(1.05, abs=0.01)


def test_cities_stand_for_their_countries_internet_users() -> None:
    by_country: dict[str, float] = {}
    for city in cities():
        by_country[city.country] = by_country.get(city.country, 0) + city.weight
    shares = {row["iso2"]: float(row["share_of_world"]) for row in rows("internet_users")}
    known = sum(shares[country] for country in by_country)
    for country, weight in by_country.items():
        assert weight / sum(by_country.values()) == pytest.approx(shares[country] / known, abs=0.001), country
