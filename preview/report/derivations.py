"""Figures with all that they rest on, as flat tables that refer to each other by id; what is shared stands once."""

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any

from preview.facts import Fact
from preview.graph import Graph
from preview.promises.figure import Figure, Quantity, Reading
from preview.report import numbers, words

Entry = dict[str, Any]

_FUNCTIONS = frozenset({"min", "max", "round"})


class Derivations:
    """Collects figures, and gives each an id that the same stack always gives it."""

    def __init__(self, graph: Graph) -> None:
        self.figures: dict[str, Entry] = {}
        self.readings: dict[str, Entry] = {}
        self.facts: dict[str, Entry] = {}
        self._nodes = {node.urn: node for node in graph}
        self._stack_urn = graph.urn
        self._ids: dict[Any, str] = {}
        self._kept: dict[int, tuple[Figure, str]] = {}

    def figure(self, figure: Figure) -> str:
        """Id of a figure, which is described here with everything under it."""
        known = self._kept.get(id(figure))
        if known is None:
            known = self._kept[id(figure)] = (figure, self._figure(figure))
        return known[1]

    def _figure(self, figure: Figure) -> str:
        uses = {name: self._used(quantity) for name, quantity in figure.uses.items()}
        content = (figure.name, figure.value, figure.unit, figure.kind, figure.formula, figure.interval)
        key = (*content, tuple((name, *used.values()) for name, used in uses.items()))
        if key not in self._ids:
            self._ids[key] = f"figure-{len(self.figures) + 1}"
            self.figures[self._ids[key]] = {
                "name": figure.name,
                **_amount(figure.value, figure.unit),
                "kind": figure.kind.value,
                "formula": figure.formula,
                "arithmetic": _is_arithmetic(figure.formula, figure.uses),
                "interval": _interval(figure),
                "decides": all(self._decides(used) for used in uses.values()),
                "uses": uses,
            }
        return self._ids[key]

    def _decides(self, used: Mapping[str, str]) -> bool:
        """As `Figure.decides`, from what is described already: asking each figure would walk all under it again."""
        ((kind, id_),) = used.items()
        if kind == "reading":
            kind, id_ = "fact", self.readings[id_]["default"]
        return id_ is None or bool((self.facts if kind == "fact" else self.figures)[id_]["decides"])

    def _used(self, quantity: Quantity) -> dict[str, str]:
        if isinstance(quantity, Figure):
            return {"figure": self.figure(quantity)}
        if isinstance(quantity, Fact):
            return {"fact": self._fact(quantity)}
        return {"reading": self._reading(quantity)}

    def _fact(self, fact: Fact) -> str:
        self.facts[fact.id] = {
            "statement": fact.statement,
            **_amount(fact.value, fact.unit),
            "source": fact.source,
            "as_of": fact.as_of,
            "quality": fact.quality,
            "decides": fact.decides,
        }
        return fact.id

    def _reading(self, reading: Reading) -> str:
        if reading not in self._ids:
            self._ids[reading] = f"reading-{len(self.readings) + 1}"
            self.readings[self._ids[reading]] = {
                **_amount(reading.value, reading.unit),
                "path": reading.path,
                "shown_path": words.setting(reading.path),
                "resource": self._resource(reading.urn),
                "default": None if reading.default is None else self._fact(reading.default),
                "members": list(reading.members),
            }
        return self._ids[reading]

    def _resource(self, urn: str) -> Entry:
        node = self._nodes.get(urn)
        if node is None:
            return {"name": urn.rpartition("::")[2], "type": urn.split("::")[-2], "region": None, "urn": urn}
        return {"name": node.name, "type": node.type, "region": node.region, "urn": urn}


def _amount(value: float, unit: str) -> Entry:
    return {"value": numbers.plain(value), "unit": unit, "text": numbers.text(value, unit)}


def _interval(figure: Figure) -> Entry | None:
    if figure.interval is None:
        return None
    low, high = figure.interval
    shown = f"{numbers.text(low, '')} to {numbers.text(high, figure.unit)}"
    return {"low": numbers.plain(low), "high": numbers.plain(high), "text": shown}


def _is_arithmetic(formula: str, uses: Mapping[str, Quantity]) -> bool:
    """Whether a formula can be evaluated; what a simulation did is told in words."""
    names = _names(formula)
    return names is not None and names <= {*uses, *_FUNCTIONS}


@cache
def _names(formula: str) -> frozenset[str] | None:
    """The names in an expression; None for what is none."""
    try:
        parsed = ast.parse(formula, mode="eval")
    except SyntaxError:
        return None
    return frozenset(node.id for node in ast.walk(parsed) if isinstance(node, ast.Name))
