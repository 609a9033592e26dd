"""A seeded stream of requests through the caches, to hold the approximation of `caching` against.

The stream is scaled down: of files that are alike one is followed, and counts for all. Time passes in steps, in which
each edge location sees how often a file is asked for, and when first and last. No step is longer than half the time
that an edge location keeps a file, so nothing else within it matters. Files of one lifetime are followed at a time, and
have the caches' room for themselves.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from preview.promises.caching.hierarchy import Files, Flags, Floats, Integers, Network, Store

LEAST_STEPS = 16
"""That are counted, after those in which the caches settle."""

STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 8: 2.365, 10: 2.262}
"""97.5th percentile of Student's distribution, by the number of runs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What one run counted, in requests per second of all users, by sort of file."""

    past_edges: Floats
    unshielded: Floats
    shielded: Floats


def count(files: Files, network: Network, *, seed: int, fineness: int = 2) -> Counted:
    """One run; the same seed gives the same numbers.

    `fineness` steps make up the time that an edge location keeps a file. Room is made at the end of a step, so that
    more are needed where room, not time, decides what a cache keeps.
    """
    generator = np.random.default_rng(seed)
    lifetimes = [float(lifetime) for lifetime in np.unique(files.lifetime)]
    runs = [_Run(files.only(files.lifetime == each), network, each, fineness, generator) for each in lifetimes]
    totals = np.zeros((3, files.sort.max() + 1))
    for run in runs:
        counted = run.counted()
        totals[:, : counted.shape[1]] += counted
    past_edges, unshielded, shielded = totals
    return Counted(past_edges=past_edges, unshielded=unshielded, shielded=shielded)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % confidence interval of the mean of independent runs, by Student's distribution."""
    mean = float(np.mean(values))
    error = STUDENT[len(values)] * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    return mean - error, mean + error


class _Caches:
    """The caches of one layer, which drop what was not asked for longest; rows of caches, columns of files."""

    def __init__(self, number: int, store: Store, size: Floats) -> None:
        self._store = store
        self._size = size
        self._last = np.full((number, len(size)), -math.inf)

    def asked(self, cache: Integers, file: Integers, first: Floats, last: Floats) -> Flags:
        """Ask caches for files, each pair once, and say which had to ask in turn."""
        missed = first - self._last[cache, file] > self._store.retention
        self._last[cache, file] = last
        return missed

    def forget(self, files: Flags) -> None:
        """The copies' lifetime has ended."""
        self._last[:, files] = -math.inf

    def make_room(self, now: float) -> None:
        """Drop what was asked for longest ago until the rest fits; of alike files, all go if half must."""
        kept = now - self._last <= self._store.retention
        for cache in np.flatnonzero(kept @ self._size > self._store.room):
            newest = np.argsort(-self._last[cache], kind="stable")
            sizes = np.where(kept[cache], self._size, 0)[newest]
            self._last[cache, newest[np.cumsum(sizes) - sizes / 2 > self._store.room]] = -math.inf


class _Run:
    """Files of one lifetime."""

    def __init__(
        self, files: Files, network: Network, lifetime: float, fineness: int, generator: np.random.Generator
    ) -> None:
        steps = max(fineness, math.ceil(fineness * lifetime / network.edge.retention))
        self._step = lifetime / steps
        self._steps_before = math.ceil(min(lifetime, network.upper.retention + network.edge.retention) / self._step)
        self._steps = max(LEAST_STEPS, self._steps_before)
        self._files = files
        self._generator = generator
        self._ends = (generator.integers(0, steps, len(files.number)), steps)
        place = np.repeat(np.arange(len(network.number)), network.number.astype(np.intp))
        self._parent = network.parent[place]
        self._asks = np.arange(network.regional) != network.passed_over
        self._expected = network.share[place][:, None] * files.rate * self._step
        size = files.number * files.size
        self._edge = _Caches(len(place), network.edge, size)
        self._regional = _Caches(network.regional, network.upper, size)
        self._shield = _Caches(1, network.upper, size)

    def counted(self) -> Floats:
        """Run until the caches have settled, then count; what it counts by sort of file, per second."""
        counts = [self._stepped(step) for step in range(self._steps_before + self._steps)]
        return sum(counts[self._steps_before :], np.zeros_like(counts[0])) / (self._steps * self._step)

    def _stepped(self, step: int) -> Floats:
        """What edge locations pass on in a step, what reaches the bucket, and what does so through Origin Shield."""
        phase, steps = self._ends
        for caches in (self._edge, self._regional, self._shield):
            caches.forget((step + phase) % steps == 0)
        location, file, first, last = self._requests(step)
        missed = self._edge.asked(location, file, first, last)
        location, file, at = location[missed], file[missed], first[missed]

        regional, wanted, first, last = _gathered(self._parent[location], file, at)
        missed = self._regional.asked(regional, wanted, first, last) & self._asks[regional]
        nearby = ~self._asks[self._parent[location]]
        unshielded = np.append(wanted[missed], file[nearby])
        through, wanted, first, last = _gathered(
            np.zeros_like(unshielded), unshielded, np.append(first[missed], at[nearby])
        )
        shielded = wanted[self._shield.asked(through, wanted, first, last)]
        for caches in (self._edge, self._regional, self._shield):
            caches.make_room((step + 1) * self._step)
        return np.array([self._by_sort(asked) for asked in (file, unshielded, shielded)])

    def _by_sort(self, asked: Integers) -> Floats:
        """Each file counts for all that it stands for."""
        files = self._files
        return np.bincount(files.sort[asked], files.number[asked], files.sort.max() + 1).astype(np.float64)

    def _requests(self, step: int) -> tuple[Integers, Integers, Floats, Floats]:
        """Which edge location is asked for which file in a step, and when first and last."""
        times = self._generator.poisson(self._expected)
        location, file = np.nonzero(times)
        number = times[location, file]
        draws = self._generator.random((2, len(number)))
        first = 1 - draws[0] ** (1 / number)
        rest = np.where(number > 1, draws[1] ** (1 / np.maximum(number - 1, 1)), 0)
        return location, file, (step + first) * self._step, (step + first + (1 - first) * rest) * self._step


def _gathered(cache: Integers, file: Integers, at: Floats) -> tuple[Integers, Integers, Floats, Floats]:
    """Requests of several caches below, brought together: each pair once, with its first and last request."""
    order = np.lexsort((at, file, cache))
    cache, file, at = cache[order], file[order], at[order]
    changes = np.flatnonzero((np.diff(cache) != 0) | (np.diff(file) != 0)) + 1
    starts, ends = np.append(0, changes), np.append(changes, len(cache)) - 1
    return (cache, file, at, at) if len(cache) == 0 else (cache[starts], file[starts], at[starts], at[ends])
