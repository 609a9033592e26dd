"""Typed reading of environment variables that reports everything wrong at once."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager


class EnvironmentInvalidError(Exception):
    """The process was started with a wrong environment; the message names every variable at fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("the environment is not usable: " + "; ".join(problems))
        self.problems: tuple[str, ...] = tuple(problems)


class Environment:
    """Answers typed values and remembers what was wrong until the reading is over."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values: Mapping[str, str] = values
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self._values.get(name, "").strip()
        if value:
            return value
        if default is None:
            self.problems.append(f"{name} is missing")
        return default or ""

    def number(self, name: str, default: int | None = None, *, least: int, most: int) -> int:
        given = self.text(name, None if default is None else str(default))
        if not given:
            return least
        try:
            value = int(given)
        except ValueError:
            self.problems.append(f"{name} is {given!r}; it must be a whole number from {least} to {most}")
            return least
        if not least <= value <= most:
            self.problems.append(f"{name} is {value}; it must be from {least} to {most}")
        return value


@contextmanager
def reading(values: Mapping[str, str] | None = None) -> Generator[Environment]:
    environment = Environment(os.environ if values is None else values)
    yield environment
    if environment.problems:
        raise EnvironmentInvalidError(environment.problems)
