"""Which settings move a promise most: each is changed alone, in all resources of its type, and the model runs again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from preview.promises.deployed import COUNTED, SERVICE_LEVELS, Deployed, UndeclaredError
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
        return abs(self.after - self.before) / max(abs(self.before), 1e-9) if self.after != self.before else 0.0


STEPS = (2.0, 8.0)
"""By how much a number is changed; the second step is taken where the first one finds too few that move a promise."""

ENOUGH = 3
"""Settings to name for each promise."""


def effects(deployed: Deployed, model: Model) -> dict[str, list[Effect]]:
    """By promise, what moves it: the effects of the smaller step first, each step's greatest first.

    Of each setting the direction counts that moves the promise more. A promise that rests on fewer settings than
    `ENOUGH` has fewer effects.
    """
    before = model.reached(deployed)
    found: dict[str, list[Effect]] = {promise: [] for promise in before}
    for step in STEPS:
        steady = {promise: figure for promise, figure in before.items() if len(found[promise]) < ENOUGH}
        for promise, moved in (_effects(deployed, model, steady, step) if steady else {}).items():
            known = {(effect.type, effect.path) for effect in found[promise]}
            found[promise] += [effect for effect in moved if (effect.type, effect.path) not in known]
    return found


def _effects(deployed: Deployed, model: Model, before: Mapping[str, Figure], step: float) -> dict[str, list[Effect]]:
    found: dict[str, dict[Setting, Effect]] = {promise: {} for promise in before}
    for setting, readings in _settings(deployed, before.values()).items():
        for becomes, changed in _changes(deployed, readings, step):
            try:
                after = model.reached(changed)
            except UndeclaredError:
                continue
            for promise in before.keys() & after.keys():
                effect = _effect(promise, setting, readings[0], becomes, (before[promise].value, after[promise].value))
                known = found[promise].get(setting)
                if effect.size > (known.size if known else 0):
                    found[promise][setting] = effect
    return {promise: sorted(by.values(), key=lambda e: (-e.size, e.type, e.path)) for promise, by in found.items()}


def _effect(promise: str, setting: Setting, reading: Reading, becomes: float, moved: tuple[float, float]) -> Effect:
    return Effect(
        promise=promise,
        type=setting[0],
        path=setting[1],
        was=reading.value,
        becomes=becomes,
        unit=reading.unit,
        before=moved[0],
        after=moved[1],
    )


def _settings(deployed: Deployed, figures: Iterable[Figure]) -> dict[Setting, list[Reading]]:
    grouped: dict[Setting, dict[tuple[str, str], Reading]] = defaultdict(dict)
    for figure in figures:
        for reading in figure.readings():
            if not reading.path.startswith((SERVICE_LEVELS, COUNTED)) or reading.members:
                kind = "" if reading.members else deployed.node(reading.urn).type
                grouped[kind, reading.path][reading.urn, reading.path] = reading
    return {setting: list(readings.values()) for setting, readings in grouped.items()}


def _changes(deployed: Deployed, readings: list[Reading], step: float) -> Iterator[tuple[float, Deployed]]:
    first = readings[0]
    if first.members:
        yield from _fewer(deployed, readings, step)
        return
    for next_value in (_lower, _higher):
        becomes = {(r.urn, r.path): next_value(r, deployed.value(deployed.node(r.urn), r.path), step) for r in readings}
        changes = {place: value for place, value in becomes.items() if value is not None}
        if (first.urn, first.path) in changes:
            yield float(changes[first.urn, first.path]), deployed.altered(changes)


def _fewer(deployed: Deployed, readings: list[Reading], step: float) -> Iterator[tuple[float, Deployed]]:
    """One resource less of each count, or at the larger step one alone that is left, and none."""
    several = [reading.members for reading in readings if len(reading.members) > 1]
    if step == STEPS[0]:
        if several:
            yield float(len(several[0]) - 1), deployed.without(members[-1] for members in several)
        return
    if several:
        yield 1.0, deployed.without(urn for members in several for urn in members[1:])
    yield 0.0, deployed.without(urn for reading in readings for urn in reading.members)


def _lower(reading: Reading, raw: Any, step: float) -> Any:
    """The next value below: false, the next lower choice, or a part; None where there is none."""
    if isinstance(raw, bool):
        return False if raw else None
    if reading.choices:
        return max((choice for choice in reading.choices if choice < reading.value), default=None)
    part = _like(reading, reading.value / step)
    return part if part < reading.value else None


def _higher(reading: Reading, raw: Any, step: float) -> Any:
    """The next value above: true, the next higher choice, or a multiple; None where there is none."""
    if isinstance(raw, bool):
        return None if raw else True
    if reading.choices:
        return min((choice for choice in reading.choices if choice > reading.value), default=None)
    multiple = _like(reading, reading.value * step)
    return multiple if multiple > reading.value else None


def _like(reading: Reading, value: float) -> float:
    """Whole where the setting is, and never 0: a count or a time of nothing is another question."""
    return max(1, round(value)) if reading.value.is_integer() else value
