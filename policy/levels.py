"""Levels: every rule is mandatory in every stack, but for what is lowered here with a reason."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pulumi_policy import EnforcementLevel

from policy import files

FILE = Path(__file__).with_name("levels.yaml")
EVERY = "all"
"""Stands for every rule: for a stack that holds nothing and nobody, as one on an emulator."""


class Lowered(files.Entry):
    """One rule that does not stop one stack."""

    stack: str
    level: Literal["advisory", "disabled"]


class Levels:
    """The levels of one stack."""

    def __init__(
        self, entries: Iterable[Lowered], rules: Iterable[str], stack: str, faults: Iterable[str] = ()
    ) -> None:
        self.rules = frozenset(rules)
        self.lowered = {entry.rule: entry for entry in entries if entry.stack == stack}
        self.faults = list(faults)
        self.given: dict[str, EnforcementLevel] = {}
        """What the engine configured, by policy."""

    def of(self, rule: str) -> EnforcementLevel:
        """The level that this file declares."""
        entry = self.lowered.get(rule) or self.lowered.get(EVERY)
        return EnforcementLevel(entry.level) if entry else EnforcementLevel.MANDATORY

    def lowered_from_outside(self) -> list[tuple[str, EnforcementLevel]]:
        """Rules that were given a lower level than this file declares, e.g. by `--policy-pack-config`."""
        given = [(rule, level) for rule, level in sorted(self.given.items()) if rule in self.rules]
        return [(rule, level) for rule, level in given if _rank(level) < _rank(self.of(rule))]


def read(rules: Iterable[str], file: Path = FILE) -> tuple[list[Lowered], list[str]]:
    """The file's entries and its faults, each with its path in the file."""
    return files.read(file, Lowered, {*rules, EVERY})


def _rank(level: EnforcementLevel) -> int:
    """Mandatory and remediating rules rank alike."""
    weaker = [EnforcementLevel.DISABLED, EnforcementLevel.ADVISORY]
    return weaker.index(level) if level in weaker else len(weaker)
