"""The graph as the models read it."""

import pytest

from preview.facts import fact
from preview.graph import UNKNOWN, Graph
from preview.promises.deployed import Deployed, UndeclaredError
from tests.preview.promises.small import graph, node

GROUP = node(
    "aws:lb/targetGroup:TargetGroup", "web", healthCheck={"interval": "10"}, sizes=[1, 2], on=True, later=UNKNOWN
)
DEPLOYED = Deployed(graph(GROUP, promises={"x": {"promised": 30, "accepted": None}}, load={"users": 5}))


def test_a_number_is_read_by_its_path_even_where_it_is_written_as_text() -> None:
    reading = DEPLOYED.number(GROUP, "healthCheck.interval", "s")
    assert (reading.value, reading.unit, reading.urn, reading.path) == (10, "s", GROUP.urn, "healthCheck.interval")
    assert DEPLOYED.number(GROUP, "sizes.1", "").value == 2
    assert DEPLOYED.number(GROUP, "on", "").value == 1


def test_the_default_of_aws_stands_in_where_nothing_is_set() -> None:
    reading = DEPLOYED.number(GROUP, "healthCheck.timeout", "s", fact("alb.timeout"))
    assert (reading.value, reading.default) == (5, fact("alb.timeout"))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("later", "later of web is known only after up"),
        ("missing", "missing of web is None, not a number"),
        ("healthCheck", "not a number"),
        ("sizes.7", "not a number"),
    ],
)
def test_what_cannot_be_read_is_said(path: str, says: str) -> None:
    with pytest.raises(UndeclaredError, match=says):
        DEPLOYED.number(GROUP, path, "s")


def test_what_the_stack_expects_is_read_from_its_outputs() -> None:
    assert DEPLOYED.expected("load.users", "users").value == 5
    assert DEPLOYED.promised("x") == {"promised": 30, "accepted": None}
    assert DEPLOYED.promised("y") is None
    with pytest.raises(UndeclaredError, match=r"load\.models"):
        DEPLOYED.expected("load.models", "models")


def test_one_resource_means_one() -> None:
    with pytest.raises(UndeclaredError, match="declares no aws:rds/proxy:Proxy in eu-west-2"):
        DEPLOYED.only("aws:rds/proxy:Proxy", region="eu-west-2")


def test_altering_leaves_the_original_alone() -> None:
    changed = DEPLOYED.altered(
        {(GROUP.urn, "healthCheck.interval"): 30, (GROUP.urn, "sizes.0"): 9, (GROUP.urn, "on"): None}
    )
    assert changed.of_type(GROUP.type)[0].inputs == {"healthCheck": {"interval": 30}, "sizes": [9, 2], "later": UNKNOWN}
    assert GROUP.inputs["healthCheck"] == {"interval": "10"}
    assert GROUP.inputs["sizes"] == [1, 2]


def test_a_region_that_is_lost_takes_its_records_with_it(prod: Graph) -> None:
    deployed = Deployed(prod)
    without = deployed.without_region("us-east-1")
    assert set(deployed.serving) - set(without.serving) == {"us-east-1"}
    assert without.of_type("aws:cloudfront/distribution:Distribution"), "the edge stands there too, and stays"
    assert not without.of_type("aws:rds/cluster:Cluster", region="us-east-1")


def test_relations_follow_the_graph(prod: Graph) -> None:
    deployed = Deployed(prod)
    proxy = deployed.of_type("aws:rds/proxyTarget:ProxyTarget", region="eu-west-2")[0]
    kinds = {found.type for found in deployed.references(proxy)}
    assert "aws:rds/cluster:Cluster" in kinds
    group = next(found for found in deployed.of_type("aws:autoscaling/group:Group") if found.name.endswith("web-group"))
    fleet = deployed.component(group, "storefront:region:WebFleet")
    assert fleet is not None
    assert group in deployed.inside(fleet, group.type)


def test_the_writer_is_found(prod: Graph) -> None:
    assert Deployed(prod).writer_region == "eu-west-2"
