"""A number that says where it comes from.

A figure's formula is not a comment on its value: the value is what evaluating the formula gives, so neither can be
changed without the other. What a formula names is a reading (a setting in the graph), a fact (a published figure) or
another figure; a figure that a simulation gave says so in words and names what went in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from types import CodeType
from typing import Any

from preview.facts import Fact


class Kind(StrEnum):
    """How a figure is meant."""

    BOUND = "bound"
    """It gets no worse than this."""

    MEDIAN = "median"
    """Half of all cases are better."""

    ESTIMATE = "estimate"
    """The likeliest value under the assumptions that it names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A setting as the graph declares it."""

    value: float
    unit: str
    urn: str
    """Resource that the setting belongs to; the stack's own URN for what the stack expects of its users."""

    path: str
    """Property path, `healthCheck.interval`; for a count, what is counted."""

    default: Fact | None = None
    """AWS's own default, where the property is not set."""

    choices: tuple[float, ...] = ()
    """The values that AWS allows, where they are few; empty for a range."""

    members: tuple[str, ...] = ()
    """URNs of what was counted, where the reading is a number of resources."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A computed number."""

    name: str
    """What it is, in words: `detection`."""

    value: float
    unit: str
    """`s`, `ms`, `%`, `USD/month`, `users` …; shares are percentages."""

    kind: Kind
    formula: str
    uses: Mapping[str, "Quantity"] = field(default_factory=dict[str, "Quantity"])
    """What each name in the formula stands for."""

    interval: tuple[float, float] | None = None
    """95 % confidence interval, where the figure was simulated."""

    def readings(self) -> Iterator[Reading]:
        """Every setting that it rests on, however deep; each once."""
        yield from (used for used in _leaves(self) if isinstance(used, Reading))

    def facts(self) -> Iterator[Fact]:
        """Every published figure that it rests on, however deep; each once."""
        for used in _leaves(self):
            if isinstance(used, Fact):
                yield used
            elif used.default is not None:
                yield used.default

    @property
    def decides(self) -> bool:
        """Whether a verdict may rest on it: none of its facts is from memory or at second hand."""
        return all(found.decides for found in self.facts())


Quantity = Reading | Fact | Figure

_FUNCTIONS: dict[str, Callable[..., Any]] = {"min": min, "max": max, "round": round}


def figure(name: str, unit: str, kind: Kind, formula: str, /, **uses: Quantity) -> Figure:
    """A figure from an arithmetic formula over what it uses: `figure("wait", "s", Kind.BOUND, "n * t", n=…, t=…)`."""
    values = {key: used.value for key, used in uses.items()}
    value = eval(_compiled(formula), {"__builtins__": {}, **_FUNCTIONS}, values)  # noqa: S307 - formulas are literals of this package
    return Figure(name=name, value=float(value), unit=unit, kind=kind, formula=formula, uses=uses)


def simulated(
    name: str,
    unit: str,
    kind: Kind,
    value: float,
    how: str,
    /,
    *,
    interval: tuple[float, float] | None = None,
    **uses: Quantity,
) -> Figure:
    """A figure that no formula gives; `how` says in words what was done with what it uses."""
    return Figure(name=name, value=float(value), unit=unit, kind=kind, formula=how, uses=uses, interval=interval)


@cache
def _compiled(formula: str) -> CodeType:
    return compile(formula, "<formula>", "eval")


def _leaves(top: Figure) -> Iterator[Reading | Fact]:
    seen: set[int] = set()
    waiting: list[Quantity] = list(top.uses.values())
    while waiting:
        used = waiting.pop(0)
        if id(used) in seen:
            continue
        seen.add(id(used))
        if isinstance(used, Figure):
            waiting.extend(used.uses.values())
        else:
            yield used
