"""One error of a configuration, and how the place of a value in it is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

NAMESPACE = "storefront"

Path = tuple[int | str, ...]

MISSING: Any = object()
"""What `value_at` gives where nothing is written."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error of a configuration: where, what was found, what is allowed."""

    path: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.path}: found {self.found}; allowed: {self.allowed}"


def problem(path: Path, found: str, allowed: str) -> Problem:
    """A problem at a path of the configuration's tree."""
    return Problem(written(path), found, allowed)


def written(path: Path) -> str:
    """`storefront:regions[1].cidr`."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return f"{NAMESPACE}:{''.join(steps).removeprefix('.')}"


def value_at(tree: Any, path: Iterable[int | str]) -> Any:
    """What stands at a path, or MISSING."""
    for step in path:
        if isinstance(tree, dict):
            tree = tree.get(step, MISSING)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):  # pyright: ignore[reportUnknownArgumentType]
            tree = tree[step]  # pyright: ignore[reportUnknownVariableType]
        else:
            return MISSING
    return tree  # pyright: ignore[reportUnknownVariableType]
