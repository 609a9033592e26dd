"""A figure is what its formula gives, and knows all that it rests on."""

from dataclasses import replace

import pytest

from preview.facts import UnknownFactError, fact
from preview.promises.figure import Kind, Reading, figure, simulated

INTERVAL = Reading(value=10, unit="s", urn="urn:check", path="requestInterval")
THRESHOLD = Reading(value=2, unit="checks", urn="urn:check", path="failureThreshold")


def test_its_value_is_what_the_formula_gives() -> None:
    wait = figure("wait", "s", Kind.BOUND, "interval * max(threshold, 1)", interval=INTERVAL, threshold=THRESHOLD)
    assert wait.value == 20
    assert wait.formula == "interval * max(threshold, 1)"


def test_a_formula_cannot_name_what_it_was_not_given() -> None:
    with pytest.raises(NameError):
        figure("wait", "s", Kind.BOUND, "interval * threshold", interval=INTERVAL)


def test_it_knows_the_settings_and_facts_of_its_parts() -> None:
    flipped = figure("flipped", "", Kind.BOUND, "1 - healthy", healthy=fact("r53.fraction"))
    wait = figure("wait", "s", Kind.BOUND, "flipped * interval + interval", flipped=flipped, interval=INTERVAL)
    assert list(wait.readings()) == [INTERVAL], "each once"
    assert [found.id for found in wait.facts()] == ["r53.fraction"]


def test_a_default_of_aws_counts_as_a_fact() -> None:
    taken = replace(INTERVAL, default=fact("alb.interval"))
    wait = figure("wait", "s", Kind.BOUND, "interval", interval=taken)
    assert [found.id for found in wait.facts()] == ["alb.interval"]


def test_what_is_known_from_memory_alone_decides_nothing() -> None:
    sure = figure("interval", "s", Kind.BOUND, "fast", fast=fact("r53.interval_fast"))
    recalled = figure("delay", "s", Kind.BOUND, "delay + sure", delay=fact("alb.dereg"), sure=sure)
    assert sure.decides
    assert not recalled.decides


def test_a_simulated_figure_says_how() -> None:
    share = simulated("unserved", "%", Kind.ESTIMATE, 1.5, "seconds 0 to 900, one step each", every=INTERVAL)
    assert (share.value, share.formula) == (1.5, "seconds 0 to 900, one step each")
    assert list(share.readings()) == [INTERVAL]


def test_an_unknown_fact_names_what_is_alike() -> None:
    with pytest.raises(UnknownFactError, match=r"no row 'r53\.intervals'; it has .*r53\.interval_fast"):
        fact("r53.intervals")
