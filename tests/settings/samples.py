"""A sound configuration, and what its loader says about changes to it."""

import json
from typing import Any

from settings import Settings
from settings.loading import load
from settings.problem import Problem

LONDON = {"name": "eu-west-2", "cidr": "10.0.0.0/16", "primary": True}
OHIO = {"name": "us-east-2", "cidr": "10.1.0.0/16"}
SOUND: dict[str, Any] = {
    "domain": "shop.example.com",
    "account": {"id": "123456789012"},
    "regions": [LONDON, OHIO],
}


def values(tree: dict[str, Any]) -> dict[str, str]:
    """A configuration as the engine passes it: full key → text, JSON where it is not text."""
    return {f"storefront:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in tree.items()}


def problems(**changed: Any) -> list[Problem]:
    """What is wrong with the sound configuration after some of its top-level keys were replaced."""
    return load(Settings, values({**SOUND, **changed}))[1]


def settings(**changed: Any) -> Settings:
    """The settings of the sound configuration after a change that leaves it sound."""
    loaded, found = load(Settings, values({**SOUND, **changed}))
    assert loaded is not None, f"a sound configuration was refused: {[str(problem) for problem in found]}"
    return loaded
