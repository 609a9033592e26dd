"""What every model must hold, whatever it is about."""

import pytest

from preview.graph import Graph
from preview.promises.deployed import Deployed
from preview.promises.judging import MODELS, judge
from preview.promises.promise import Model
from settings.promises import Promises

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.promises[0].id)


def test_every_pledge_of_the_configuration_has_one_model() -> None:
    judged = [promise.id for model in MODELS for promise in model.promises]
    assert sorted(judged) == sorted(Promises.model_fields)


@each_model
def test_the_quick_figures_are_those_of_the_report(graph: Graph, model: Model) -> None:
    deployed = Deployed(graph)
    quick = model.reached(deployed)
    for finding in model.findings(deployed):
        assert finding.reached is not None, finding.why
        assert quick[finding.promise.id].value == pytest.approx(finding.reached.value)


@each_model
def test_a_model_repeats_exactly(prod: Graph, model: Model) -> None:
    assert model.reached(Deployed(prod)) == model.reached(Deployed(prod))


@each_model
def test_a_verdict_rests_on_settings_and_on_nothing_at_second_hand(graph: Graph, model: Model) -> None:
    for promise, figure in model.reached(Deployed(graph)).items():
        weak = [fact.id for fact in figure.facts() if not fact.decides]
        assert not weak, f"{promise} is decided by {weak}"
        settings = [reading for reading in figure.readings() if not reading.path.startswith("service_levels")]
        assert settings, f"{promise} rests on no setting of the graph"


@each_model
def test_names_in_the_report_are_unique(prod: Graph, model: Model) -> None:
    names = [exhibit.id for finding in model.findings(Deployed(prod)) for exhibit in finding.exhibits]
    assert len(names) == len(set(names))


def test_a_finding_that_falls_short_of_what_aws_supports_says_why(graph: Graph) -> None:
    for judgement in judge(Deployed(graph)):
        if judgement.finding.achievable is not None:
            assert len(judgement.finding.why) > 40, judgement.finding.promise.id


def test_both_stacks_keep_their_promises(graph: Graph) -> None:
    broken = [judgement.finding.promise.id for judgement in judge(Deployed(graph)) if judgement.failed]
    assert not broken
