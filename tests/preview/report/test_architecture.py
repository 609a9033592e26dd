"""The boxes and lines of the drawing."""

from typing import Any

import pytest

from preview.graph import Graph
from preview.report import architecture, resources
from tests.preview.promises.small import graph, node


@pytest.fixture(scope="module")
def drawn(prod: Graph) -> dict[str, Any]:
    return architecture.described(prod)


def titles(drawn: dict[str, Any]) -> dict[str, str]:
    return {box["id"]: box["title"] for box in drawn["boxes"]}


def joined(drawn: dict[str, Any]) -> set[tuple[str, str]]:
    names = titles(drawn)
    return {(names[line["from"]], names[line["to"]]) for line in drawn["lines"]}


def test_every_resource_is_in_one_box(prod: Graph, drawn: dict[str, Any]) -> None:
    placed = sorted(position for box in drawn["boxes"] for position in box["resources"])
    assert placed == list(range(len(resources.described(prod))))


def test_the_layers_lead_from_the_edge_over_the_regions_to_the_data(drawn: dict[str, Any]) -> None:
    assert [layer["title"] for layer in drawn["layers"]][:3] == ["Edge", "Regions", "Data"]


def test_lines_are_references_between_resources_of_different_boxes(prod: Graph, drawn: dict[str, Any]) -> None:
    declared = resources.declared(prod)
    box_of = {position: box["id"] for box in drawn["boxes"] for position in box["resources"]}
    for line in drawn["lines"]:
        assert line["from"] != line["to"]
        for start, end in line["references"]:
            assert (box_of[start], box_of[end]) == (line["from"], line["to"])
            assert declared[int(start)].property_dependencies


def test_the_site_leads_to_the_regions_and_they_to_the_data(drawn: dict[str, Any]) -> None:
    assert joined(drawn) >= {
        ("Distribution", "Load balancer"),
        ("Web fleet", "Database"),
        ("Database", "Relational global"),
        ("Database", "Network"),
    }


def test_what_all_stand_on_and_what_looks_at_all_are_known(drawn: dict[str, Any]) -> None:
    names = titles(drawn)
    assert [names[id_] for id_ in drawn["under_all"]] == ["Footing"]
    assert [names[id_] for id_ in drawn["over_all"]] == ["Watch"]


def test_a_box_is_known_by_what_it_is_for(drawn: dict[str, Any]) -> None:
    known = {box["title"]: box["known_by"][0].rpartition(":")[2] for box in drawn["boxes"] if box["known_by"]}
    assert (known["Database"], known["Network"], known["Global tables"]) == ("Cluster", "Vpc", "Table")


def test_the_region_that_writes_comes_first(drawn: dict[str, Any]) -> None:
    first, *others = drawn["regions"]
    assert (first["name"], first["city"], first["writes"]) == ("eu-west-2", "London", True)
    assert len(others) == 4
    assert not any(region["writes"] for region in others)


def test_resources_without_a_component_have_a_box() -> None:
    (box,) = architecture.described(graph(node("aws:s3/bucket:Bucket", "one")))["boxes"]
    assert (box["layer"], box["resources"], box["title"]) == ("other", [0], "Program")
