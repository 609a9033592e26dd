from typing import Any

import pytest
from pulumi import ResourceOptions

from components.region.database import Database, DatabaseArgs
from preview.graph import SECRET, Graph
from settings.account import AlarmThresholds
from settings.data import RelationalSettings
from tests.components.region.stand_ins import ZONES, database, subnets
from tests.engine import build, ground, known

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
CLIENTS = ["10.0.0.0/19"]
OWN = ["10.0.48.0/21"]


def arguments(*, writes: bool = True, protect: bool = False, **settings: object) -> DatabaseArgs:
    return DatabaseArgs(
        settings=RelationalSettings.model_validate(settings),
        thresholds=AlarmThresholds(),
        ground=ground(),
        database=database(),
        writes=writes,
        zones=ZONES,
        vpc_id=known("vpc-1"),
        isolated_subnet_ids=subnets(),
        client_cidrs=CLIENTS,
        database_cidrs=OWN,
        protect=protect,
    )


def part(*, writes: bool = True, protect: bool = False, **settings: object) -> Graph:
    return build(
        lambda place: Database("eu-west-2-database", arguments(writes=writes, protect=protect, **settings), place)
    )


def only(graph: Graph, token: str) -> dict[str, Any]:
    (found,) = graph.of_type(token)
    return found.inputs


def parameters(graph: Graph) -> dict[str, str]:
    found = only(graph, "aws:rds/clusterParameterGroup:ClusterParameterGroup")["parameters"]
    return {parameter["name"]: parameter["value"] for parameter in found}


def test_moving_the_writer_adds_deletes_and_renames_nothing() -> None:
    assert {n.urn for n in part(writes=True)} == {n.urn for n in part(writes=False)}


def test_moving_the_writer_changes_nothing_that_a_switchover_does_not_change_itself() -> None:
    writer, secondary = ({n.urn: n for n in part(writes=writes) if n.custom} for writes in (True, False))
    for urn, node in writer.items():
        other = secondary[urn].inputs
        differs = {key for key in node.inputs.keys() | other.keys() if node.inputs.get(key) != other.get(key)}
        assert differs - set(node.ignore_changes) <= {"suspendedState"}, f"{urn} would change"


def test_only_the_cluster_created_as_writer_has_credentials() -> None:
    assert only(part(writes=True), CLUSTER)["masterPassword"] == SECRET
    assert "masterPassword" not in only(part(writes=False), CLUSTER), "AWS refuses them for a secondary"


def test_secondaries_forward_writes() -> None:
    assert only(part(writes=False), CLUSTER)["enableGlobalWriteForwarding"]


def test_instances_are_spread_over_the_zones() -> None:
    found = part(readers=3).of_type(INSTANCE)
    assert [n.name[-1] for n in found] == ["a", "b", "c", "d"]
    assert [n.inputs["availabilityZone"] for n in found] == [*ZONES, ZONES[0]]


def test_nothing_is_public_or_in_clear_text() -> None:
    graph = part()
    assert only(graph, CLUSTER)["storageEncrypted"]
    assert "mrk-" in only(graph, CLUSTER)["kmsKeyId"]
    assert not any(n.inputs["publiclyAccessible"] for n in graph.of_type(INSTANCE))
    assert parameters(graph)["rds.force_ssl"] == "1"


def test_nobody_from_outside_reaches_the_proxy_or_the_cluster() -> None:
    groups = {n.name: n.inputs for n in part().of_type(GROUP)}
    cluster, proxy = groups["eu-west-2-database-cluster-access"], groups["eu-west-2-database-proxy-access"]
    (from_proxy, from_servers) = cluster["ingress"]
    assert "cidrBlocks" not in from_proxy
    assert from_servers["cidrBlocks"] == CLIENTS, "whose writes it forwards while the writer is elsewhere"
    assert "egress" not in cluster
    assert proxy["ingress"][0]["cidrBlocks"] == CLIENTS
    assert proxy["egress"][0]["cidrBlocks"] == OWN


def test_readers_scale_where_aurora_scales_them() -> None:
    writer = only(part(writes=True), "aws:appautoscaling/target:Target")
    secondary = only(part(writes=False), "aws:appautoscaling/target:Target")
    assert not any(writer["suspendedState"].values())
    assert all(secondary["suspendedState"].values())


def test_serverless_instances_have_bounds_and_others_none() -> None:
    assert only(part(instance_class="db.serverless"), CLUSTER)["serverlessv2ScalingConfiguration"]["minCapacity"] == 0.5
    assert "serverlessv2ScalingConfiguration" not in only(part(), CLUSTER)


def test_protected_data_leaves_a_snapshot_and_stays() -> None:
    (cluster,) = part(protect=True, deletion_protection=True).of_type(CLUSTER)
    assert cluster.protect
    assert cluster.inputs["deletionProtection"]
    assert not cluster.inputs["skipFinalSnapshot"]


def test_logs_exist_before_what_writes_to_them() -> None:
    graph = part()
    log_groups = {n.inputs["name"]: n.urn for n in graph.of_type("aws:cloudwatch/logGroup:LogGroup")}
    (cluster,), (proxy,) = graph.of_type(CLUSTER), graph.of_type("aws:rds/proxy:Proxy")
    assert log_groups["/aws/rds/cluster/storefront-test-database/postgresql"] in cluster.dependencies
    assert log_groups["/aws/rds/proxy/storefront-test-database"] in proxy.dependencies


def test_the_lag_is_asked_for_as_rds_reports_it() -> None:
    (lag,) = (n for n in part().of_type(ALARM) if n.name.endswith("-lag"))
    (query,) = lag.inputs["metricQueries"]
    assert "SCHEMA" not in query["expression"], "it would have to name all dimensions, and AWS does not document them"
    assert query["expression"].endswith("WHERE DBClusterIdentifier = 'storefront-test-database'")


@pytest.mark.parametrize(("proxy", "sick"), [(True, 4), (False, 2)])
def test_lag_and_deadlocks_do_not_say_that_the_database_is_sick(proxy: bool, sick: int) -> None:
    counted: list[int] = []

    def program(place: ResourceOptions) -> None:
        counted.append(len(Database("eu-west-2-database", arguments(proxy=proxy), place).alarm_names))

    graph = build(program)
    assert counted == [sick]
    assert len(graph.of_type(ALARM)) == sick + 2, "a late copy and colliding orders are told of, and count no more"


def test_aws_tells_of_every_change_to_the_database() -> None:
    told = {
        n.inputs["sourceType"]: set(n.inputs["eventCategories"])
        for n in part().of_type("aws:rds/eventSubscription:EventSubscription")
    }
    assert {"configuration change", "failure", "maintenance"} <= told["db-instance"]
    assert told["db-parameter-group"] == {"configuration change"}
    assert "failover" in told["db-cluster"]
