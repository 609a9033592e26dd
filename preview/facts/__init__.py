"""Figures that somebody else published or measured, each with its source, date and quality.

Nothing here is computed. README.md says what each table holds and how good it is. A row whose quality is in
`UNDECIDING` may be shown, marked, but decides no verdict.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
UNDECIDING = frozenset({"recalled", "secondary", "unverified"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One published or measured figure."""

    id: str
    """Name of the row, `r53.fraction`; unique over all tables."""

    statement: str
    value: float
    unit: str
    source: str
    as_of: str
    quality: str

    @property
    def decides(self) -> bool:
        """Whether a verdict may rest on it."""
        return self.quality not in UNDECIDING


class UnknownFactError(LookupError):
    """A model asks for a figure that no table holds."""


def fact(identifier: str) -> Fact:
    """A constant of AWS or of the trade, by its id in `facts.csv`; UnknownFactError names what is alike."""
    found = _constants().get(identifier)
    if found is None:
        topic = identifier.partition(".")[0]
        alike = ", ".join(sorted(key for key in _constants() if key.startswith(f"{topic}."))) or "no row of that topic"
        raise UnknownFactError(f"facts.csv has no row {identifier!r}; it has {alike}")
    return found


def rows(table: str) -> tuple[dict[str, str], ...]:
    """Every row of a table, `rows("cities")`, as text."""
    return _table(table)


@cache
def _table(table: str) -> tuple[dict[str, str], ...]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


@cache
def _constants() -> dict[str, Fact]:
    return {found.id: found for found in _read_constants()}


def _read_constants() -> Iterator[Fact]:
    for row in _table("facts"):
        yield Fact(
            id=row["id"],
            statement=row["statement"],
            value=float(row["value"]),
            unit=row["unit"],
            source=row["source"],
            as_of=row["as_of"],
            quality=row["quality"],
        )
