"""What a change of the configuration does to everything else: regions come, drain, go, and the writer moves."""

import json
from ipaddress import IPv4Network
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preview.__main__ import PROJECT_DIRECTORY
from preview.graph import Graph, Node
from preview.recorder import record, stack_values
from settings.geography import aws_regions
from tests.conftest import Built, changed
from tests.limits import too_long

NEWCOMER = {"name": "ap-southeast-1", "cidr": "10.200.0.0/16"}
FITTING = [name for name, region in aws_regions().items() if not region.lacking and len(region.zone_letters) >= 3]

# Properties whose change makes AWS replace the resource, for the types that the platform gives a name or a place.
IDENTITY = (
    "availabilityZone",
    "bucket",
    "cidrBlock",
    "clusterIdentifier",
    "engine",
    "globalClusterIdentifier",
    "hashKey",
    "identifier",
    "kmsKeyId",
    "name",
    "namePrefix",
    "primaryKeyArn",
    "rangeKey",
    "requestInterval",
    "setIdentifier",
    "vpcId",
)
STATEFUL = {
    "aws:dynamodb/table:Table",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:rds/cluster:Cluster",
    "aws:rds/globalCluster:GlobalCluster",
    "aws:s3/bucket:Bucket",
    "aws:backup/vault:Vault",
}

MADE_AGAIN = ("-artifacts-bucket", "-exports-bucket")
"""Buckets whose content follows from what is protected: builds of this repository, exports of the tables."""


def by_urn(graph: Graph) -> dict[str, Node]:
    return {node.urn: node for node in graph}


def replaced(before: Graph, after: Graph) -> list[str]:
    """What stands in both graphs with another place or another identity."""
    old, new = by_urn(before), by_urn(after)
    return [
        f"{urn}: {key}"
        for urn in old.keys() & new.keys()
        for key in ("parent", "provider", *IDENTITY)
        if _identity(old[urn], key) != _identity(new[urn], key) and key not in new[urn].ignore_changes
    ]


def gone(before: Graph, after: Graph) -> set[str]:
    return set(by_urn(before)) - set(by_urn(after))


def concerns(graph: Graph, urn: str, region: str) -> bool:
    """Whether a resource belongs to a region: it stands there, under its component, or carries its name."""
    node = by_urn(graph)[urn]
    return node.region == region or region in urn.rsplit("::", 1)[-1]


def _identity(node: Node, key: str) -> Any:
    return getattr(node, key) if key in ("parent", "provider") else node.inputs.get(key)


def test_a_new_region_only_creates(staging: Graph, staging_with: Built) -> None:
    after = staging_with(lambda config: config["regions"].append(NEWCOMER))
    assert gone(staging, after) == set(), "a region more deletes nothing"
    assert replaced(staging, after) == [], "a region more replaces nothing"


def test_the_position_of_a_new_region_does_not_matter(staging: Graph, staging_with: Built) -> None:
    after = staging_with(lambda config: config["regions"].insert(0, NEWCOMER))
    assert gone(staging, after) == set()
    assert replaced(staging, after) == []


def test_moving_the_writer_replaces_and_deletes_nothing(staging: Graph, staging_with: Built) -> None:
    def move(config: dict[str, Any]) -> None:
        was = next(r for r in config["regions"] if r.get("primary"))
        becomes = next(r for r in config["regions"] if not r.get("primary"))
        del was["primary"]
        becomes["primary"] = True

    after = staging_with(move)
    assert gone(staging, after) == set(), "the old writer's instances become readers and stay"
    assert replaced(staging, after) == []


def test_a_draining_region_leaves_dns_and_keeps_everything(staging_with: Built) -> None:
    before = staging_with(lambda config: config["regions"].append(NEWCOMER))
    after = staging_with(lambda config: config["regions"].append({**NEWCOMER, "state": "draining"}))
    left = {by_urn(before)[urn].type for urn in gone(before, after)}
    assert left == {"aws:route53/record:Record"}, "draining takes the region out of DNS and nothing else"
    assert replaced(before, after) == []


def test_a_retired_region_keeps_its_buckets_and_keys(staging_with: Built) -> None:
    before = staging_with(lambda config: config["regions"].append({**NEWCOMER, "state": "draining"}))
    after = staging_with(lambda config: config["regions"].append({**NEWCOMER, "state": "retired"}))
    region = str(NEWCOMER["name"])
    lost = gone(before, after)
    assert all(concerns(before, urn, region) for urn in lost), "only the retired region loses anything"
    kept = {n.type for n in after if n.region == region}
    assert {"aws:s3/bucket:Bucket", "aws:kms/replicaKey:ReplicaKey"} <= kept
    assert "aws:autoscaling/group:Group" not in kept
    assert replaced(before, after) == []


def test_a_region_that_goes_takes_only_its_own(staging: Graph, staging_with: Built) -> None:
    before = staging_with(lambda config: config["regions"].append({**NEWCOMER, "state": "retired"}))
    lost = gone(before, staging)
    assert all(concerns(before, urn, str(NEWCOMER["name"])) for urn in lost)
    assert replaced(before, staging) == []


def test_a_fourth_zone_only_creates(staging_with: Built) -> None:
    name = "us-east-1"
    entry = {"name": name, "cidr": "10.201.0.0/16"}
    before = staging_with(lambda config: config["regions"].append({**entry, "network": {"zones": 3}}))
    after = staging_with(lambda config: config["regions"].append({**entry, "network": {"zones": 4}}))
    assert gone(before, after) == set(), "the addresses of a fourth zone are reserved"
    assert replaced(before, after) == []


def test_what_holds_state_in_prod_is_protected(prod: Graph) -> None:
    open_to_deletion = [n.urn for n in prod if n.type in STATEFUL and not n.protect and not n.name.endswith(MADE_AGAIN)]
    assert open_to_deletion == [], "Pulumi refuses to delete state until the configuration says otherwise"


@st.composite
def region_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Valid lists of one to eight regions in any mixture of states."""
    names = draw(st.lists(st.sampled_from(FITTING), min_size=1, max_size=8, unique=True))
    primary = draw(st.integers(0, len(names) - 1))
    states = draw(st.lists(st.sampled_from(["active", "draining", "retired"]), min_size=8, max_size=8))
    blocks = list(IPv4Network("10.0.0.0/8").subnets(new_prefix=16))
    return [
        {
            "name": name,
            "cidr": str(blocks[index]),
            "state": "active" if index in (0, primary) else states[index],
            **({"primary": True} if index == primary else {}),
        }
        for index, name in enumerate(names)
    ]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(regions=region_lists())
def test_every_valid_configuration_is_stitched_placed_and_named(regions: list[dict[str, Any]]) -> None:
    def use(config: dict[str, Any]) -> None:
        config["regions"] = regions
        config.setdefault("data", {})["home"] = regions[0]["name"]

    graph = record(PROJECT_DIRECTORY, "staging", changed(stack_values(PROJECT_DIRECTORY, "staging"), use))
    records = graph.of_type("aws:route53/record:Record")
    for region in regions:
        stitched = [r for r in records if r.inputs.get("setIdentifier") == region["name"]]
        if region["state"] != "active":
            assert stitched == [], "only an active region is in DNS"
            continue
        assert len(stitched) >= 2, "an active region answers for the origin and for the API"
        assert all(r.inputs.get("healthCheckId") for r in stitched)
        here = {n.type for n in graph if n.region == region["name"]}
        assert "aws:acm/certificateValidation:CertificateValidation" in here
        assert "aws:wafv2/webAclAssociation:WebAclAssociation" in here
    placeless = [n.urn for n in graph if n.custom and n.type.startswith("aws:") and not n.region]
    assert placeless == []
    assert [problem for node in graph for problem in too_long(node)] == []
    assert json.dumps(graph.described()), "every graph can be written"
