"""The whole program's graphs, made once for all tests."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from preview.__main__ import PROJECT_DIRECTORY
from preview.graph import Graph
from preview.recorder import record, stack_values

Change = Callable[[dict[str, Any]], None]
Built = Callable[[Change], Graph]


@pytest.fixture(scope="session")
def staging() -> Graph:
    """What the staging stack declares."""
    return record(PROJECT_DIRECTORY, "staging", stack_values(PROJECT_DIRECTORY, "staging"))


@pytest.fixture(scope="session")
def prod() -> Graph:
    """What the prod stack declares."""
    return record(PROJECT_DIRECTORY, "prod", stack_values(PROJECT_DIRECTORY, "prod"))


@pytest.fixture(scope="session", params=["staging", "prod"])
def graph(request: pytest.FixtureRequest) -> Graph:
    """Each of the two stacks in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def staging_with() -> Built:
    """Builds the staging stack with a changed configuration."""

    def build(change: Change) -> Graph:
        return record(PROJECT_DIRECTORY, "staging", changed(stack_values(PROJECT_DIRECTORY, "staging"), change))

    return build


def changed(values: dict[str, str], change: Change) -> dict[str, str]:
    """A configuration after a change to its parsed form (`config["regions"][0]["state"] = …`)."""
    prefix = "storefront:"
    config: dict[str, Any] = {
        key.removeprefix(prefix): text if key == f"{prefix}domain" else json.loads(text)
        for key, text in values.items()
        if key.startswith(prefix)
    }
    change(config)
    written = {f"{prefix}{k}": v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
    return {**{k: v for k, v in values.items() if not k.startswith(prefix)}, **written}
