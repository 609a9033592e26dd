"""Exemptions: one rule, one resource, a reason, an owner and the day when it ends. Nothing else is an exemption."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from policy import files

FILE = Path(__file__).with_name("exemptions.yaml")

Urn = Annotated[str, StringConstraints(pattern=r"^urn:pulumi:[^*?\s]+::[^*?\s]+::[^*?\s]+::[^*?\s]+$")]
"""One resource: a wildcard would exempt what nobody has looked at."""


class Exemption(files.Entry):
    """Why one rule need not hold for one resource, for a while."""

    urn: Urn
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
    return files.read(file, Exemption, rules)


def valid_for(stack: str, rules: Iterable[str], today: date | None = None) -> list[Exemption]:
    """The exemptions of a stack that count today."""
    entries, _ = read(rules)
    return Exemptions(entries, stack, today or datetime.now(UTC).date()).valid
