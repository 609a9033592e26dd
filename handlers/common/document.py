"""Reading foreign JSON (events, bodies, findings) without trusting its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast


class EventMalformedError(Exception):
    """An event does not have the shape its producer documents."""


def at(document: object, *path: str | int) -> object:
    """What stands at a path, or None where the path ends early."""
    found = document
    for step in path:
        if isinstance(step, str) and isinstance(found, Mapping):
            found = cast("Mapping[str, object]", found).get(step)
        elif isinstance(step, int) and isinstance(found, list) and step < len(cast("list[object]", found)):
            found = cast("list[object]", found)[step]
        else:
            return None
    return found


def text(document: object, *path: str | int) -> str | None:
    found = at(document, *path)
    return found if isinstance(found, str) and found else None


def entries(document: object, *path: str | int) -> Sequence[object]:
    found = at(document, *path)
    return cast("list[object]", found) if isinstance(found, list) else ()


def required(document: object, *path: str | int) -> str:
    found = text(document, *path)
    if found is None:
        raise EventMalformedError(f"the event has no text at {'.'.join(str(step) for step in path)}")
    return found


def texts(document: object, *path: str | int) -> dict[str, str]:
    """The entries of a mapping whose values are texts."""
    found = at(document, *path)
    if not isinstance(found, Mapping):
        return {}
    return {name: value for name, value in cast("Mapping[str, object]", found).items() if isinstance(value, str)}
