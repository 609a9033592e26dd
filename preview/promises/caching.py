"""What passes through layers of caches, by Che's approximation: no request is simulated.

A cache that drops what was not asked for longest holds a file for as long as the gap between two requests stays under
a time that is the same for all its files. Che and others (2002) find that time from the room that the files it keeps
take up; Fricker and others (2012) say why it is so accurate. Here it is also bounded by a retention, because the
caches of a public network are shared: other customers' files push ours out however much room there is. A copy is
valid until its lifetime ends, and the copies of all caches end together, since each carries the age of the one that
it was made from.

Between layers the requests that a cache passes on are not independent: it is silent about a file for at least as long
as it keeps it, and the cache above has forgotten it for that long too (Martina and others, 2014).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Flags = NDArray[np.bool_]

SHORTEST = 1e-3
"""Seconds: requests at the same moment are answered by one, whatever the lifetime."""

HALVINGS = 24
"""Of the interval that a characteristic time is sought in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """What is asked for, in groups of files that are alike; arrays of one length."""

    number: Floats
    """Files of each group."""

    rate: Floats
    """Requests of all users for one of them, per second."""

    size: Floats
    """Bytes of one of them."""

    lifetime: Floats
    """How long a copy of one is valid, in seconds."""

    sort: Integers
    """What sort of file it is, as a number."""

    @property
    def requests(self) -> Floats:
        """Requests of all users for each group, per second."""
        return self.number * self.rate

    def only(self, chosen: Flags) -> "Files":
        """Some of the groups."""
        return Files(
            number=self.number[chosen],
            rate=self.rate[chosen],
            size=self.size[chosen],
            lifetime=self.lifetime[chosen],
            sort=self.sort[chosen],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Store:
    """What the caches of a layer keep of one customer's files."""

    retention: float
    """Seconds after which a file goes that nobody asked for."""

    room: float
    """Bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """Edge locations, the regional caches that they ask, and the one in front of the bucket."""

    share: Floats
    """Share of the users that one edge location of each place serves."""

    number: Floats
    """Edge locations of each place; arrays of one length."""

    parent: Integers
    """Regional cache that a place asks, by its index."""

    regional: int
    """Number of regional caches."""

    passed_over: int | None
    """The regional cache next to the bucket, which its places do not ask; they ask the bucket."""

    edge: Store
    upper: Store
    """Of a regional cache; the one in front of the bucket is one of them."""

    @property
    def below(self) -> Floats:
        """How many edge locations of each place ask each regional cache; regional caches by places."""
        return np.where(np.arange(self.regional)[:, None] == self.parent, self.number, 0.0)

    @property
    def last_ones(self) -> tuple[Floats, Floats]:
        """The caches that ask the bucket, or Origin Shield: of the regional ones, and of the edge locations."""
        asks = np.arange(self.regional) != self.passed_over
        return asks.astype(np.float64), np.where(asks[self.parent], 0.0, self.number)


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """How the caches of one layer stand; arrays of caches by groups of files."""

    users: Floats
    """Requests of the users behind a cache for one file, per second."""

    window: Floats
    """Longest gap between two requests that a cache bridges, in seconds; no longer than the lifetime."""

    later: Floats
    """Requests for one file, per second, that a cache passes on after it has had the file before."""

    def passes_on(self, lifetime: Floats, seconds: float | None) -> Floats:
        """Requests for one file in the first seconds after all caches were emptied; None: per second, in the end."""
        if seconds is None:
            return self._within(lifetime) / lifetime
        lifetimes = np.floor(seconds / lifetime)
        return lifetimes * self._within(lifetime) + self._within(seconds - lifetimes * lifetime)

    def _within(self, seconds: Floats) -> Floats:
        """The first request in a lifetime, then those after a gap that is longer than the window."""
        early = np.minimum(seconds, self.window)
        return -np.expm1(-self.users * early) + self.later * (seconds - early)


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """What becomes of the requests, for each group of files.

    Every method takes seconds after all caches were emptied and answers with a number of requests; with None it
    answers with requests per second in the long run.
    """

    files: Files
    network: Network
    edge: Layer
    regional: Layer
    shield: Layer

    def past_edges(self, seconds: float | None = None) -> Floats:
        """What edge locations pass on."""
        return self._sum(self.network.number, self.edge, seconds)

    def unshielded(self, seconds: float | None = None) -> Floats:
        """What reaches the bucket without Origin Shield."""
        through, nearby = self.network.last_ones
        return self._sum(through, self.regional, seconds) + self._sum(nearby, self.edge, seconds)

    def shielded(self, seconds: float | None = None) -> Floats:
        """What reaches the bucket through Origin Shield."""
        return self._sum(np.ones(1), self.shield, seconds)

    def compulsory(self) -> Floats:
        """What reaches it in the long run even if no cache ever forgets: the first request of each lifetime."""
        lifetime = self.files.lifetime
        return self.files.number * -np.expm1(-self.files.rate * lifetime) / lifetime

    def _sum(self, caches: Floats, layer: Layer, seconds: float | None) -> Floats:
        return self.files.number * (caches @ layer.passes_on(self.files.lifetime, seconds))


def flow(files: Files, network: Network) -> Flow:
    """Follow the requests through all layers."""
    at_edge = network.share[:, None] * files.rate
    edge = _layer(files, network.edge, at_edge, at_edge, [])
    regional = _layer(
        files, network.upper, network.below @ at_edge, network.below @ edge.later, [(network.below, edge)]
    )
    through, nearby = (caches[None, :] for caches in network.last_ones)
    arriving = through @ regional.later + nearby @ edge.later
    shield = _layer(files, network.upper, files.rate[None, :], arriving, [(through, regional), (nearby, edge)])
    return Flow(files=files, network=network, edge=edge, regional=regional, shield=shield)


def popularity(number: int, exponent: float, *, exact: int = 32, per_decade: int = 8) -> tuple[Floats, Floats]:
    """Zipf's law in groups: files of each group, and the share of the requests that one of them gets.

    The most popular ones stand alone; the others share a group with their like, sums over ranks as integrals.
    """
    ranks = np.arange(1, min(number, exact) + 1, dtype=np.float64)
    files, weights = np.ones_like(ranks), ranks**-exponent
    if number > exact:
        groups = max(1, math.ceil(per_decade * math.log10(number / exact)))
        edges = np.unique(np.round(np.geomspace(exact + 0.5, number + 0.5, groups + 1) - 0.5) + 0.5)
        widths = np.diff(edges)
        files, weights = np.append(files, widths), np.append(weights, np.diff(_summed(edges, exponent)) / widths)
    return files, weights / (files @ weights)


def _layer(
    files: Files, store: Store, users: Floats, arriving: Floats, children: Sequence[tuple[Floats, Layer]]
) -> Layer:
    """Caches that requests arrive at, from users or from other caches: (how many ask each of these, their layer)."""
    window = np.minimum(files.lifetime, _kept(files, store, users, arriving))
    repeated = arriving if not children else sum(_heard(below, child, window) for below, child in children)
    return Layer(users=users, window=window, later=repeated * np.exp(-arriving * window))


def _heard(below: Floats, child: Layer, window: Floats) -> Floats:
    """Requests from caches below, each weighted with how much less it has asked lately for having asked just now."""
    silent = np.minimum(child.window, window[below.argmax(axis=0)])
    return below @ (child.later * np.exp(child.later * silent))


def _kept(files: Files, store: Store, users: Floats, arriving: Floats) -> Floats:
    """Che's characteristic time of each cache, at most the retention, in seconds."""
    kept = np.full((len(users), 1), store.retention, dtype=np.float64)
    full = np.flatnonzero(_held(files, users, arriving, kept) > store.room)
    low, high = np.full((len(full), 1), SHORTEST), kept[full]
    for _ in range(HALVINGS if len(full) else 0):
        middle = np.sqrt(low * high)
        fits = _held(files, users[full], arriving[full], middle) <= store.room
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    kept[full] = low
    return kept


def _held(files: Files, users: Floats, arriving: Floats, kept: Floats) -> Floats:
    """Bytes that each cache holds, on average over the lifetimes of what it holds."""
    window = np.minimum(files.lifetime, kept)
    expected = np.maximum(users * window, 1e-12)
    early = window * (1 + np.expm1(-expected) / expected)
    present = (early - (files.lifetime - window) * np.expm1(-arriving * window)) / files.lifetime
    return (present @ (files.number * files.size))[:, None]


def _summed(ranks: Floats, exponent: float) -> Floats:
    """The integral of rank^-exponent."""
    power = 1 - exponent
    return np.log(ranks) if abs(power) < 1e-9 else ranks**power / power
