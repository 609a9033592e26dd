"""The real engine on an emulator: up, up again, a region more, a region less, destroy."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi import automation

from preview.__main__ import PROJECT_DIRECTORY
from preview.recorder import stack_values
from tools import emulator

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH of this machine"),
]

THIRD_REGION = {"name": "ap-southeast-2", "cidr": "10.96.0.0/16"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[automation.Stack]:
    """The local stack, its state in a folder of its own, on an emulator of its own."""
    folder = tmp_path_factory.mktemp("engine")
    endpoint, process_id = emulator.start(folder / "emulator.log")
    (folder / "state").mkdir()
    settings = {**emulator.environment(endpoint), "PULUMI_BACKEND_URL": Path(folder / "state").as_uri()}
    try:
        yield automation.create_or_select_stack(
            "local", work_dir=str(PROJECT_DIRECTORY), opts=automation.LocalWorkspaceOptions(env_vars=settings)
        )
    finally:
        emulator.stop(process_id)


def _set_regions(stack: automation.Stack, regions: list[dict[str, Any]]) -> None:
    stack.set_config("storefront:regions", automation.ConfigValue(json.dumps(regions)))


def _changes(result: automation.UpResult) -> dict[str, int]:
    return {kind: number for kind, number in (result.summary.resource_changes or {}).items() if kind != "same"}


def test_the_stack_comes_up_and_a_second_up_changes_nothing(stack: automation.Stack) -> None:
    assert stack.up().summary.result == "succeeded"
    assert _changes(stack.up()) == {}, "a second up must find nothing to change"


def test_a_region_comes_and_goes_without_touching_the_others(stack: automation.Stack) -> None:
    regions = json.loads(stack_values(PROJECT_DIRECTORY, "local")["storefront:regions"])
    _set_regions(stack, [*regions, THIRD_REGION])
    added = _changes(stack.up())
    assert set(added) <= {"create", "update"}, "a new region creates; nothing is replaced or deleted"
    for state in ("draining", "retired"):
        _set_regions(stack, [*regions, {**THIRD_REGION, "state": state}])
        assert "replace" not in _changes(stack.up())
    _set_regions(stack, regions)
    assert "replace" not in _changes(stack.up())


def test_destroy_leaves_nothing(stack: automation.Stack) -> None:
    stack.destroy()
    left = dict(stack.export_stack().deployment or {})
    assert left.get("resources", []) == []
