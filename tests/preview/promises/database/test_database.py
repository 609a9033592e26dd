"""What a failed zone and a failed region mean to the database, and to each journey."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.facts import fact, rows
from preview.graph import UNKNOWN, Graph, Node
from preview.promises.database.model import MODEL, fails_over
from preview.promises.database.replication import CLUSTER, INSTANCE, loss_bound, parameter, stores, writers
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Cell, Table
from preview.promises.figure import Figure, Kind
from preview.promises.judging import judge
from preview.promises.promise import Finding, Verdict
from preview.promises.sensitivity import effects
from tests.preview.promises.failover.regional import linked
from tests.preview.promises.small import graph, node

PROMISED = {"database_failover_seconds": {"promised": 60}, "database_loss_seconds": {"promised": 0}}
PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget"
TABLE = "aws:dynamodb/table:Table"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"


def verdicts(deployed: Deployed) -> dict[str, Verdict]:
    return {judgement.finding.promise.id: judgement.verdict for judgement in judge(deployed, [MODEL])}


def finding(deployed: Deployed, promise: str) -> Finding:
    return next(found for found in MODEL.findings(deployed) if found.promise.id == promise)


def also(deployed: Deployed, name: str) -> Figure:
    return next(figure for found in MODEL.findings(deployed) for figure in found.also if figure.name == name)


def journey(deployed: Deployed, name: str) -> dict[str, Cell]:
    """The journey's row, by the titles of the columns."""
    exhibits = finding(deployed, "database_failover_seconds").exhibits
    table = next(each for each in exhibits if each.id == "database-journeys")
    assert isinstance(table, Table)
    (row,) = [row for row in table.rows if row[0] == name]
    return dict(zip((column.title for column in table.columns), row, strict=True))


def cluster_of(*zones: str | None, proxied: bool = True, **inputs: Any) -> list[Node]:
    """A writing cluster with an instance in each zone."""
    cluster = node(CLUSTER, "orders", masterUsername="admin", **inputs)
    members = [
        linked(node(INSTANCE, f"orders-{at}", availabilityZone=zone, promotionTier=at), clusterIdentifier=[cluster])
        for at, zone in enumerate(zones)
    ]
    proxy = linked(node(PROXY_TARGET, "proxy"), dbClusterIdentifier=[cluster])
    return [cluster, *members, *([proxy] if proxied else [])]


def stack(*nodes: Node) -> Deployed:
    return Deployed(graph(*nodes, promises=PROMISED))


# --- a zone -----------------------------------------------------------------------------------------------------------


def test_both_stacks_keep_what_aws_says_is_typical(graph: Graph) -> None:
    deployed = Deployed(graph)
    reached = MODEL.reached(deployed)
    assert reached["database_failover_seconds"].value == fact("aurora.failover").value == 60
    assert reached["database_loss_seconds"].value == 0
    assert set(verdicts(deployed).values()) == {Verdict.KEPT}


def test_typical_is_no_bound_and_the_report_says_so(prod: Graph) -> None:
    deployed = Deployed(prod)
    assert MODEL.reached(deployed)["database_failover_seconds"].kind is Kind.ESTIMATE
    assert "typically takes less than 60 s" in finding(deployed, "database_failover_seconds").why


def test_without_a_proxy_clients_also_wait_for_dns(prod: Graph) -> None:
    deployed = Deployed(prod)
    direct = deployed.without(each.urn for each in deployed.of_type(PROXY_TARGET))
    assert MODEL.reached(direct)["database_failover_seconds"].value == 60 + 5
    assert verdicts(direct)["database_failover_seconds"] is Verdict.BROKEN


@pytest.mark.parametrize("zones", [("a",), ("a", "a", "a"), ()], ids=["one instance", "one zone", "no instance"])
def test_without_an_instance_in_a_second_zone_nothing_takes_over(zones: tuple[str, ...]) -> None:
    deployed = stack(*cluster_of(*zones))
    assert MODEL.reached(deployed)["database_failover_seconds"].value == math.inf
    assert verdicts(deployed)["database_failover_seconds"] is Verdict.BROKEN
    assert "no instance stands in a second zone" in finding(deployed, "database_failover_seconds").why


def test_an_instance_moved_into_the_writers_zone_is_noticed(staging: Graph) -> None:
    deployed = Deployed(staging)
    members = [each for each in deployed.of_type(INSTANCE) if each.region == deployed.writer_region]
    together = deployed.altered({(each.urn, "availabilityZone"): "eu-west-2a" for each in members})
    assert verdicts(together)["database_failover_seconds"] is Verdict.BROKEN


def test_the_slowest_of_several_writers_decides() -> None:
    alone = [node(CLUSTER, "stock", masterUsername="admin")]
    assert MODEL.reached(stack(*cluster_of("a", "b"), *alone))["database_failover_seconds"].value == math.inf


def test_commits_that_do_not_wait_for_the_storage_lose_some(prod: Graph) -> None:
    deployed = Deployed(prod)
    (writer,) = writers(deployed)
    (group,) = deployed.references(writer, "dbClusterParameterGroupName")
    hasty = deployed.altered({(group.urn, "parameters"): [{"name": "synchronous_commit", "value": "off"}]})
    assert MODEL.reached(hasty)["database_loss_seconds"].value == pytest.approx(3 * 0.2)
    assert verdicts(hasty)["database_loss_seconds"] is Verdict.BROKEN
    safe = deployed.altered({(group.urn, "parameters"): [{"name": "synchronous_commit", "value": "on"}]})
    assert MODEL.reached(safe)["database_loss_seconds"].value == 0


@given(zones=st.lists(st.sampled_from("abc"), min_size=1, max_size=6), another=st.sampled_from("abc"))
def test_one_more_instance_never_makes_it_slower(zones: list[str], another: str) -> None:
    def seconds(zones: list[str]) -> float:
        deployed = stack(*cluster_of(*zones))
        return fails_over(deployed, deployed.only(CLUSTER)).value

    assert seconds([*zones, another]) <= seconds(zones)


def test_the_number_of_instances_moves_it(staging: Graph) -> None:
    ranked = effects(Deployed(staging), MODEL)["database_failover_seconds"]
    assert ranked[0].path == f"number of {INSTANCE}"
    assert (ranked[0].becomes, ranked[0].after) == (1, math.inf)


@pytest.mark.parametrize("zone", [None, UNKNOWN])
def test_a_zone_that_aws_chooses_is_said(zone: str | None) -> None:
    with pytest.raises(UndeclaredError, match="orders-0 names no zone"):
        MODEL.reached(stack(*cluster_of(zone, "b")))


def test_a_stack_without_a_database_says_so() -> None:
    with pytest.raises(UndeclaredError, match="no relational cluster that takes writes"):
        MODEL.reached(stack())
    assert set(verdicts(stack()).values()) == {Verdict.BROKEN}


# --- a region ---------------------------------------------------------------------------------------------------------


def test_between_regions_a_person_decides_and_aws_promotes(prod: Graph) -> None:
    deployed = Deployed(prod)
    moves = also(deployed, "SQL writer: another region takes writes")
    assert moves.value == 15 * 60 + 8 * 60
    assert not moves.decides, "an assumption and a measurement at second hand"
    for promise in PROMISED:
        assert "AWS does not support this promise as stated" in finding(deployed, promise).why


def test_the_promise_is_not_judged_by_a_lost_region(prod: Graph) -> None:
    deployed = Deployed(prod)
    others = [each for each in deployed.of_type(CLUSTER) if each.region != deployed.writer_region]
    alone = deployed.without(each.urn for each in others)
    assert also(alone, "SQL writer: another region takes writes").value == math.inf
    assert MODEL.reached(alone) == MODEL.reached(deployed)


def test_what_a_lost_region_takes_along_is_bounded_only_by_a_parameter(prod: Graph) -> None:
    deployed = Deployed(prod)
    (writer,) = writers(deployed)
    (group,) = deployed.references(writer, "dbClusterParameterGroupName")
    bounded = deployed.altered({(group.urn, "parameters"): [{"name": "rds.global_db_rpo", "value": "20"}]})
    assert loss_bound(deployed, writer).value == math.inf
    assert (loss_bound(bounded, writer).value, loss_bound(bounded, writer).kind) == (20, Kind.BOUND)
    assert parameter(deployed, writer, "rds.force_ssl") is not None


def test_tables_come_back_and_relational_writes_do_not(prod: Graph) -> None:
    deployed = Deployed(prod)
    by_sort = {store.sort: store for store in stores(deployed, "eu-west-2")}
    assert by_sort["table"].comes_back
    assert not by_sort["relational database"].comes_back


def test_strong_tables_are_never_behind(prod: Graph) -> None:
    deployed = Deployed(prod)
    replicas = {
        (table.urn, f"replicas.{at}.consistencyMode"): "STRONG"
        for table in deployed.of_type(TABLE)
        for at in range(len(table.inputs["replicas"]))
    }
    assert journey(deployed, "cart")["Region lost: writes missing"] == 1
    assert journey(deployed.altered(replicas), "cart")["Region lost: writes missing"] == 0


def test_a_table_without_a_copy_is_out_of_reach(prod: Graph) -> None:
    deployed = Deployed(prod)
    alone = deployed.altered({(table.urn, "replicas"): None for table in deployed.of_type(TABLE)})
    assert journey(alone, "cart")["Region lost: writes missing"] == "everything"


def test_buckets_have_a_time_only_with_replication_time_control(prod: Graph) -> None:
    deployed = Deployed(prod)
    (models,) = [each for each in stores(deployed, "eu-west-2") if each.node.name == "eu-west-2-assets-models"]
    assert models.region.lost.value == 15 * 60
    (config,) = [each for each in deployed.of_type(REPLICATION) if models.node in deployed.references(each, "bucket")]
    loose = deployed.altered({(config.urn, "rules.0.destination.replicationTime"): None})
    (untimed,) = [each for each in stores(loose, "eu-west-2") if each.node == models.node]
    assert untimed.region.lost.value == math.inf


# --- journeys ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "reads", "writes"),
    [
        ("browse", {"catalogue (table)", "assets-models (bucket)", "assets-site (bucket)"}, set[str]()),
        ("cart", set[str](), {"carts (table)"}),
        ("order", {"catalogue (table)"}, {"sessions (table)", "database-cluster (relational database)"}),
        ("render", set[str](), {"catalogue (table)", "assets-uploads (bucket)"}),
    ],
)
def test_the_policies_tell_which_stores_a_journey_needs(
    prod: Graph, name: str, reads: set[str], writes: set[str]
) -> None:
    def stores_in(cell: Cell) -> set[str]:
        listed = str(cell).split(", ") if cell else []
        return {each.removeprefix("data-tables-").removeprefix("eu-west-2-") for each in listed}

    row = journey(Deployed(prod), name)
    assert (stores_in(row["Reads"]), stores_in(row["Writes"])) == (reads, writes)


def test_a_lost_zone_stops_orders_alone(prod: Graph) -> None:
    deployed = Deployed(prod)
    back = {name: journey(deployed, name)["Zone lost: stores answer after"] for name in ("browse", "cart", "render")}
    assert back == {"browse": 0, "cart": 0, "render": 0}
    assert journey(deployed, "order")["Zone lost: stores answer after"] == 60


def test_a_lost_region_moves_browsing_and_carts_with_the_traffic(prod: Graph) -> None:
    deployed = Deployed(prod)
    for name in ("browse", "cart"):
        assert journey(deployed, name)["Region lost: works elsewhere after"] == 29
    assert journey(deployed, "order")["Region lost: works elsewhere after"] == 15 * 60 + 8 * 60
    assert journey(deployed, "browse")["Region lost: writes missing"] == 0, "it writes nothing"


def test_uploads_wait_for_their_region(prod: Graph) -> None:
    row = journey(Deployed(prod), "render")
    assert (row["Region lost: writes missing"], row["Come back with the region"]) == ("everything", "yes")
    assert row["Region lost: works elsewhere after"] == 29, "new uploads go elsewhere"


def test_without_names_in_dns_no_journey_moves(prod: Graph) -> None:
    deployed = Deployed(prod)
    edge = ("aws:route53/record:Record", "aws:cloudfront/distribution:Distribution")
    stuck = deployed.without(each.urn for token in edge for each in deployed.of_type(token))
    assert journey(stuck, "cart")["Region lost: works elsewhere after"] == "never"


# --- what others measured ---------------------------------------------------------------------------------------------


def test_no_measured_failover_took_longer_than_often() -> None:
    measured = [row for row in rows("measured_failovers") if row["way"] in ("cluster endpoint", "instance endpoint")]
    assert len(measured) >= 6
    for row in measured:
        assert float(row["high_s"]) <= fact("aurora.failover_often").value < fact("aurora.failover").value, row["id"]


def test_the_proxys_best_is_what_was_measured(prod: Graph) -> None:
    (row,) = [row for row in rows("measured_failovers") if row["way"] == "proxy"]
    best = also(Deployed(prod), "often, with a proxy at its best").value
    assert abs(best - float(row["high_s"])) <= 1


def test_what_aws_claims_for_another_region_was_not_reached() -> None:
    (row,) = [row for row in rows("measured_failovers") if row["way"] == "global database"]
    assert float(row["low_s"]) == fact("agd.promotion_measured").value == 8 * fact("agd.promotion_claimed").value
