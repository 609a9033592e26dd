"""How fast tables answer: where their replicas are, and what agreement between regions costs."""

from typing import Any

import pytest

from preview.facts import fact
from preview.graph import Graph
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.latency.catalogue import CATALOGUE, MODEL, TABLE, spreads
from preview.promises.promise import Verdict, judged
from preview.promises.sensitivity import effects
from preview.promises.users.cities import between_regions_ms
from tests.preview.promises import small
from tests.preview.promises.small import node

DESIGN = fact("ddb.latency").value


def _stack(*serving: str, holds: str, **inputs: Any) -> Deployed:
    """Regions that serve, and one table that a region holds."""
    balancers = [node("aws:lb/loadBalancer:LoadBalancer", f"{region}-public", region=region) for region in serving]
    return Deployed(small.graph(*balancers, node(TABLE, "carts", region=holds, name="carts", **inputs)))


def _answer(stack: Deployed) -> float:
    return MODEL.reached(stack)[CATALOGUE.id].value


def _replicas(*regions: str, **more: str) -> list[dict[str, str]]:
    return [{"regionName": region, **more} for region in regions]


def test_tables_answer_within_the_design_figure_where_each_region_has_them(graph: Graph) -> None:
    (finding,) = MODEL.findings(Deployed(graph))
    assert finding.reached is not None
    assert finding.reached.value == DESIGN
    assert judged(Deployed(graph), finding).verdict is Verdict.KEPT


def test_a_serving_region_without_a_replica_pays_the_way_to_the_nearest_and_breaks_it(prod: Graph) -> None:
    deployed = Deployed(prod)
    kept = {
        (table.urn, "replicas"): [each for each in table.inputs["replicas"] if each["regionName"] != "ap-south-1"]
        for table in deployed.of_type(TABLE)
    }
    lacking = deployed.altered(kept)
    others = set(deployed.serving) - {"ap-south-1"}
    nearest = min(between_regions_ms("ap-south-1", other) for other in others)
    (finding,) = MODEL.findings(lacking)
    assert _answer(lacking) == pytest.approx(DESIGN + nearest)
    assert judged(lacking, finding).verdict is Verdict.BROKEN


def test_only_regions_that_serve_need_replicas() -> None:
    assert _answer(_stack("eu-west-2", holds="eu-west-2", replicas=_replicas("us-east-1"))) == DESIGN


def test_the_worst_table_counts() -> None:
    stack = _stack("eu-west-2", holds="eu-west-2")
    far = node(TABLE, "sessions", region="us-east-1", name="sessions")
    both = Deployed(small.graph(*stack.graph.nodes, far))
    assert _answer(both) == pytest.approx(DESIGN + between_regions_ms("eu-west-2", "us-east-1"))


def test_strong_consistency_waits_for_the_nearest_other_region() -> None:
    strong = _replicas("us-east-2", "us-west-2", consistencyMode="STRONG")
    agreed = _answer(_stack("us-east-1", holds="us-east-1", replicas=strong))
    assert agreed == pytest.approx(DESIGN + between_regions_ms("us-east-1", "us-east-2"))
    eventual = _replicas("us-east-2", "us-west-2", consistencyMode="EVENTUAL")
    assert _answer(_stack("us-east-1", holds="us-east-1", replicas=eventual)) == DESIGN


def test_a_witness_answers_nobody_but_agrees() -> None:
    stack = _stack(
        "us-east-1",
        "us-east-2",
        holds="us-east-1",
        replicas=_replicas("us-west-2", consistencyMode="STRONG"),
        globalTableWitness={"regionName": "us-east-2"},
    )
    (table,) = spreads(stack)
    assert table.replicas == ("us-east-1", "us-west-2")
    assert table.agreement_ms("us-east-1") == between_regions_ms("us-east-1", "us-east-2")
    assert table.way_ms("us-east-2") == between_regions_ms("us-east-2", "us-east-1")


def test_regional_tables_of_one_name_are_each_regions_own() -> None:
    stack = _stack("eu-west-2", "us-east-2", holds="eu-west-2")
    other = node(TABLE, "carts-us", region="us-east-2", name="carts")
    assert _answer(Deployed(small.graph(*stack.graph.nodes, other))) == DESIGN


def test_an_accelerator_shows_only_where_every_serving_region_has_one() -> None:
    stack = _stack("eu-west-2", "us-east-2", holds="eu-west-2", replicas=_replicas("us-east-2"))
    clusters = [node("aws:dax/cluster:Cluster", region, region=region) for region in ("eu-west-2", "us-east-2")]

    def accelerated(*some: Any) -> list[str]:
        (finding,) = MODEL.findings(Deployed(small.graph(*stack.graph.nodes, *some)))
        return [figure.name for figure in finding.also if "DAX" in figure.name]

    assert accelerated(*clusters)
    assert not accelerated(clusters[0])


def test_fewer_replicas_are_what_moves_it_most(prod: Graph) -> None:
    (most, *_) = effects(Deployed(prod), MODEL)[CATALOGUE.id]
    assert most.path == "replicas"
    assert most.becomes < most.was
    assert most.after > most.before


def test_a_visitor_waits_for_the_network_on_top(prod: Graph) -> None:
    (finding,) = MODEL.findings(Deployed(prod))
    cached, asked = (figure.value for figure in finding.also)
    assert cached < 100 < asked


def test_no_table_is_undeclared() -> None:
    with pytest.raises(UndeclaredError, match="no DynamoDB table"):
        MODEL.reached(Deployed(small.graph(node("aws:lb/loadBalancer:LoadBalancer", "public"))))
