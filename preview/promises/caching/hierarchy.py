"""What passes through layers of caches, by Che's approximation: no request is simulated.

A cache that drops what was not asked for longest holds a file for as long as the gap between two requests stays under
a time that is the same for all its files. Che and others (2002) find that time from the room that the files it keeps
take up; Fricker and others (2012) say why it is so accurate. Here it is also bounded by a retention, because the
caches of a public network are shared: other customers' files push ours out however much room there is. A copy is
valid until its lifetime ends, and the copies of all caches end together, since each carries the age of the one that
it was made from.

What a cache passes on is no Poisson process: after it has asked for a file it is silent for at least as long as it
keeps it. Its requests are taken to follow each other after that time and a further, exponential one; Martina and others
(2014) show how much taking the silence into account is worth.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
Flags = NDArray[np.bool_]

SHORTEST = 1e-3
"""Seconds: requests at the same moment are answered by one, whatever the lifetime."""

LEAST = 1e-12
"""Of a share, so that it can be divided by."""

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
    """Of a regional cache; the one in front of the bucket is one of them. No less than that of an edge location."""

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
    users = _Stream(below=None, rate=at_edge, silence=np.zeros_like(at_edge))
    edge = _layer(files, network.edge, at_edge, [users])
    regional = _layer(files, network.upper, network.below @ at_edge, [_from(network.below, edge)])
    through, nearby = (caches[None, :] for caches in network.last_ones)
    shield = _layer(files, network.upper, files.rate[None, :], [_from(through, regional), _from(nearby, edge)])
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stream:
    """Requests for files that the caches of a layer get from below, each sender asking one of them."""

    below: Floats | None
    """How many senders ask each cache; caches by senders. None: one each, in their order."""

    rate: Floats
    """Of one sender for one file, per second; senders by groups of files."""

    silence: Floats
    """Least time between two of these, in seconds."""

    def quiet(self, window: Floats) -> tuple[Floats, Floats]:
        """Logarithms of the chance that a sender asks nothing in a window: of any, and of the one before a request."""
        above = window if self.below is None else window[self.below.argmax(axis=0)]
        silent = np.minimum(above, self.silence)
        pace = self.rate / np.maximum(1 - self.rate * self.silence, LEAST)
        after = -pace * (above - silent)
        return np.log(np.maximum(1 - self.rate * silent, LEAST)) + after, after

    def summed(self, each: Floats) -> Floats:
        """A figure of each sender, for each cache."""
        return each if self.below is None else self.below @ each

    def only(self, caches: Integers) -> "_Stream":
        """What some of the caches get."""
        if self.below is None:
            return replace(self, rate=self.rate[caches], silence=self.silence[caches])
        senders = self.below[caches].any(axis=0)
        return _Stream(below=self.below[caches][:, senders], rate=self.rate[senders], silence=self.silence[senders])


def _from(below: Floats, layer: Layer) -> _Stream:
    return _Stream(below=below, rate=layer.later, silence=layer.window)


def _layer(files: Files, store: Store, users: Floats, streams: Sequence[_Stream]) -> Layer:
    window = np.minimum(files.lifetime, _kept(files, store, users, streams))
    quiet, later = np.zeros(()), np.zeros(())
    for stream in streams:
        always, after = stream.quiet(window)
        quiet = quiet + stream.summed(always)
        later = later + stream.summed(stream.rate * np.exp(after - always))
    return Layer(users=users, window=window, later=later * np.exp(quiet))


def _kept(files: Files, store: Store, users: Floats, streams: Sequence[_Stream]) -> Floats:
    """Che's characteristic time of each cache, at most the retention, in seconds."""
    kept = np.full((len(users), 1), store.retention, dtype=np.float64)
    full = np.flatnonzero(_held(files, users, streams, kept) > store.room)
    if len(full):
        users, streams = users[full], [stream.only(full) for stream in streams]
        low, high = np.full((len(full), 1), SHORTEST), kept[full]
        for _ in range(HALVINGS):
            middle = np.sqrt(low * high)
            fits = _held(files, users, streams, middle) <= store.room
            low, high = np.where(fits, middle, low), np.where(fits, high, middle)
        kept[full] = low
    return kept


def _held(files: Files, users: Floats, streams: Sequence[_Stream], kept: Floats) -> Floats:
    """Bytes that each cache holds, on average over the lifetimes of what it holds."""
    window = np.minimum(files.lifetime, kept)
    expected = np.maximum(users * window, 1e-12)
    early = window * (1 + np.expm1(-expected) / expected)
    quiet = sum((stream.summed(stream.quiet(window)[0]) for stream in streams), np.zeros(()))
    present = (early - (files.lifetime - window) * np.expm1(quiet)) / files.lifetime
    return (present @ (files.number * files.size))[:, None]


def _summed(ranks: Floats, exponent: float) -> Floats:
    """The integral of rank^-exponent."""
    power = 1 - exponent
    return np.log(ranks) if abs(power) < 1e-9 else ranks**power / power
