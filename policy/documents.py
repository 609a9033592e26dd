"""IAM documents: JSON text or a map, one statement or many, an action as text or list, in any letter case."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from policy.values import is_list, plain

ANYONE = frozenset({"*"})
NARROWING = (
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:principalaccount", "aws:principalorgid",
    "aws:principalarn", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "kms:calleraccount",
)  # fmt: skip
"""Condition keys that keep strangers out of a statement that names everybody."""

EQUALITY = ("stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike")
"""Operators that ask for a value and fail when the key is absent; negations and those ending in IfExists do not."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; actions and condition operators and keys in lower case, everything as a tuple."""

    sid: str
    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[tuple[str, str], ...]
    """(kind, value), e.g. `("Service", "s3.amazonaws.com")`; `("*", "*")` for everybody."""

    not_principals: tuple[tuple[str, str], ...]
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(operator, key, values), e.g. `("stringequals", "aws:sourceaccount", ("123456789012",))`."""

    def condition(self, key: str, *operators: str) -> tuple[str, ...]:
        """The values of a condition key, under some operators or any, in lower case."""
        wanted = key.lower()
        return tuple(
            value
            for operator, name, values in self.conditions
            if name == wanted and (not operators or operator in operators)
            for value in values
        )

    @property
    def names_anyone(self) -> bool:
        """Whether its principal is everybody; a principal left out by exception counts."""
        return bool(self.not_principals) or any(value == "*" for _, value in self.principals)

    @property
    def open_to_strangers(self) -> bool:
        """Whether it allows everybody something without a condition on who or where they are."""
        if not (self.allows and self.names_anyone):
            return False
        return not any(
            key in NARROWING
            and operator.removeprefix("foranyvalue:") in EQUALITY
            and values
            and all(_names_owner(key, value) for value in values)
            for operator, key, values in self.conditions
        )

    def covers(self, action: str) -> bool:
        """Whether it speaks of an action such as `s3:GetObject`."""
        wanted = action.lower()
        if self.not_actions:
            return not any(matches(pattern, wanted) for pattern in self.not_actions)
        return any(matches(pattern, wanted) for pattern in self.actions)


def document(*listed: Mapping[str, Any]) -> str:
    """A document of some statements, as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": listed})


def statements(document: Any) -> tuple[Statement, ...]:
    """The statements of a document, which may be text, a map, or absent. ValueError for what is no document."""
    if document is None:
        return ()
    text = document if isinstance(document, str) else json.dumps(plain(document), sort_keys=True)
    return _parsed(text)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> tuple[Statement, ...]:
    content: Any = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("an IAM document is a JSON object")
    found: Any = _lowered(cast(dict[str, Any], content)).get("statement", [])
    return tuple(_statement(one) for one in cast(list[Any], found if isinstance(found, list) else [found]))


def _statement(content: Any) -> Statement:
    one = _lowered(content)
    conditions: dict[str, dict[str, Any]] = one.get("condition") or {}
    return Statement(
        sid=str(one.get("sid", "")),
        allows=str(one.get("effect", "")).lower() == "allow",
        actions=tuple(action.lower() for action in _texts(one.get("action"))),
        not_actions=tuple(action.lower() for action in _texts(one.get("notaction"))),
        resources=_texts(one.get("resource")),
        not_resources=_texts(one.get("notresource")),
        principals=_principals(one.get("principal")),
        not_principals=_principals(one.get("notprincipal")),
        conditions=tuple(
            (str(operator).lower(), str(key).lower(), _texts(values))
            for operator, keys in conditions.items()
            for key, values in keys.items()
        ),
    )


def _principals(value: Any) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if isinstance(value, Mapping):
        named = cast(Mapping[str, Any], value)
        return tuple((str(kind), text) for kind, values in named.items() for text in _texts(values))
    return (("*", str(value)),)


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(item) for item in value) if is_list(value) else (_text(value),)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _lowered(content: Any) -> dict[str, Any]:
    """Keys of a statement in lower case: IAM takes them in any."""
    return {str(key).lower(): value for key, value in content.items()}


def _names_owner(key: str, value: str) -> bool:
    """Whether a value of a narrowing key keeps strangers out: values are alternatives, and a wildcard is anybody's."""
    if not key.endswith("arn"):
        return not set(value) & {"*", "?"}
    parts = value.split(":", 5)
    if len(parts) < 6:
        return False
    account, named = parts[4], parts[5]
    return not set(account) & {"*", "?"} if account else bool(named.strip("*?:/"))


@lru_cache(maxsize=65536)
def matches(pattern: str, text: str) -> bool:
    """Whether a pattern with IAM's wildcards `*` and `?` covers a text, in any letter case."""
    return _regex(pattern.lower()).fullmatch(text.lower()) is not None


@lru_cache(maxsize=8192)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern), re.DOTALL)
