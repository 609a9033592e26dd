"""The names that lead to the nearest healthy region."""

import pytest

from preview.graph import Graph, Node
from settings.edge import DnsSettings, EdgeSettings, FailoverSettings
from tests.components.edge.parts import DOMAIN, LONDON, RECORD, SYDNEY, TOKYO, ZONE, draining, edge, named

GERMANS_IN_LONDON = EdgeSettings(dns=DnsSettings(residency={"DE": "eu-west-2"}))
TARGETS = {"origin": "lb.eu-west-2.elb.amazonaws.com", "api": "d-abc.execute-api.eu-west-2.amazonaws.com"}


def latency(graph: Graph) -> list[Node]:
    return [record for record in graph.of_type(RECORD) if record.inputs.get("latencyRoutingPolicies")]


@pytest.mark.parametrize("label", ["origin", "api"])
def test_a_serving_region_answers_by_latency_under_its_check(label: str) -> None:
    graph = edge()
    record = named(graph, f"edge-{label}-eu-west-2")
    assert record.inputs["latencyRoutingPolicies"] == [{"region": "eu-west-2"}]
    assert (record.inputs["setIdentifier"], record.inputs["zoneId"]) == ("eu-west-2", ZONE)
    assert record.inputs["records"] == [TARGETS[label]]
    part = "pages" if label == "origin" else "api"
    assert named(graph, f"edge-health-eu-west-2-{part}").urn in record.property_dependencies["healthCheckId"]


def test_no_regional_record_is_an_alias() -> None:
    records = [named(edge(), f"edge-origin-{role}") for role in ("eu-west-2", "everywhere")]
    assert all("aliases" not in record.inputs for record in records), "an alias to a load balancer lasts 60 s"
    assert all(record.inputs["ttl"] == 10 for record in records)


def test_the_ttl_is_the_one_that_the_budget_counts() -> None:
    quicker = EdgeSettings(failover=FailoverSettings(record_ttl_seconds=5))
    assert {record.inputs["ttl"] for record in latency(edge(settings=quicker))} == {5}


def test_the_stable_name_leads_to_the_nearest_region() -> None:
    record = named(edge(), "edge-api-everywhere")
    assert (record.inputs["name"], record.inputs["records"]) == (f"api.{DOMAIN}", [f"api.nearest.{DOMAIN}"])
    assert record.inputs["geolocationRoutingPolicies"] == [{"country": "*"}]
    assert {r.inputs["name"] for r in latency(edge())} == {f"origin.nearest.{DOMAIN}", f"api.nearest.{DOMAIN}"}


def test_a_draining_region_is_out_of_dns() -> None:
    answering = {record.inputs["setIdentifier"] for record in latency(edge(LONDON, draining(TOKYO)))}
    assert answering == {"eu-west-2"}


def test_residents_reach_their_region_even_while_it_is_down() -> None:
    record = named(edge(settings=GERMANS_IN_LONDON), "edge-origin-de")
    assert record.inputs["geolocationRoutingPolicies"] == [{"country": "DE"}]
    assert record.inputs["records"] == [TARGETS["origin"]]
    assert "healthCheckId" not in record.inputs, "an outage does not suspend the law"


def test_switching_residency_on_only_adds() -> None:
    before, after = ({node.urn: node.inputs for node in graph} for graph in (edge(), edge(settings=GERMANS_IN_LONDON)))
    assert all(after[urn] == inputs for urn, inputs in before.items()), "a name that moves would be gone for its TTL"
    assert sorted(urn.rsplit("::")[-1] for urn in after.keys() - before.keys()) == ["edge-api-de", "edge-origin-de"]


def test_a_new_region_only_adds_records() -> None:
    before, after = ({record.name: record.inputs for record in graph.of_type(RECORD)} for graph in (
        edge(LONDON, TOKYO), edge(LONDON, SYDNEY, TOKYO),
    ))  # fmt: skip
    assert all(after[name] == inputs for name, inputs in before.items())
    assert sorted(after.keys() - before.keys()) == ["edge-api-ap-southeast-2", "edge-origin-ap-southeast-2"]
