"""Which migrations there are and which of them a database still lacks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handlers.schema.statements import split

MIGRATIONS = Path(__file__).parent / "migrations"
_NAME = re.compile(r"(?P<number>\d{4})_[a-z0-9_]+\.sql")


class MigrationsInvalidError(Exception):
    """The files of this release cannot be applied to any database, or not to this one."""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    digest: str
    statements: tuple[str, ...]


def migrations(folder: Path = MIGRATIONS) -> tuple[Migration, ...]:
    return ordered((file.name, file.read_text()) for file in folder.glob("*.sql"))


def ordered(files: Iterable[tuple[str, str]]) -> tuple[Migration, ...]:
    """The migrations in the order of their numbers, which must run 1, 2, 3, … without a gap."""
    found: list[Migration] = []
    for name, script in sorted(files):
        named = _NAME.fullmatch(name)
        if named is None:
            raise MigrationsInvalidError(f"{name} is not named like 0001_what_it_does.sql")
        statements = tuple(split(script))
        if not statements:
            raise MigrationsInvalidError(f"{name} holds no statement")
        found.append(Migration(int(named["number"]), name, hashlib.sha256(script.encode()).hexdigest(), statements))
    for expected, migration in enumerate(found, start=1):
        if migration.version != expected:
            raise MigrationsInvalidError(f"{migration.name} has a number out of turn; {expected:04} was expected")
    return tuple(found)


def lacking(known: Sequence[Migration], applied: Mapping[int, str]) -> list[Migration]:
    """What is still to be applied. A file changed after it was applied is refused: the change would never arrive."""
    for migration in known:
        if applied.get(migration.version, migration.digest) != migration.digest:
            raise MigrationsInvalidError(
                f"{migration.name} was changed after it was applied; put the change into a new migration"
            )
    return [migration for migration in known if migration.version not in applied]
