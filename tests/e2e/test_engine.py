"""The real engine on an emulator: up, up again, a region more, a region less, destroy."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi import automation
from pulumi.automation import EngineEvent, OpType

from preview.__main__ import PROJECT_DIRECTORY
from preview.recorder import stack_values
from tools import artifacts, emulator
from tools.workspace import workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH of this machine"),
]

THIRD = "ap-southeast-2"
ENDS = {OpType.DELETE, OpType.DELETE_REPLACED, OpType.REPLACE, OpType.CREATE_REPLACEMENT}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[automation.Stack]:
    """The local stack, in a folder and with a state of its own, on an emulator of its own."""
    folder = tmp_path_factory.mktemp("engine")
    artifacts.built()
    endpoint, process_id = emulator.start(folder / "emulator.log")
    (folder / "state").mkdir()
    settings = {**emulator.environment(endpoint), "PULUMI_BACKEND_URL": Path(folder / "state").as_uri()}
    try:
        yield automation.create_or_select_stack(
            "local",
            work_dir=str(workspace(folder / "project", "local")),
            opts=automation.LocalWorkspaceOptions(env_vars=settings),
        )
    finally:
        emulator.stop(process_id)


def _regions(*more: dict[str, Any]) -> str:
    own = json.loads(stack_values(PROJECT_DIRECTORY, "local")["storefront:regions"])
    return json.dumps([*own, *more])


def _third(state: str = "active") -> dict[str, Any]:
    return {"name": THIRD, "cidr": "10.202.0.0/16", "state": state}


def _up(stack: automation.Stack, regions: str | None = None) -> list[EngineEvent]:
    """Deploys, with other regions where they are given; every step that the engine took."""
    steps: list[EngineEvent] = []
    if regions is not None:
        stack.set_config("storefront:regions", automation.ConfigValue(regions))
    result = stack.up(on_event=lambda event: steps.append(event) if event.resource_pre_event else None)
    assert result.summary.result == "succeeded"
    return steps


def _changed(steps: list[EngineEvent]) -> list[str]:
    """What was not left as it is."""
    taken = [step.resource_pre_event.metadata for step in steps if step.resource_pre_event]
    return [f"{step.op.value} {step.urn} {step.diffs or ''}" for step in taken if step.op != OpType.SAME]


def _ended_elsewhere(steps: list[EngineEvent]) -> list[str]:
    """What was replaced or deleted and does not belong to the third region, by its name or by its provider."""
    taken = [step.resource_pre_event.metadata for step in steps if step.resource_pre_event]
    return [step.urn for step in taken if step.op in ENDS and THIRD not in step.urn and THIRD not in step.provider]


def _standing(stack: automation.Stack) -> list[dict[str, Any]]:
    return list(dict(stack.export_stack().deployment or {}).get("resources") or [])


def test_the_stack_comes_up_and_a_second_up_changes_nothing(stack: automation.Stack) -> None:
    _up(stack)
    assert _changed(_up(stack)) == [], "a second up must find nothing to change"


def test_a_third_region_comes_without_touching_the_others(stack: automation.Stack) -> None:
    steps = _up(stack, _regions(_third()))
    assert _ended_elsewhere(steps) == [], "a region more replaces and deletes nothing"
    assert any(THIRD in line for line in _changed(steps)), "it is there"


def test_it_drains_and_retires_without_touching_the_others(stack: automation.Stack) -> None:
    for state in ("draining", "retired"):
        assert _ended_elsewhere(_up(stack, _regions(_third(state)))) == [], f"a {state} region ends alone"


def test_it_goes_and_leaves_the_two_as_they_were(stack: automation.Stack) -> None:
    assert _ended_elsewhere(_up(stack, _regions())) == [], "a region less replaces and deletes nothing else"
    assert not [one["urn"] for one in _standing(stack) if THIRD in one["urn"]], "nothing of it is left"
    assert _changed(_up(stack)) == [], "a further up must find nothing to change"


def test_destroy_leaves_nothing(stack: automation.Stack) -> None:
    stack.destroy()
    assert _standing(stack) == []
