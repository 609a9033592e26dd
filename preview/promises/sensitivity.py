"""Which settings move a promise most: each is changed alone, in all resources of its type, and the model runs again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from preview.promises.deployed import SERVICE_LEVELS, Deployed, UndeclaredError
from preview.promises.figure import Figure, Reading
from preview.promises.promise import Model

Setting = tuple[str, str]
"""Resource type and property path."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What one changed setting does to a promise."""

    promise: str
    type: str
    path: str
    was: float
    becomes: float
    unit: str
    before: float
    after: float

    @property
    def size(self) -> float:
        """How far the promise moves, relative to where it stood."""
        return abs(self.after - self.before) / max(abs(self.before), 1e-9)


def effects(deployed: Deployed, model: Model) -> dict[str, list[Effect]]:
    """By promise, the effect of each setting that it rests on, the greatest first; a setting's greater side only."""
    before = model.reached(deployed)
    found: dict[str, dict[Setting, Effect]] = {promise: {} for promise in before}
    for setting, readings in _settings(deployed, before.values()).items():
        for becomes, changed in _changes(deployed, readings):
            try:
                after = model.reached(changed)
            except UndeclaredError:
                continue
            for promise in before.keys() & after.keys():
                effect = Effect(
                    promise=promise,
                    type=setting[0],
                    path=setting[1],
                    was=readings[0].value,
                    becomes=becomes,
                    unit=readings[0].unit,
                    before=before[promise].value,
                    after=after[promise].value,
                )
                known = found[promise].get(setting)
                if known is None or effect.size > known.size:
                    found[promise][setting] = effect
    return {promise: sorted(by.values(), key=lambda e: (-e.size, e.type, e.path)) for promise, by in found.items()}


def _settings(deployed: Deployed, figures: Iterable[Figure]) -> dict[Setting, list[Reading]]:
    grouped: dict[Setting, dict[tuple[str, str], Reading]] = defaultdict(dict)
    for figure in figures:
        for reading in figure.readings():
            if not reading.path.startswith(SERVICE_LEVELS):
                kind = "" if reading.members else deployed.node(reading.urn).type
                grouped[kind, reading.path][reading.urn, reading.path] = reading
    return {setting: list(readings.values()) for setting, readings in grouped.items()}


def _changes(deployed: Deployed, readings: list[Reading]) -> Iterator[tuple[float, Deployed]]:
    first = readings[0]
    if first.members:
        fewer = [reading.members[-1] for reading in readings if len(reading.members) > 1]
        if fewer:
            yield first.value - 1, deployed.without(fewer)
        return
    raw = deployed.value(deployed.node(first.urn), first.path)
    for becomes in _neighbours(first, raw):
        yield float(becomes), deployed.altered({(r.urn, r.path): becomes for r in readings})


def _neighbours(reading: Reading, raw: Any) -> Iterator[Any]:
    """The values to try beside the present one: the other truth, the allowed ones next to it, or half and double."""
    if isinstance(raw, bool):
        yield not raw
    elif reading.choices:
        lower = [choice for choice in reading.choices if choice < reading.value]
        higher = [choice for choice in reading.choices if choice > reading.value]
        yield from (*lower[-1:], *higher[:1])
    else:
        whole = reading.value.is_integer()
        for candidate in (reading.value / 2, reading.value * 2):
            tried = max(1, round(candidate)) if whole else candidate
            if tried != reading.value:
                yield tried
