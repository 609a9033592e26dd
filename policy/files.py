"""Reads what is declared beside the rules: typed lists, each entry about a rule, with a fault for whatever is wrong."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

Reason = Annotated[str, StringConstraints(min_length=20, strip_whitespace=True)]


class Entry(BaseModel):
    """One entry of such a list."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    rule: str
    reason: Reason


Declared = TypeVar("Declared", bound=Entry)


def read(file: Path, kind: type[Declared], rules: Iterable[str]) -> tuple[list[Declared], list[str]]:
    """A file's entries and its faults, each with its path in the file; no entries where one is not well-formed."""
    content: Any = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    adapter: TypeAdapter[list[Declared]] = TypeAdapter(list[kind])  # pyright: ignore[reportInvalidTypeForm] - a type at run time
    try:
        entries = adapter.validate_python(content)
    except ValidationError as error:
        return [], [f"{file.name}{_path(one['loc'])}: {one['msg']}" for one in error.errors()]
    known = set(rules)
    return entries, [
        f"{file.name}[{position}].rule: there is no rule {entry.rule!r}"
        for position, entry in enumerate(entries)
        if entry.rule not in known
    ]


def _path(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
