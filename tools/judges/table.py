"""The committed table of findings that stand although the pack does not complain, each with its reason."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path

from tools.judges.findings import Finding

TABLE = Path(__file__).resolve().parents[2] / "policy" / "judged.csv"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One explanation. An empty field narrows nothing; `name` and `says` may hold `*`."""

    judge: str
    check: str
    stack: str
    type: str
    name: str
    says: str
    reason: str
    rule: str
    """The rule of ours that decides the same question otherwise; empty where there is none."""

    def explains(self, finding: Finding, stack: str) -> bool:
        """Whether the row speaks of a finding in a stack."""
        return (
            (self.judge, self.check) == (finding.judge, finding.check)
            and self.stack in {"", stack}
            and self.type in {"", finding.type}
            and fnmatchcase(finding.name, self.name or "*")
            and fnmatchcase(finding.says, self.says or "*")
        )

    def __str__(self) -> str:
        narrowed = " ".join(part for part in (self.stack, self.type, self.name, self.says) if part)
        return f"{self.judge} {self.check}" + (f" ({narrowed})" if narrowed else "")


def read(path: Path = TABLE) -> list[Row]:
    """The rows of the table; ValueError for a line of another form."""
    expected = [field.name for field in fields(Row)]
    with path.open(encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file)
    if head != expected:
        raise ValueError(f"{path.name} has the columns {','.join(head)}; expected are {','.join(expected)}")
    return [_row(expected, line) for line in lines if line]


def _row(columns: Sequence[str], line: Sequence[str]) -> Row:
    if len(line) != len(columns):
        raise ValueError(f"a line of the table has {len(line)} fields instead of {len(columns)}: {','.join(line)[:80]}")
    return Row(**dict(zip(columns, line, strict=True)))


def first(rows: Iterable[Row], finding: Finding, stack: str) -> Row | None:
    """The row that explains a finding, if any."""
    return next((row for row in rows if row.explains(finding, stack)), None)
