"""Claims about the whole graph of both stacks."""

import json
import re
from collections import Counter

from preview.graph import UNKNOWN, Graph, Node
from tests.limits import too_long
from tools.golden import golden_file, logical_names

LATENCY_NAMES = ("origin", "api")


def region_of(graph: Graph, node: Node) -> str | None:
    """The region whose Region component a node stands under."""
    by_urn = {n.urn: n for n in graph}
    while node.parent:
        node = by_urn[node.parent]
        if node.type == "storefront:region:Region":
            return node.name
    return None


def test_logical_names_are_the_committed_ones(graph: Graph) -> None:
    committed = golden_file(graph.stack).read_text(encoding="utf-8")
    assert logical_names(graph) == committed, "names changed: a rename replaces; give it an alias, then run make golden"


def test_every_resource_belongs_to_a_component(graph: Graph) -> None:
    loose = [n.urn for n in graph if n.custom and not n.parent and not n.type.startswith("pulumi:providers:")]
    assert loose == [], "a resource without a parent belongs to nobody"


def test_every_resource_has_an_explicit_place(graph: Graph) -> None:
    placeless = [n.urn for n in graph if n.custom and n.type.startswith("aws:") and not n.region]
    assert placeless == [], "no default provider: each resource says where it lives"


def test_what_stands_in_a_region_is_created_there(graph: Graph) -> None:
    strangers = [n.urn for n in graph if n.custom and region_of(graph, n) not in (None, n.region)]
    assert strangers == [], "a region's resources use the region's provider"


def test_no_resource_names_a_region_itself(graph: Graph) -> None:
    overriding = [n.urn for n in graph if n.custom and n.type.startswith("aws:") and "region" in n.inputs]
    assert overriding == [], "the provider decides the region, never the resource"


def test_children_are_named_after_their_parent(graph: Graph) -> None:
    by_urn = {n.urn: n for n in graph}
    odd = [
        n.urn
        for n in graph
        if n.parent
        and by_urn[n.parent].type.startswith("storefront:")
        and by_urn[n.parent].parent
        and not n.name.startswith(by_urn[n.parent].name)
    ]
    assert odd == [], "a child's name starts with its parent's"


def test_types_and_names_are_unique(graph: Graph) -> None:
    twice = [key for key, count in Counter((n.type, n.name) for n in graph).items() if count > 1]
    assert twice == [], "one name, one resource: reviews and logs stay unambiguous"


def test_names_say_nothing_that_changes(graph: Graph) -> None:
    always, of_databases = r"\b(primary|secondary|prod|staging|v\d+)\b", r"\b(writer|reader)\b"
    changing = [
        n.name
        for n in graph
        if re.search(always, n.name) or (n.type.startswith("aws:rds/cluster") and re.search(of_databases, n.name))
    ]
    assert changing == [], "a role, an environment or a version in a name replaces the resource when it moves"


def test_physical_names_fit_their_services(graph: Graph) -> None:
    assert [problem for node in graph for problem in too_long(node)] == []


def test_every_serving_region_is_stitched(graph: Graph) -> None:
    for region in (n.name for n in graph.of_type("storefront:region:Region")):
        records = [
            n.inputs
            for n in graph.of_type("aws:route53/record:Record")
            if n.inputs.get("setIdentifier") == region and n.inputs.get("latencyRoutingPolicies")
        ]
        assert {r["name"].split(".")[0] for r in records} == set(LATENCY_NAMES), f"{region} lacks a latency record"
        assert all(r.get("healthCheckId") for r in records), f"{region} answers without a health check"
        here = [n for n in graph if n.region == region]
        assert any(n.type == "aws:acm/certificateValidation:CertificateValidation" for n in here), region
        assert any(n.type == "aws:wafv2/webAclAssociation:WebAclAssociation" for n in here), region


def test_iam_documents_are_known_before_anything_exists(graph: Graph) -> None:
    types = {"aws:iam/rolePolicy:RolePolicy": "policy", "aws:iam/role:Role": "assumeRolePolicy"}
    blind = [n.urn for n in graph if n.type in types and n.inputs.get(types[n.type]) == UNKNOWN]
    assert blind == [], "a document with an unknown part cannot be judged in a pull request"


def test_no_secret_stands_in_clear(graph: Graph) -> None:
    text = json.dumps([n.inputs for n in graph.of_type("aws:secretsmanager/secretVersion:SecretVersion")])
    assert '"secretString": "[secret]"' in text or '"secretString"' not in text
