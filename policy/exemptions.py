"""Exemptions: one rule, one resource, a reason, an owner and the day when it ends. Nothing else is an exemption."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

FILE = Path(__file__).with_name("exemptions.yaml")

Words = Annotated[str, StringConstraints(min_length=20, strip_whitespace=True)]
Urn = Annotated[str, StringConstraints(pattern=r"^urn:pulumi:[^*?\s]+::[^*?\s]+::[^*?\s]+::[^*?\s]+$")]
"""One resource: a wildcard would exempt what nobody has looked at."""


class Exemption(BaseModel):
    """Why one rule need not hold for one resource, for a while."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    rule: str
    urn: Urn
    reason: Words
    owner: Annotated[str, Field(min_length=3)]
    expires: date
    """The last day on which it counts."""

    @property
    def stack(self) -> str:
        """The stack that the resource belongs to."""
        return self.urn.split("::")[0].rpartition(":")[2]


class Exemptions:
    """Those of one stack on one day, and which of them took effect."""

    def __init__(self, entries: Iterable[Exemption], stack: str, today: date, faults: Iterable[str] = ()) -> None:
        own = [entry for entry in entries if entry.stack == stack]
        self.expired = [entry for entry in own if entry.expires < today]
        self.valid = [entry for entry in own if entry.expires >= today]
        self.faults = list(faults)
        self._used: set[Exemption] = set()

    def exempts(self, rule: str, urn: str) -> bool:
        """Whether a complaint is exempted today; remembers that it was."""
        found = [entry for entry in self.valid if (entry.rule, entry.urn) == (rule, urn)]
        self._used.update(found)
        return bool(found)

    @property
    def used(self) -> list[Exemption]:
        """Those that took effect, in the order of the file."""
        return [entry for entry in self.valid if entry in self._used]

    @property
    def unused(self) -> list[Exemption]:
        """Those that exempted nothing so far."""
        return [entry for entry in self.valid if entry not in self._used]


def read(rules: Iterable[str], file: Path = FILE) -> tuple[list[Exemption], list[str]]:
    """The file's exemptions and its faults, each with its path in the file."""
    content: Any = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    try:
        entries = TypeAdapter(list[Exemption]).validate_python(content)
    except ValidationError as error:
        return [], [f"{file.name}{_path(one['loc'])}: {one['msg']}" for one in error.errors()]
    known = set(rules)
    return entries, [
        f"{file.name}[{position}].rule: there is no rule {entry.rule!r}"
        for position, entry in enumerate(entries)
        if entry.rule not in known
    ]


def valid_for(stack: str, rules: Iterable[str], today: date | None = None) -> list[Exemption]:
    """The exemptions of a stack that count today."""
    entries, _ = read(rules)
    return Exemptions(entries, stack, today or datetime.now(UTC).date()).valid


def _path(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
