"""How many users the platform can grow to, and what stops them."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from preview.facts import fact, rows
from preview.graph import Graph
from preview.promises.capacity import demand, limits
from preview.promises.capacity.connections import connections
from preview.promises.capacity.fleets import of_web
from preview.promises.capacity.limits import Limit, Sort
from preview.promises.capacity.limits.api import behind
from preview.promises.capacity.model import MODEL, USERS_AT_ONCE, findings, reached
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Chart, Table
from preview.promises.promise import Verdict, judged
from preview.promises.sensitivity import effects
from tests.preview.promises import small

MILLION = 1_000_000
GROUP = "aws:autoscaling/group:Group"
STAGE = "aws:apigatewayv2/stage:Stage"
FUNCTION = "aws:lambda/function:Function"


def users(deployed: Deployed) -> float:
    return reached(deployed)[USERS_AT_ONCE.id].value


def limit(deployed: Deployed, name: str, region: str | None) -> Limit:
    return next(each for each in limits.of_stack(deployed) if each.name == name and each.region == region)


def set_everywhere(deployed: Deployed, token: str, path: str, value: Any) -> Deployed:
    declared = [node for node in deployed.of_type(token) if deployed.value(node, path) is not None]
    return deployed.altered({(node.urn, path): value for node in declared})


def sized(deployed: Deployed, *, servers: float, route: float, stage: float, reserved: float) -> Deployed:
    """The same stack with these limits in every region."""
    regions = deployed.running
    fleets = {(group.urn, "maxSize"): servers for region in regions for group in of_web(deployed, region)}
    carts = {(node.urn, "reservedConcurrentExecutions"): reserved for r in regions for node in behind(deployed, r)}
    rates = {
        (node.urn, f"routeSettings.{place}.throttlingRateLimit"): route
        for node in deployed.of_type(STAGE)
        for place, _ in enumerate(deployed.value(node, "routeSettings"))
    }
    stages = {(node.urn, "defaultRouteSettings.throttlingRateLimit"): stage for node in deployed.of_type(STAGE)}
    return deployed.altered({**fleets, **carts, **rates, **stages})


@pytest.fixture
def modest(prod: Graph) -> Deployed:
    """Five regions as they are without settings of their own."""
    return sized(Deployed(prod), servers=60, route=250, stage=1_000, reserved=300)


@pytest.fixture
def for_a_million(prod: Graph) -> Deployed:
    """Five regions with the settings that docs/service-levels/capacity.md names."""
    return sized(Deployed(prod), servers=470, route=5_000, stage=10_000, reserved=1_100)


def promising(deployed: Deployed, users_at_once: float) -> Deployed:
    pledge = {"promised": users_at_once, "accepted": None}
    return deployed.altered({(deployed.graph.urn, "service_levels.promises.users_at_once"): pledge})


def share_of(deployed: Deployed, region: str) -> float:
    return demand.whereabouts(deployed)[region].value / 100


# --- what it is -------------------------------------------------------------------------------------------------------


def test_a_fleet_that_is_full_is_the_first_limit(staging: Graph) -> None:
    deployed = sized(Deployed(staging), servers=6, route=5_000, stage=10_000, reserved=1_100)
    milliseconds = deployed.expected("load.server_cpu_milliseconds_per_request", "ms").value
    six_servers = 6 * 2 * 0.70  # of two processors each, held at 70 %
    a_user = 6 / 60 * milliseconds / 1000  # requests a second, of so long each
    assert users(deployed) == pytest.approx(six_servers / a_user / share_of(deployed, "eu-west-2"))


def test_the_rate_at_which_guests_read_their_carts_is_the_first_limit(modest: Deployed) -> None:
    a_user = 2 / 60 * 0.60 * 0.70  # API requests a second, of which reads, of which guests'
    assert users(modest) == pytest.approx(250 / a_user / share_of(modest, "eu-west-2"))


def test_the_busiest_region_decides(prod: Graph) -> None:
    deployed = Deployed(prod)
    shares = demand.whereabouts(deployed)
    assert sum(share.value for share in shares.values()) == pytest.approx(100)
    busiest = max(shares, key=lambda region: shares[region].value)
    fleets = {each.region: each.users.value for each in limits.of_stack(deployed) if each.name == "web servers"}
    assert min(fleets, key=lambda region: fleets[region]) == busiest


def test_a_function_takes_ten_requests_a_second_for_each_reserved_execution(modest: Deployed) -> None:
    found = limit(modest, "function behind the API", "us-east-1")
    assert found.room.value == 300 * 10
    assert found.each.value == pytest.approx(2 / 60)


def test_orders_of_all_the_world_go_to_one_writer(prod: Graph) -> None:
    found = limit(Deployed(prod), "processors of the writer", None)
    assert found.room.value == 2  # db.r7g.large
    assert found.users.value == pytest.approx(2 / (0.1 / 3600 * 0.020))


def test_servers_share_the_addresses_of_the_private_subnets(prod: Graph) -> None:
    found = limit(Deployed(prod), "addresses for web servers", "eu-west-2")
    assert found.room.value == pytest.approx(3 * (2**13 - 5) * 2 * 0.70)  # three /19, five addresses of each AWS's


def test_quotas_that_aws_raises_decide_nothing(graph: Graph) -> None:
    decided = reached(Deployed(graph))[USERS_AT_ONCE.id]
    assert not [each.id for each in decided.facts() if each.id.startswith("quota.")]
    assert all(each.quota is None for each in limits.of_stack(Deployed(graph)))


def test_every_quota_is_listed_with_its_default_and_what_a_million_needs(prod: Graph) -> None:
    exhibits = {each.id: each for each in findings(promising(Deployed(prod), MILLION))[0].exhibits}
    table = exhibits["users-quotas"]
    assert isinstance(table, Table)
    rates = [row for row in table.rows if row[1] == "L-8A5B8E43" and row[2] == "eu-west-2"]
    share = share_of(Deployed(prod), "eu-west-2")
    assert [row[3] for row in rates] == ["10,000 requests/s"]
    assert [row[5] for row in rates] == [f"{math.ceil(MILLION * 2 / 60 * share):,} requests/s"]


def test_limits_are_listed_from_the_first_to_the_last(modest: Deployed) -> None:
    finding = findings(modest)[0]
    table, _, chart = finding.exhibits
    assert isinstance(table, Table)
    assert isinstance(chart, Chart)
    at = [row[5] for row in table.rows]
    assert at == sorted(at, key=lambda value: float(value or 0))
    assert finding.reached is not None
    assert at[0] == finding.reached.value
    assert "API route GET /api/guest-carts/{cart_id} in eu-west-2" in finding.why
    assert chart.x.categories[0] == table.rows[0][0]


def test_an_office_shares_an_address_and_so_the_limit_of_the_edge(prod: Graph) -> None:
    found = next(each for each in findings(Deployed(prod))[0].also if each.name == "users behind one address")
    assert found.value == pytest.approx(10_000 / (300 * (20.2 + 6 + 2) / 60))


# --- what breaks and what keeps it ------------------------------------------------------------------------------------


def test_a_million_fit_once_the_settings_that_the_report_names_are_raised(
    modest: Deployed, for_a_million: Deployed
) -> None:
    assert users(modest) < MILLION <= users(for_a_million)


@pytest.mark.parametrize(
    ("token", "path", "too_small", "name"),
    [
        (GROUP, "maxSize", 150, "web servers"),
        (STAGE, "defaultRouteSettings.throttlingRateLimit", 3_000, "other API routes"),
        (STAGE, "routeSettings.1.throttlingRateLimit", 4_500, "API route GET /api/guest-carts/{cart_id}"),
        (FUNCTION, "reservedConcurrentExecutions", 1_000, "function behind the API"),
    ],
)  # fmt: skip
def test_each_setting_that_is_too_small_for_a_million_is_caught(
    for_a_million: Deployed, token: str, path: str, too_small: int, name: str
) -> None:
    deployed = promising(set_everywhere(for_a_million, token, path, too_small), MILLION)
    finding = findings(deployed)[0]
    assert judged(deployed, finding).verdict is Verdict.BROKEN
    assert f"First comes the limit of {name}" in finding.why


def test_a_lost_region_leaves_less_room_for_the_same_users(prod: Graph) -> None:
    deployed = Deployed(prod)
    for region in deployed.running:
        assert users(deployed.without_region(region)) <= users(deployed)


def test_where_one_product_is_wanted_by_nearly_all_aws_itself_is_the_limit(for_a_million: Deployed) -> None:
    stack = for_a_million.graph.urn
    crowded = promising(for_a_million, MILLION).altered({(stack, "service_levels.load.popularity_exponent"): 2.5})
    finding = findings(crowded)[0]
    assert finding.achievable is not None
    assert finding.achievable.value < MILLION
    assert "AWS supports no more than" in finding.why
    accepted = crowded.altered({(stack, "service_levels.promises.users_at_once.accepted"): 100_000})
    assert judged(accepted, finding).verdict is Verdict.NOT_ACHIEVABLE


def test_what_aws_never_raises_is_no_excuse_where_it_suffices(modest: Deployed) -> None:
    assert findings(promising(modest, MILLION))[0].achievable is None


# --- what moves it ----------------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(smaller=st.integers(1, 900), more=st.integers(1, 900))
def test_more_servers_never_bear_fewer_users(staging: Graph, smaller: int, more: int) -> None:
    few = set_everywhere(Deployed(staging), GROUP, "maxSize", smaller)
    many = set_everywhere(Deployed(staging), GROUP, "maxSize", smaller + more)
    assert users(few) <= users(many)


@settings(max_examples=25, deadline=None)
@given(factor=st.floats(1, 50))
def test_users_who_ask_for_more_are_fewer(prod: Graph, factor: float) -> None:
    for path in ("requests_per_user_minute", "api_requests_per_user_minute", "orders_per_user_hour"):
        key = f"service_levels.load.{path}"
        asking = Deployed(prod).expected(f"load.{path}", "").value
        assert users(Deployed(prod).altered({(prod.urn, key): factor * asking})) <= users(Deployed(prod))


def test_what_moves_it_most_is_what_stops_it_first(staging: Graph) -> None:
    full = sized(Deployed(staging), servers=6, route=5_000, stage=10_000, reserved=1_100)
    first = effects(full, MODEL)[USERS_AT_ONCE.id][0]
    assert (first.type, first.path) == (GROUP, "maxSize")
    assert first.after / first.before == pytest.approx(first.becomes / first.was)


def test_a_table_that_the_stack_holds_back_is_a_limit(prod: Graph) -> None:
    deployed = Deployed(prod)
    (carts,) = [node for node in deployed.of_type("aws:dynamodb/table:Table") if "cart_id" in str(node.inputs)]
    held = deployed.altered({(carts.urn, "onDemandThroughput"): {"maxReadRequestUnits": 100}})
    assert limit(held, "maxReadRequestUnits of the carts", "eu-west-2").users.value == pytest.approx(
        100 / (2 / 60 * 0.6) / share_of(deployed, "eu-west-2")
    )


# --- facts that it was not made from ----------------------------------------------------------------------------------


def test_connections_are_at_most_a_fifth_above_those_that_aws_publishes() -> None:
    for row in rows("aurora_connections"):
        serverless = small_cluster(units=float(row["memory_gib"]) / 2)
        modelled = connections(serverless, serverless.only("aws:rds/cluster:Cluster")).value
        assert 0 <= modelled / float(row["connections"]) - 1 < 0.20


def test_a_partition_serves_as_many_reads_as_in_the_example_of_aws() -> None:
    item_of_20_kilobytes, unit = 20, 4
    consistent = fact("ddb.partition_reads").value / (item_of_20_kilobytes / unit)
    assert consistent == 600


def test_forwarded_writes_take_as_many_connections_as_in_the_example_of_aws() -> None:
    assert 800 * fact("aurora.forwarded_percent").value / 100 == 200


def small_cluster(*, units: float) -> Deployed:
    cluster = small.node(
        "aws:rds/cluster:Cluster", "database", serverlessv2ScalingConfiguration={"minCapacity": 1, "maxCapacity": units}
    )
    instance = small.node("aws:rds/clusterInstance:ClusterInstance", "a", instanceClass="db.serverless")
    instance.property_dependencies["clusterIdentifier"] = (cluster.urn,)
    return Deployed(small.graph(cluster, instance))


# --- graphs that lack things ------------------------------------------------------------------------------------------


def test_a_stack_without_servers_is_judged_by_its_api(staging: Graph) -> None:
    deployed = Deployed(staging)
    bare = deployed.without(node.urn for node in deployed.of_type(GROUP))
    assert "API route" in findings(bare)[0].why


@pytest.mark.parametrize(
    "token",
    ["aws:rds/cluster:Cluster", "aws:cloudfront/distribution:Distribution", "aws:rds/proxyTarget:ProxyTarget", STAGE,
     "aws:ec2/route:Route", "aws:dynamodb/table:Table", "aws:autoscaling/policy:Policy", FUNCTION],
)  # fmt: skip
def test_a_stack_may_lack_anything(staging: Graph, token: str) -> None:
    deployed = Deployed(staging)
    assert users(deployed.without(node.urn for node in deployed.of_type(token))) > 0


def test_without_a_region_that_answers_it_says_so() -> None:
    with pytest.raises(UndeclaredError, match="no region"):
        reached(Deployed(small.graph()))


def test_an_instance_type_that_nobody_knows_is_named(staging: Graph) -> None:
    overrides = [{"instanceType": "z9.huge"}]
    path = "mixedInstancesPolicy.launchTemplate.overrides"
    with pytest.raises(UndeclaredError, match=r"z9\.huge"):
        reached(set_everywhere(Deployed(staging), GROUP, path, overrides))


def test_sorts_are_kept_apart(graph: Graph) -> None:
    deployed = Deployed(graph)
    assert {each.sort for each in limits.of_stack(deployed)} == {Sort.DECLARED, Sort.HARD}
    assert {each.sort for each in limits.of_account(deployed)} == {Sort.QUOTA}
