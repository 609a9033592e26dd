"""What a preview cannot decide and may leave open."""

from collections.abc import Iterable
from pathlib import Path

from policy import files

FILE = Path(__file__).with_name("undecided.yaml")


class Allowance(files.Entry):
    """One path of one type that a rule may leave open."""

    type: str
    path: str
    """As the preview prints it."""


def read(rules: Iterable[str], file: Path = FILE) -> tuple[list[Allowance], list[str]]:
    """The file's entries and its faults, each with its path in the file."""
    return files.read(file, Allowance, rules)
