"""Levels: every rule is mandatory in every stack, but for what is lowered here with a reason."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pulumi_policy import EnforcementLevel
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

FILE = Path(__file__).with_name("levels.yaml")
EVERY = "all"
"""Stands for every rule: for a stack that holds nothing and nobody, as one on an emulator."""


class Lowered(BaseModel):
    """One rule that does not stop one stack."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    stack: str
    rule: str
    level: Literal["advisory", "disabled"]
    reason: Annotated[str, StringConstraints(min_length=20, strip_whitespace=True)]


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
    content: Any = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    try:
        entries = TypeAdapter(list[Lowered]).validate_python(content)
    except ValidationError as error:
        return [], [f"{file.name}{list(one['loc'])}: {one['msg']}" for one in error.errors()]
    known = {*rules, EVERY}
    return entries, [
        f"{file.name}[{position}].rule: there is no rule {entry.rule!r}"
        for position, entry in enumerate(entries)
        if entry.rule not in known
    ]


def _rank(level: EnforcementLevel) -> int:
    order = [
        EnforcementLevel.DISABLED,
        EnforcementLevel.ADVISORY,
        EnforcementLevel.MANDATORY,
        EnforcementLevel.REMEDIATE,
    ]
    return min(order.index(level), order.index(EnforcementLevel.MANDATORY))
