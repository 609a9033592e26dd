from typing import Any

import pytest

from components.data.tables import DESIGNS, GlobalTables, GlobalTablesArgs
from components.places import Places
from preview.graph import Graph, Node
from settings import RegionSettings
from settings.data import TableSettings
from tests.components.data.regions import build_across, grounds, settings
from tests.engine import names

LONDON, OHIO, TOKYO = "eu-west-2", "us-east-2", "ap-northeast-1"
TABLE = "aws:dynamodb/table:Table"


def tables(*regions: str, draining: str = "", protect: bool = True, **chosen: Any) -> Graph:
    stack = settings(regions)
    running = [
        region.model_copy(update={"state": "draining"}) if region.name == draining else region
        for region in stack.regions
    ]
    return build_across(stack, lambda places: _create(places, running, stack.home.name, protect=protect, **chosen))


def _create(places: Places, running: list[RegionSettings], home: str, *, protect: bool, **chosen: Any) -> None:
    args = GlobalTablesArgs(
        settings=TableSettings(**chosen),
        home=home,
        running=running,
        ground=grounds(settings([region.name for region in running])),
        protect=protect,
    )
    GlobalTables("tables", args, places)


def table(graph: Graph, role: str) -> Node:
    return graph.named(f"tables-{role}")[0]


def replica(graph: Graph, role: str, region: str) -> dict[str, Any]:
    return next(r for r in table(graph, role).inputs["replicas"] if r["regionName"] == region)


@pytest.mark.parametrize(
    ("role", "keys"),
    [("catalogue", ("pk", "sk")), ("carts", ("cart_id", "product_id")), ("sessions", ("session_id", None))],
)
def test_keys_are_those_of_the_data_model(role: str, keys: tuple[str, str | None]) -> None:
    inputs = table(tables(LONDON), role).inputs
    assert (inputs["hashKey"], inputs.get("rangeKey")) == keys, "another key makes another table"


def test_indexes_are_those_that_the_data_model_asks() -> None:
    indexes = table(tables(LONDON), "catalogue").inputs["globalSecondaryIndexes"]
    asked = {index["name"]: (index["hashKey"], index["rangeKey"]) for index in indexes}
    assert asked == {"by-category": ("category", "pk"), "by-state": ("state", "updated_at")}


@pytest.mark.parametrize("role", DESIGNS)
def test_only_key_attributes_are_declared(role: str) -> None:
    inputs = table(tables(LONDON), role).inputs
    keys = {inputs["hashKey"], inputs.get("rangeKey")} - {None}
    for index in inputs.get("globalSecondaryIndexes", []):
        keys |= {index["hashKey"], index["rangeKey"]}
    assert {attribute["name"] for attribute in inputs["attributes"]} == keys, "AWS refuses an attribute without a use"


def test_carts_and_sessions_expire_and_the_catalogue_stays() -> None:
    graph = tables(LONDON)
    assert table(graph, "carts").inputs["ttl"] == {"attributeName": "expires_at", "enabled": True}
    assert table(graph, "sessions").inputs["ttl"] == {"attributeName": "expires_at", "enabled": True}
    assert "ttl" not in table(graph, "catalogue").inputs


@pytest.mark.parametrize("role", DESIGNS)
def test_every_other_region_has_a_replica_under_its_own_key(role: str) -> None:
    graph = tables(LONDON, OHIO, TOKYO)
    for region in (OHIO, TOKYO):
        found = replica(graph, role, region)
        assert f":{region}:" in found["kmsKeyArn"]
        assert found["pointInTimeRecovery"] is True
        assert found["propagateTags"] is True


def test_no_replica_is_said_to_stand_in_the_home_region() -> None:
    for role in DESIGNS:
        assert table(tables(LONDON, OHIO), role).inputs["tags"] == {"table": role, "region": "global"}, (
            "replicas receive these, and the provider's own tag names the home region"
        )


def test_tables_stand_in_the_home_region_whatever_the_order() -> None:
    graph = tables(LONDON, OHIO)
    assert {node.region for node in graph.of_type(TABLE)} == {LONDON}
    assert all(r["regionName"] != LONDON for n in graph.of_type(TABLE) for r in n.inputs["replicas"])


def test_tables_are_guarded_against_loss() -> None:
    for node in tables(LONDON, recovery_days=21).of_type(TABLE):
        assert node.inputs["pointInTimeRecovery"] == {"enabled": True, "recoveryPeriodInDays": 21}
        assert node.inputs["deletionProtectionEnabled"] is True
        assert node.inputs["serverSideEncryption"]["kmsKeyArn"].startswith("arn:aws:kms:")
        assert node.protect


def test_a_draining_regions_replicas_can_be_removed() -> None:
    graph = tables(LONDON, OHIO, TOKYO, draining=OHIO)
    assert replica(graph, "carts", OHIO)["deletionProtectionEnabled"] is False
    assert replica(graph, "carts", TOKYO)["deletionProtectionEnabled"] is True


def test_streams_carry_both_images() -> None:
    for node in tables(LONDON).of_type(TABLE):
        assert (node.inputs["streamEnabled"], node.inputs["streamViewType"]) == (True, "NEW_AND_OLD_IMAGES")


def test_every_region_is_watched_where_it_stands() -> None:
    graph = tables(LONDON, OHIO)
    alarms = graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    for region in (LONDON, OHIO):
        here = {node.name.removeprefix(f"tables-{region}-") for node in alarms if node.region == region}
        assert here == {"catalogue-throttled", "carts-throttled", "sessions-throttled", "errors", "late"}


def test_a_single_region_cannot_fall_behind() -> None:
    alarms = tables(LONDON).of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert not any(node.name.endswith("-late") for node in alarms)


def test_throttled_reads_and_writes_are_counted_together() -> None:
    [alarm] = tables(LONDON).named(f"tables-{LONDON}-carts-throttled")
    metrics = [query["metric"] for query in alarm.inputs["metricQueries"] if "metric" in query]
    assert {metric["metricName"] for metric in metrics} == {"ReadThrottleEvents", "WriteThrottleEvents"}
    assert all(metric["dimensions"] == {"TableName": names(LONDON).of("carts")} for metric in metrics)
