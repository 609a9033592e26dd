"""Compares two graphs of one stack as the engine would: what is added, changed, replaced and deleted."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, cast

from preview.graph import UNKNOWN, Graph, Node

FOLDER = Path(__file__).resolve().parent
EVERYWHERE = "global"
"""Stands for the region of what has none."""


class Kind(StrEnum):
    """What happens to a resource."""

    ADDED = "added"
    CHANGED = "changed"
    REPLACED = "replaced"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What happens to one resource."""

    kind: Kind
    node: Node
    """As it becomes; as it was, where it is deleted."""

    properties: tuple[str, ...] = ()
    """The properties that differ; of a replaced resource those that force it."""

    holds: str = ""
    """What a stateful resource holds; empty for what can be made again."""

    @property
    def region(self) -> str:
        """Region of the resource."""
        return self.node.region or EVERYWHERE

    @property
    def loses_state(self) -> bool:
        """Whether something that cannot be made again goes."""
        return bool(self.holds) and self.kind in (Kind.REPLACED, Kind.DELETED)


def compared(before: Graph, after: Graph) -> list[Change]:
    """Every change, sorted by region, kind and name; components are no resources and are left out."""
    old, new = _resources(before), _resources(after)
    was = _matched(old, new)
    replaced = _replaced(was, new)
    kept = {node.urn for node in was.values()}
    changes = [_change(Kind.ADDED, node) for urn, node in new.items() if urn not in was]
    changes += [_change(Kind.DELETED, node) for urn, node in old.items() if urn not in kept]
    changes += [_change(Kind.REPLACED, new[urn], properties) for urn, properties in replaced.items()]
    changes += [
        _change(Kind.CHANGED, new[urn], properties)
        for urn, node in was.items()
        if urn not in replaced and (properties := _differing(node, new[urn]))
    ]
    return sorted(changes, key=lambda change: (change.region, change.kind, change.node.urn))


def known_types() -> frozenset[str]:
    """The types that AWS's provider was asked about."""
    return frozenset(_forcing_by_type())


def stateful() -> Mapping[str, str]:
    """The types that hold what cannot be made again, and what that is."""
    return {row["type"]: row["holds"] for row in _rows("stateful")}


def _change(kind: Kind, node: Node, properties: tuple[str, ...] = ()) -> Change:
    return Change(kind=kind, node=node, properties=properties, holds=stateful().get(node.type, ""))


def _resources(graph: Graph) -> dict[str, Node]:
    return {node.urn: node for node in graph if node.custom and not node.type.startswith("pulumi:")}


def _matched(old: Mapping[str, Node], new: Mapping[str, Node]) -> dict[str, Node]:
    """New URN → the resource that it was, under the same URN or one of its aliases."""
    matched: dict[str, Node] = {}
    for urn, node in new.items():
        for candidate in (urn, *_former(node)):
            if candidate in old:
                matched[urn] = old[candidate]
                break
    return matched


def _former(node: Node) -> Iterable[str]:
    """The URNs that a resource's aliases stand for: a whole URN, a former parent's, or a former name."""
    head, _, name = node.urn.rpartition("::")
    for alias in node.aliases:
        if not alias.startswith("urn:"):
            yield f"{head}::{alias}"
        elif alias.split("::")[2].rpartition("$")[2] == node.type:
            yield alias
        else:
            stack, project, above, _ = alias.split("::")
            yield f"{stack}::{project}::{above}${node.type}::{name}"


def _replaced(was: Mapping[str, Node], new: Mapping[str, Node]) -> dict[str, tuple[str, ...]]:
    """What must be made anew: for a property of its own, or because it is tied to something that is."""
    replaced: dict[str, tuple[str, ...]] = {}
    for urn, node in was.items():
        forced = [key for key in _differing(node, new[urn]) if key in _forcing(node.type)]
        if node.provider != new[urn].provider and node.region != new[urn].region:
            forced.append("provider")
        if forced:
            replaced[urn] = tuple(forced)
    waiting = list(replaced)
    while waiting:
        gone = waiting.pop()
        for urn in was.keys() - replaced.keys():
            node = new[urn]
            tied = tuple(
                key
                for key, sources in node.property_dependencies.items()
                if gone in sources and key in _forcing(node.type) and _holds_unknown(node.inputs.get(key))
            )
            if tied and not set(tied) & set(node.ignore_changes):
                replaced[urn] = tied
                waiting.append(urn)
    return replaced


def _differing(before: Node, after: Node) -> tuple[str, ...]:
    """The properties whose values differ, but for those that the resource ignores."""
    keys = before.inputs.keys() | after.inputs.keys()
    ignored = {path.partition(".")[0].partition("[")[0] for path in after.ignore_changes}
    return tuple(sorted(key for key in keys - ignored if before.inputs.get(key) != after.inputs.get(key)))


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_unknown(item) for item in cast(dict[str, Any], value).values())
    if isinstance(value, list):
        return any(_holds_unknown(item) for item in cast(list[Any], value))
    return isinstance(value, str) and UNKNOWN in value


def _forcing(type_: str) -> frozenset[str]:
    return _forcing_by_type().get(type_, frozenset())


@cache
def _forcing_by_type() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in _rows("replaced"):
        found.setdefault(row["type"], set()).add(row["property"])
    return {type_: frozenset(properties) for type_, properties in found.items()}


@cache
def _rows(table: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))
