"""Which types take tags, which tags everything carries, and where they come from."""

import json
from pathlib import Path
from typing import Any

from policy.subject import Subject
from policy.values import get

REQUIRED = ("project", "environment", "owner", "cost-centre", "data-classification")

TAGGABLE = tuple((Path(__file__).parent / "taggable.txt").read_text(encoding="utf-8").split())
"""Every type of pulumi-aws that declares `tags` and `tagsAll`: what a provider's default tags reach."""


def default_tags(subject: Subject) -> dict[str, Any]:
    """The tags that its provider gives to everything."""
    given: Any = subject.provider.get("defaultTags")
    if isinstance(given, str):  # a provider's inputs travel as JSON
        given = json.loads(given)
    return _stated(get(given, "tags"))


def own_tags(subject: Subject) -> dict[str, Any]:
    """The tags that it states itself."""
    return _stated(get(subject.props, "tags"))


def _stated(tags: Any) -> dict[str, Any]:
    return {str(key): tags[key] for key in tags} if tags else {}


def missing(tags: dict[str, Any]) -> list[str]:
    """The required tags that are not there, or empty."""
    return [key for key in REQUIRED if not str(tags.get(key) or "").strip()]
