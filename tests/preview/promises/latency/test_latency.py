"""Round trips to the edge and to the region: what they are, what worsens them, what graphs may lack."""

import numpy as np
import pytest

from preview.facts import fact
from preview.graph import Graph
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Table, WorldMap
from preview.promises.latency.model import MODEL, NETWORK
from preview.promises.promise import Verdict, judged
from preview.promises.sensitivity import effects
from preview.promises.users.access import connections
from preview.promises.users.cities import cities, known_regions
from preview.promises.users.edge_locations import (
    DISTRIBUTION,
    PRICE_CLASSES,
    edge,
    edge_locations,
    edge_round_trip_ms,
    nearest_location,
    version,
)
from preview.promises.users.ways import ways
from preview.promises.users.weighted import mean, percentile, share_below
from tests.preview.promises.small import graph, node

MUMBAI = next(city for city in cities() if city.name == "Mumbai")


def _stack(*regions: str, **distribution: object) -> Deployed:
    """Load balancers in these regions, behind a distribution where its settings are given."""
    balancers = [node("aws:lb/loadBalancer:LoadBalancer", f"{region}-public", region=region) for region in regions]
    front = [node(DISTRIBUTION, "site", region="us-east-1", **distribution)] if distribution else []
    return Deployed(graph(*balancers, *front))


def _slowest(stack: Deployed) -> float:
    return MODEL.reached(stack)[NETWORK.id].value


def _also(stack: Deployed) -> dict[str, float]:
    (finding,) = MODEL.findings(stack)
    return {figure.name: figure.value for figure in finding.also}


def _table(stack: Deployed, name: str) -> Table:
    (finding,) = MODEL.findings(stack)
    return next(each for each in finding.exhibits if isinstance(each, Table) and each.id == name)


# --- the edge ---------------------------------------------------------------------------------------------------------


def test_each_price_class_holds_the_cheaper_one() -> None:
    sizes = [set(edge_locations(price_class)) for price_class in PRICE_CLASSES]
    assert sizes[0] < sizes[1] < sizes[2]


def test_the_cheapest_class_leaves_out_india_and_the_next_one_australia() -> None:
    assert nearest_location(MUMBAI, "PriceClass_200").city == "Mumbai"
    assert nearest_location(MUMBAI, "PriceClass_100").city == "Tel Aviv"
    assert "Sydney" in {location.city for location in edge_locations("PriceClass_All")}
    assert "Sydney" not in {location.city for location in edge_locations("PriceClass_200")}


def test_mainland_chinas_own_cloudfront_is_in_no_class() -> None:
    assert not {"Beijing", "Shanghai"} & {location.city for location in edge_locations("PriceClass_All")}


def test_a_distribution_that_is_switched_off_is_no_edge() -> None:
    assert edge(_stack("eu-west-2", enabled=False)) is None
    found = edge(_stack("eu-west-2", enabled=True))
    assert found is not None
    assert found.price_class == "PriceClass_All"


def test_several_distributions_or_an_unknown_class_are_undeclared() -> None:
    two = graph(node(DISTRIBUTION, "one", enabled=True), node(DISTRIBUTION, "two", enabled=True))
    with pytest.raises(UndeclaredError, match="2 distributions"):
        edge(Deployed(two))
    with pytest.raises(UndeclaredError, match="PriceClass_Gold"):
        edge(_stack("eu-west-2", priceClass="PriceClass_Gold"))


@pytest.mark.parametrize(
    ("text", "expected"), [("http2and3", 3), ("http1.1", 1.1), ("TLSv1.3_2025", 1.3), ("TLSv1_2016", 1), (2.0, 2)]
)
def test_versions_are_read_from_text(text: object, expected: float) -> None:
    assert version(text) == expected


# --- the promise ------------------------------------------------------------------------------------------------------


def test_prod_keeps_it_to_the_edge_and_not_to_the_region(prod: Graph) -> None:
    (finding,) = MODEL.findings(Deployed(prod))
    assert judged(Deployed(prod), finding).verdict is Verdict.KEPT
    shares = _also(Deployed(prod))
    assert shares["users under 100 ms to the edge"] > 99
    assert 60 < shares["users under 100 ms to the region"] < 95
    assert shares["round trip to the region"] > 100


def test_the_slowest_users_are_on_mobile_networks_where_edges_are_far(prod: Graph) -> None:
    found = ways(Deployed(prod))
    assert found.to_edge is not None
    last_miles = [fact("access.mobile_last_mile").value] * 60 + [fact("access.fixed_last_mile").value] * 40
    by_hand = np.add.outer(found.to_edge.ms, last_miles).ravel()
    weights = np.repeat(found.weights, 100)
    assert _slowest(Deployed(prod)) == pytest.approx(percentile(by_hand, weights, 95), abs=0.2)


def test_the_cheapest_price_class_breaks_it(prod: Graph) -> None:
    deployed = Deployed(prod)
    cheaper = deployed.altered({(deployed.only(DISTRIBUTION).urn, "priceClass"): "PriceClass_100"})
    (finding,) = MODEL.findings(cheaper)
    assert judged(cheaper, finding).verdict is Verdict.BROKEN


def test_without_a_distribution_the_connection_ends_in_the_region(staging: Graph) -> None:
    deployed = Deployed(staging)
    stack = deployed.altered({(deployed.only(DISTRIBUTION).urn, "enabled"): False})
    assert MODEL.reached(stack)[NETWORK.id].name == "round trip to the region"
    assert "users under 100 ms to the edge" not in _also(stack)


def test_more_edge_locations_and_more_regions_never_slow_anybody_down() -> None:
    slowest = [_slowest(_stack("eu-west-2", priceClass=each)) for each in PRICE_CLASSES]
    assert slowest == sorted(slowest, reverse=True)
    assert _slowest(_stack("eu-west-2", "us-east-1")) <= _slowest(_stack("eu-west-2"))


def test_the_price_class_is_what_moves_it_most(prod: Graph) -> None:
    (most, *_) = effects(Deployed(prod), MODEL)[NETWORK.id]
    assert most.path == "priceClass"
    assert most.after > most.before


def test_nobody_to_serve_is_undeclared() -> None:
    everywhere = sorted({city.country for city in cities()})
    balancer = node("aws:lb/loadBalancer:LoadBalancer", "public")
    with pytest.raises(UndeclaredError, match="no users"):
        MODEL.reached(Deployed(graph(balancer, load={"countries_left_out": everywhere})))


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_every_other_region_is_tried_and_the_best_comes_first(prod: Graph) -> None:
    rows = _table(Deployed(prod), "network-candidates").rows
    gains = [float(row[2] or 0) for row in rows]
    assert {row[0] for row in rows} == known_regions().keys() - set(Deployed(prod).serving)
    assert gains == sorted(gains, reverse=True)
    assert min(gains) >= 0


def test_the_gain_of_a_region_is_what_adding_it_gives() -> None:
    name = "users under 100 ms to the region, without the last mile"
    one = _stack("eu-west-2", priceClass="PriceClass_All")
    region, share, gain, *_ = _table(one, "network-candidates").rows[0]
    assert share == pytest.approx(_also(_stack("eu-west-2", str(region), priceClass="PriceClass_All"))[name])
    assert gain == pytest.approx(float(share or 0) - _also(one)[name])


def test_tables_add_up_to_all_users(prod: Graph) -> None:
    for name in ("network-countries", "network-regions"):
        assert sum(float(row[1] or 0) for row in _table(Deployed(prod), name).rows) == pytest.approx(100)


def test_the_map_shows_users_edges_and_regions(prod: Graph) -> None:
    (finding,) = MODEL.findings(Deployed(prod))
    world = next(each for each in finding.exhibits if isinstance(each, WorldMap))
    found = {layer.name: len(layer.places) for layer in world.layers}
    assert found["Regions"] == 5
    assert found["Edge locations"] == len(edge_locations("PriceClass_All"))
    assert found["Users, to their edge"] == found["Users, to their region"] > 200


# --- against measurements that it was not fitted to -------------------------------------------------------------------


def test_half_of_the_users_are_about_as_near_as_facebook_measured(prod: Graph) -> None:
    found = ways(Deployed(prod))
    assert found.to_edge is not None
    typical = connections(found.users, found.to_edge.ms)
    median = percentile(typical.round_trip_s * 1000, typical.weights, 50)
    assert median / fact("heldout.edge_rtt_median").value == pytest.approx(0.85, abs=0.01)


# --- weighted statistics ----------------------------------------------------------------------------------------------


def test_weighted_percentiles_count_weight_not_values() -> None:
    values, weights = np.asarray([30.0, 10.0, 20.0]), np.asarray([1.0, 8.0, 1.0])
    assert percentile(values, weights, 80) == 10
    assert percentile(values, weights, 81) == 20
    assert percentile(values, weights, 100) == 30
    assert share_below(values, weights, 20) == 80
    assert mean(values, weights) == pytest.approx(13)


def test_a_city_at_its_edge_location_is_not_at_zero() -> None:
    assert edge_round_trip_ms(MUMBAI, "PriceClass_All") == pytest.approx(5.2)
