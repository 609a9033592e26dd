"""Reads what stands behind the SDK's proxies, which are neither dict nor list and raise on an unknown value."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

UNKNOWN = UNKNOWN_STRING_VALUE
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def get(props: Any, path: str, default: Any = None) -> Any:
    """The value at a path such as `origins[0].originId`, or `default` where anything on the way is absent.

    Raises the SDK's UnknownValueError where the value, or anything on the way, is unknown.
    """
    value: Any = props
    for name, position in _STEP.findall(path):
        if name:
            if not isinstance(value, Mapping) or name not in value:
                return default
            value = cast(Mapping[str, Any], value)[name]
        else:
            if not is_list(value) or int(position) >= len(value):
                return default
            value = value[int(position)]
        if value is None:
            return default
    return value


def each(props: Any, path: str) -> Iterator[tuple[int, Any]]:
    """The elements of the list at a path with their positions; a single value counts as a list of one."""
    found = get(props, path)
    if found is None:
        return
    yield from enumerate(found if is_list(found) else [found])


def is_list(value: Any) -> bool:
    """Whether a value is a list, behind a proxy or not."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def plain(value: Any) -> Any:
    """The value without proxies: dict, list, text, number. Raises UnknownValueError where any part is unknown."""
    if isinstance(value, Mapping):
        return {key: plain(value[key]) for key in cast(Mapping[str, Any], value)}
    if is_list(value):
        return [plain(item) for item in value]
    return value


def first_unknown(value: Any) -> UnknownValueError | None:
    """The first unknown anywhere in a value, or None."""
    keys: Iterable[Any] = ()
    if isinstance(value, Mapping):
        keys = cast(Mapping[str, Any], value)
    elif is_list(value):
        keys = range(len(value))
    for key in keys:
        try:
            found = first_unknown(value[key])
        except UnknownValueError as unknown:
            return unknown
        if found:
            return found
    return None


def truth(value: Any) -> bool:
    """A truth value as AWS takes it: some properties of Pulumi's hold it as text."""
    return value.lower() == "true" if isinstance(value, str) else bool(value)
