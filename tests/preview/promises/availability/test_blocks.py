"""Blocks in series and side by side."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.facts import UnknownFactError
from preview.promises.availability.blocks import Part, block, common_cause_share, level, redundant, series, shared_out
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, figure
from tests.preview.promises.small import graph

COUNTED = Deployed(graph()).count([], "parts")
percentages = st.floats(min_value=0, max_value=100, allow_nan=False)
shares = st.floats(min_value=0, max_value=1, allow_nan=False)


def given_value(value: float, name: str = "given") -> Figure:
    return figure(name, "%", Kind.ESTIMATE, f"{value!r}")


def part(value: float, name: str = "part") -> Part:
    return block(name, "value", value=given_value(value))


def beside(values: list[float], beta: float) -> float:
    parts = [part(value, f"part {index}") for index, value in enumerate(values)]
    return redundant("group", parts, given_value(beta, "beta"), COUNTED).available.value


def test_in_series_all_must_serve() -> None:
    assert series("both", [part(99.9), part(99.95)]).available.value == pytest.approx(100 * 0.999 * 0.9995)
    assert series("nothing", []).available.value == 100


def test_side_by_side_one_suffices_but_for_common_causes() -> None:
    assert beside([99, 98], 0) == pytest.approx(100 * (1 - 0.01 * 0.02))
    assert beside([99, 99], 0.1) == pytest.approx(100 - 0.1 * 1 - 0.9 * 0.9 / 100, abs=1e-4)
    assert beside([99, 90], 0.1) > beside([99, 89], 0.1)
    assert beside([99, 98], 1) == pytest.approx(99), "as good as the steadier one"
    assert beside([99], 0.1) == 99


def test_the_common_cause_share_is_the_tenth_that_aws_leaves_to_several_regions() -> None:
    assert common_cause_share().value == pytest.approx(0.1)
    assert common_cause_share().decides


def test_an_unknown_service_level_is_said() -> None:
    with pytest.raises(UnknownFactError, match=r"no row 'sla\.fax'"):
        level("sla.fax")


@given(st.lists(percentages, min_size=1, max_size=6))
def test_a_chain_is_no_better_than_its_weakest_link(values: list[float]) -> None:
    assert series("chain", [part(value) for value in values]).available.value <= min(values) + 1e-9


@given(st.lists(percentages, min_size=1, max_size=6), percentages, shares)
def test_one_more_to_stand_in_is_never_worse(values: list[float], more: float, beta: float) -> None:
    assert beside([*values, more], beta) >= beside(values, beta) - 1e-9


@given(st.lists(percentages, min_size=2, max_size=6), shares, shares)
def test_what_is_shared_more_helps_less(values: list[float], one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert beside(values, more) <= beside(values, less) + 1e-9


@given(st.lists(percentages, min_size=1, max_size=5), st.lists(percentages, min_size=2, max_size=5), shares)
def test_what_the_blocks_cost_adds_up(chain: list[float], group: list[float], beta: float) -> None:
    parts = [part(value, f"link {index}") for index, value in enumerate(chain)]
    beside_them = redundant(
        "group", [part(value, f"member {index}") for index, value in enumerate(group)], given_value(beta), COUNTED
    )
    whole = series("whole", [*parts, beside_them])
    assert math.fsum(shared_out(whole).values()) == pytest.approx(whole.lost, abs=1e-9)
