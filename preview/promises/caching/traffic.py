"""The requests for a stack's files, and what its network of caches makes of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from preview.facts import fact, rows
from preview.promises.caching.files import Sort, grouped, sorts
from preview.promises.caching.hierarchy import Files, Flags, Floats, Flow, Integers, Network, Store, flow
from preview.promises.caching.request_stream import Counted, count
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Quantity, Reading
from preview.promises.users.cities import City, coordinates, served
from preview.promises.users.edge_locations import edge, edge_locations, regional_caches

HOUR, GIGABYTE = 3600.0, 1e9
ASSUMED = ("cache.edge_retention", "cache.edge_room", "cache.regional_retention", "cache.regional_room")


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """Requests for each group of files, and how far they get."""

    sorts: tuple[Sort, ...]
    exponent: Reading
    """Of the files' popularity."""

    locations: Reading
    flow: Flow

    @property
    def files(self) -> Files:
        """The files in groups."""
        return self.flow.files

    @property
    def shielded(self) -> Flags:
        """Whether Origin Shield stands before each group's bucket."""
        return np.array([sort.behaviour.shield.value > 0 for sort in self.sorts])[self.files.sort]

    def reaching(self, seconds: float | None = None) -> Floats:
        """What reaches the buckets, as `Flow` tells it."""
        return np.where(self.shielded, self.flow.shielded(seconds), self.flow.unshielded(seconds))

    def answered(self, passed_on: Floats) -> float:
        """Share of the requests that stay behind, in percent."""
        return float(100 * (1 - passed_on.sum() / self.files.requests.sum()))

    def answered_bytes(self, passed_on: Floats) -> float:
        """The same of the bytes."""
        asked = self.files.requests @ self.files.size
        return float(100 * (1 - passed_on @ self.files.size / asked))

    def saved(self) -> float:
        """Share of the requests without Origin Shield that do not reach the buckets, in percent."""
        return float(100 * (1 - self.reaching().sum() / self.flow.unshielded().sum()))

    def with_stores(self, *, edge: Store | None = None, upper: Store | None = None) -> "Traffic":
        """The same if the caches kept more or less."""
        network = self.flow.network
        other = replace(network, edge=edge or network.edge, upper=upper or network.upper)
        return replace(self, flow=flow(self.files, other))

    def uses(self) -> dict[str, Quantity]:
        """All that it rests on, by names for a figure's `uses`."""
        by_sort = {name: used for sort in self.sorts for name, used in sort.uses.items()}
        assumed = {identifier.partition(".")[2]: fact(identifier) for identifier in ASSUMED}
        place: dict[str, Quantity] = {"exponent": self.exponent, "locations": self.locations}
        place |= {"passes_own_region": fact("cache.passes_own_region"), "cities": fact("users.cities")}
        return {**by_sort, **place, **assumed}


def traffic(deployed: Deployed) -> Traffic:
    """The requests of the load that a stack expects; UndeclaredError without a distribution or a bucket behind it."""
    found = edge(deployed)
    if found is None:
        raise UndeclaredError("the stack declares no distribution, so no edge caches its files")
    exponent = deployed.expected("load.popularity_exponent", "")
    asked = sorts(deployed, found.distribution)
    network = _network(served(deployed), found.price_class, asked[-1].behaviour.region)
    return Traffic(
        sorts=asked, exponent=exponent, locations=found.locations, flow=flow(grouped(asked, exponent), network)
    )


def counted(observed: Traffic, *, seeds: int) -> list[Counted]:
    """The same, simulated with a coarser division of the files, once for each seed."""
    files = grouped(observed.sorts, observed.exponent, exact=2, per_decade=3)
    return [count(files, observed.flow.network, seed=seed) for seed in range(1, seeds + 1)]


def reaching(observed: Traffic, run: Counted) -> float:
    """What a run counted at the buckets, in requests per second."""
    shielded = [sort.behaviour.shield.value > 0 for sort in observed.sorts]
    return float(np.where(shielded, run.shielded, run.unshielded).sum())


@cache
def _network(users: tuple[City, ...], price_class: str, bucket: str | None) -> Network:
    """Users go to the nearest edge location of the price class, edge locations to the nearest regional edge cache."""
    locations, regional = edge_locations(price_class), regional_caches()
    at = _on_globe((location.latitude, location.longitude) for location in locations)
    asked = _nearest(_on_globe((city.latitude, city.longitude) for city in users), at)
    weight = np.bincount(asked, [city.weight for city in users], len(locations))
    counts = {row["iata"]: float(row["count"] or 1) for row in rows("cloudfront_pops")}
    number = np.array([counts[location.code] for location in locations])
    serving = weight > 0
    return Network(
        share=(weight / weight.sum() / number)[serving],
        number=number[serving],
        parent=_nearest(at, _on_globe(coordinates(region) for region in regional))[serving],
        regional=len(regional),
        passed_over=regional.index(bucket) if bucket in regional else None,
        edge=_store("edge"),
        upper=_store("regional"),
    )


def _on_globe(places: Iterable[tuple[float, float]]) -> Floats:
    """Latitudes and longitudes, in degrees, as points of the unit sphere."""
    latitude, longitude = np.radians(list(places)).T
    return np.stack(
        [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)], axis=1
    )


def _nearest(places: Floats, others: Floats) -> Integers:
    """Which of the others is nearest to each place."""
    return (places @ others.T).argmax(axis=1)


def _store(layer: str) -> Store:
    return Store(
        retention=HOUR * fact(f"cache.{layer}_retention").value, room=GIGABYTE * fact(f"cache.{layer}_room").value
    )
