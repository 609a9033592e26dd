"""Alters the resources of an example, or of a recorded graph, in one place."""

import copy
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from policy.examples import Add, Alteration, Change, Declared, Drop, Link, Remove, Unlink, Unprotect

REMOVED = object()
STEP = re.compile(r"([^.\[\]]+)|\[(\d+|\*)\]")


def altered(declared: Sequence[Declared], alteration: Alteration) -> list[Declared]:
    """The resources after one alteration; KeyError if there is nothing to alter."""
    if isinstance(alteration, Add):
        return [*declared, alteration.declared]
    if alteration.on not in {one.name for one in declared}:
        raise KeyError(f"the example has no resource {alteration.on!r}")
    if isinstance(alteration, Drop):
        kept = [one for one in declared if one.name != alteration.on]
        return [replace(one, links=_without(one.links, alteration.on)) for one in kept]
    return [_changed(one, alteration) if one.name == alteration.on else one for one in declared]


def _changed(one: Declared, alteration: Change | Remove | Unlink | Link | Unprotect) -> Declared:
    if isinstance(alteration, Change):
        links = {key: to for key, to in one.links.items() if key != alteration.path}
        return replace(one, props=put(one.props, alteration.path, alteration.value), links=links)
    if isinstance(alteration, Remove):
        return replace(one, props=put(one.props, alteration.path, REMOVED))
    if isinstance(alteration, Unprotect):
        return replace(one, protect=False)
    if isinstance(alteration, Link):
        return replace(one, links={**one.links, alteration.path: list(alteration.to)})
    return replace(one, links={key: to for key, to in one.links.items() if key != alteration.path})


def _without(links: Any, name: str) -> dict[str, list[str]]:
    kept = {key: [to for to in targets if to != name] for key, targets in links.items()}
    return {key: targets for key, targets in kept.items() if targets}


def put(value: Any, path: str, new: Any) -> Any:
    """A copy of `value` with `new` at the path (REMOVED takes it away); KeyError where the way there ends."""
    outer, inside, inner = path.partition("::")
    steps: list[str | int] = [name or (-1 if at == "*" else int(at)) for name, at in STEP.findall(outer)]
    made = copy.deepcopy(value)
    if not _put(made, steps, new, inner if inside else None):
        raise KeyError(f"there is nothing at {path}")
    return made


def _put(value: Any, steps: list[str | int], new: Any, inner: str | None) -> bool:
    step, rest = steps[0], steps[1:]
    if step == -1:
        positions = range(len(cast(list[Any], value))) if isinstance(value, list) else ()
        return any(_put(value, [at, *rest], new, inner) for at in positions)
    sets = not rest and inner is None and new is not REMOVED
    if not _has(value, step) and not (sets and isinstance(value, dict)):
        return False
    if rest:
        return _put(value[step], rest, new, inner)
    if inner is not None:
        return _put_inside(value, step, inner, new)
    if sets:
        value[step] = new
    else:
        del value[step]
    return True


def _has(value: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(value, list) and step < len(cast(list[Any], value))
    return isinstance(value, dict) and step in value


def _put_inside(value: Any, step: str | int, inner: str, new: Any) -> bool:
    """Change a JSON text."""
    try:
        value[step] = json.dumps(put(json.loads(value[step]), inner, new))
    except (KeyError, ValueError, TypeError):
        return False
    return True
