"""A stack with errors ends before anything is registered, with all of them in one message."""

import pulumi
import pytest

from preview.recorder import Recorder, run
from settings import Settings
from tests.settings.samples import SOUND, values


def test_all_errors_end_the_program_before_it_registers_anything() -> None:
    recorder = Recorder()
    config = values({**SOUND, "domain": "shop", "operations": {"budget_usd_per_month": 0}})

    with pytest.raises(pulumi.RunError) as ended:
        run(recorder, "storefront", "test", config, lambda: Settings.from_stack() and None)

    header, *lines = str(ended.value).splitlines()
    assert header == "the configuration of stack 'test' has 2 errors:", "the engine prints a RunError without traceback"
    assert [line.split(": found")[0].strip() for line in lines] == [
        "storefront:domain",
        "storefront:operations.budget_usd_per_month",
    ], "one line each, with its path"
    assert not recorder.nodes, "nothing was registered"


def test_another_project_is_refused() -> None:
    with pytest.raises(pulumi.RunError, match="allowed: 'storefront'"):
        run(Recorder(), "shopfront", "test", values(SOUND), lambda: Settings.from_stack() and None)


@pytest.mark.parametrize("stack", ["production-europe", "Prod", "a--b", "prod_eu"])
def test_a_stack_whose_name_no_resource_can_carry_is_refused(stack: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"stack is called '{stack}'; allowed: at most 14"):
        run(Recorder(), "storefront", stack, values(SOUND), lambda: Settings.from_stack() and None)


def test_a_sound_configuration_is_read_from_the_stack() -> None:
    read: list[Settings] = []
    run(Recorder(), "storefront", "test", values(SOUND), lambda: read.append(Settings.from_stack()))

    assert read[0].primary.name == "eu-west-2", "the values of the engine are the stack's"
