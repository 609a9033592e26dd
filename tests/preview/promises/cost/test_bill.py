"""A bill adds up from its lines, forgets nothing, and prices what it cannot look up as it says."""

import math
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.facts import Fact, fact, rows
from preview.graph import Graph
from preview.promises.cost.compute import fleets
from preview.promises.cost.demand import Demand
from preview.promises.cost.line import EDGE, Bill, line
from preview.promises.cost.model import bill
from preview.promises.cost.network import capacity_units
from preview.promises.cost.prices import level, price, scale, tiers
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Reading, figure
from tests.preview.promises.small import graph as small_graph
from tests.preview.promises.small import node

GATEWAY_OR_INTERFACE = "aws:ec2/vpcEndpoint:VpcEndpoint"
"""Free or billed by what it is, not by its type."""

LOAD: dict[str, Any] = {
    "users_at_once": 1000,
    "users_at_peak": 2400,
    "requests_per_user_minute": 6,
    "api_requests_per_user_minute": 2,
    "cart_reads_percent": 60,
    "asset_requests_per_user_minute": 20,
    "asset_kilobytes": 40,
    "models_per_user_hour": 12,
    "orders_per_user_hour": 0.1,
    "uploads_per_day": 200,
    "catalogue_models": 20000,
    "model_megabytes": 50,
    "preview_kilobytes": 300,
    "countries_left_out": [],
}
BALANCER = node("aws:lb/loadBalancer:LoadBalancer", "public")


def hours(amount: float) -> Reading:
    return Reading(value=amount, unit="h", urn="urn:gateway", path="hours")


# --- adding up --------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["eu-west-2", "us-east-1", EDGE]), st.floats(0, 1e6)))
)
def test_a_bill_adds_up_from_its_lines(drawn: list[tuple[str, str, float]]) -> None:
    lines = [
        line(service, region, "hours", quantity=hours(amount), priced=("WAF", "web ACL"), at="global")
        for service, region, amount in drawn
    ]
    added = Bill(lines)
    whole = sum(5 * amount for _, _, amount in drawn)
    for sums in (added.by_service, added.by_region, added.cells):
        assert sum(each.value for each in sums.values()) == pytest.approx(whole)
    assert added.total.value == pytest.approx(whole)
    assert added.amount == pytest.approx(whole)


def test_both_stacks_add_up(graph: Graph) -> None:
    added = bill(Deployed(graph))
    assert added.total.value == pytest.approx(sum(each.cost.value for each in added.lines))
    assert added.amount == pytest.approx(added.total.value)
    assert sum(each.value for each in added.by_region.values()) == pytest.approx(added.total.value)


def test_no_line_is_less_than_nothing(graph: Graph) -> None:
    assert all(math.isfinite(each.amount) and each.amount >= 0 for each in bill(Deployed(graph)).lines)


def test_every_resource_is_billed_or_it_is_said_why_not(graph: Graph) -> None:
    declared = {each.type for each in graph if each.type.startswith("aws:")}
    billed = bill(Deployed(graph)).billed_types()
    unbilled = {row["type"] for row in rows("unbilled")}
    assert not declared - billed - unbilled, "neither billed nor in unbilled.csv"
    assert billed & unbilled <= {GATEWAY_OR_INTERFACE}, "billed and in unbilled.csv"


def test_what_is_not_billed_has_a_reason() -> None:
    assert {row["reason"] for row in rows("unbilled")} == {"free", "within"}
    assert all(len(row["what"]) > 3 for row in rows("unbilled"))


# --- by hand ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "region", "item", "cost"),
    [
        ("NAT", "eu-west-2", "hours", 3 * 730 * 0.05),
        ("ALB", "eu-west-2", "hours", 730 * 0.02646),
        ("Aurora", "us-east-1", "db.r7g.large instances", 3 * 730 * 0.276),
        ("VPC endpoints", "us-east-1", "hours of interfaces", 4 * 3 * 730 * 0.01),
        ("VPC", "ap-south-1", "addresses of load balancers", 3 * 730 * 0.005),
        ("Aurora", "eu-west-2", "storage", 200 * 0.1),
        ("RDS Proxy", "eu-west-2", "capacity", 3 * 2 * 730 * 0.017),
        ("Route 53", EDGE, "fast checks", 20 * 1),
        ("WAF", EDGE, "rules", 8 * 1),
        ("EBS", "us-east-1", "images of web servers", 3 * 20 * 0.05),
        ("Lambda", "eu-west-2", "requests", None),
    ],
)
def test_lines_of_production_are_what_one_computes_by_hand(
    prod: Graph, service: str, region: str, item: str, cost: float | None
) -> None:
    found = [
        each for each in bill(Deployed(prod)).lines if (each.service, each.region, each.item) == (service, region, item)
    ]
    assert len(found) == 1
    assert cost is None or found[0].amount == pytest.approx(cost)


def test_canaries_run_as_often_as_their_schedule_says(prod: Graph) -> None:
    runs = [each for each in bill(Deployed(prod)).lines if each.item == "canary runs"]
    assert {each.quantity.value for each in runs} == {730 * 60 / 5}


# --- fleets -----------------------------------------------------------------------------------------------------------


@given(st.floats(1, 1e5), st.floats(1, 20))
def test_a_day_has_the_mean_and_the_peak_that_are_expected(mean: float, ratio: float) -> None:
    load = {**LOAD, "users_at_once": mean, "users_at_peak": mean * ratio}
    by_hour = Demand(Deployed(small_graph(BALANCER, load=load))).users_by_hour()
    assert sum(by_hour) / 24 == pytest.approx(mean)
    assert max(by_hour) == pytest.approx(mean * ratio, rel=1e-6)


def test_a_fleet_is_no_smaller_than_its_schedule_and_no_larger_than_its_group(prod: Graph) -> None:
    deployed = Deployed(prod)
    crowded = Deployed(_with_load(prod, users_at_once=1e6, users_at_peak=2e6))
    for quiet, busy in zip(fleets(Demand(deployed)), fleets(Demand(crowded)), strict=True):
        least = deployed.number(quiet.group, "minSize", "").value
        most = deployed.number(quiet.group, "maxSize", "").value
        assert min(2, least) <= quiet.servers.value <= most
        assert busy.servers.value <= most or "render" in busy.group.name


def test_on_demand_and_spot_are_all_servers(graph: Graph) -> None:
    for fleet in fleets(Demand(Deployed(graph))):
        assert fleet.on_demand.value + fleet.spot.value == pytest.approx(fleet.servers.value)


# --- prices -----------------------------------------------------------------------------------------------------------


def test_a_published_price_is_taken_as_it_is() -> None:
    found = price("NAT gateway", "gateway hour", "eu-west-2")
    assert isinstance(found, Fact)
    assert (found.value, found.quality) == (0.05, "list")


def test_a_region_without_a_price_takes_the_nearest_one_at_its_own_level() -> None:
    found = price("Aurora", "db.r7g.large Standard on-demand", "eu-west-2")
    assert isinstance(found, Figure)
    assert found.kind is Kind.ESTIMATE
    assert found.value == pytest.approx(0.276 * level("eu-west-2").value)


def test_what_was_never_verified_is_not_taken() -> None:
    quoted = [row for row in rows("prices") if row["region"] == "ap-south-1" and row["item"].startswith("m6i.large")]
    assert "unverified" in {row["kind"] for row in quoted}
    assert isinstance(price("EC2", "m6i.large Linux on-demand", "ap-south-1"), Figure)


def test_what_nobody_publishes_is_said() -> None:
    with pytest.raises(UndeclaredError, match=r"no price of EC2, z9\.huge Linux on-demand"):
        price("EC2", "z9.huge Linux on-demand", "eu-west-2")


def test_a_price_says_how_many_it_is_for() -> None:
    assert [scale(unit) for unit in ("1M requests", "10k requests", "100k events", "GB-month")] == [1e6, 1e4, 1e5, 1]


@given(st.floats(0, 1e8))
def test_the_steps_of_a_price_take_every_gigabyte_once(gigabytes: float) -> None:
    steps = tiers("CloudFront", "Data transfer out to internet", "Japan")
    taken = [min(max(gigabytes - step.above.value, 0), step.width.value) for step in steps]
    assert sum(taken) == pytest.approx(gigabytes)
    assert [step.price.value for step in steps] == sorted((step.price.value for step in steps), reverse=True)


# --- against published bills ------------------------------------------------------------------------------------------

WHOLE_BILL, PUBLISHED_PRICE, ESTIMATED_PRICE, LOAD_BALANCER = 0.11, 0.03, 0.26, 0.06
"""Greatest errors, as docs/service-levels/cost.md gives them."""


def test_published_bills_are_met() -> None:
    theirs, ours = defaultdict[str, float](float), defaultdict[str, float](float)
    for row in rows("published_bills"):
        asked = price(row["service"], row["item"], row["region"])
        amount, usd = float(row["quantity"]) / scale(asked.unit) * asked.value, float(row["usd"])
        theirs[row["bill"]] += usd
        ours[row["bill"]] += amount
        allowed = PUBLISHED_PRICE if isinstance(asked, Fact) else ESTIMATED_PRICE
        assert amount == pytest.approx(usd, rel=allowed, abs=0.01), row
    for name, usd in theirs.items():
        assert ours[name] == pytest.approx(usd, rel=WHOLE_BILL), name


@pytest.mark.parametrize("row", rows("published_load_balancers"), ids=lambda row: row["bill"])
def test_published_load_balancers_are_met(row: dict[str, str]) -> None:
    def given_as(name: str) -> Figure:
        reading = Reading(value=float(row[name]), unit="", urn="urn:example", path=name)
        return figure(name, "", Kind.BOUND, "given", given=reading)

    units = capacity_units(
        given_as("hours"),
        given_as("requests_per_second"),
        per_connection=given_as("requests_per_connection"),
        kilobytes=given_as("kilobytes"),
        rules=given_as("rules"),
    )
    standing = float(row["hours"]) * price("ALB", "load balancer hour", "us-east-1").value
    addresses = float(row["addresses"]) * float(row["hours"]) * price("VPC", "public IPv4 address", "us-east-1").value
    amount = standing + addresses + units.value * price("ALB", "LCU", "us-east-1").value
    assert amount == pytest.approx(float(row["usd"]), rel=LOAD_BALANCER)


# --- what a graph may lack --------------------------------------------------------------------------------------------


def test_a_stack_without_a_region_has_no_bill() -> None:
    with pytest.raises(UndeclaredError, match="nothing to bill"):
        bill(Deployed(small_graph(load=LOAD)))


def test_a_load_balancer_alone_is_billed() -> None:
    added = bill(Deployed(small_graph(BALANCER, load=LOAD)))
    assert set(added.by_service) == {"ALB", "S3", "VPC"}
    assert added.by_service["ALB"].value > 730 * 0.02646


def test_a_table_with_provisioned_throughput_is_refused() -> None:
    table = node("aws:dynamodb/table:Table", "carts", billingMode="PROVISIONED")
    with pytest.raises(UndeclaredError, match="carts is not billed per request"):
        bill(Deployed(small_graph(BALANCER, table, load=LOAD)))


def test_a_cluster_that_pays_no_reads_and_writes_is_refused() -> None:
    cluster = node("aws:rds/cluster:Cluster", "orders", storageType="aurora-iopt1")
    with pytest.raises(UndeclaredError, match="orders has other storage"):
        bill(Deployed(small_graph(BALANCER, cluster, load=LOAD)))


def test_a_stack_that_lost_a_region_costs_less(prod: Graph) -> None:
    deployed = Deployed(prod)
    for region in deployed.running:
        left = bill(deployed.without_region(region))
        assert left.amount < bill(deployed).amount
        assert not [each for each in left.lines if each.service == "NAT" and each.region == region]


def test_a_region_that_drains_still_costs_what_stands_there(prod: Graph) -> None:
    deployed = Deployed(prod)
    records = [
        record.urn
        for record in deployed.of_type("aws:route53/record:Record")
        if any(policy.get("region") == "us-east-1" for policy in record.inputs.get("latencyRoutingPolicies") or ())
    ]
    before, after = bill(deployed), bill(deployed.without(records))
    assert _amount(after, "NAT", "us-east-1", "hours") == _amount(before, "NAT", "us-east-1", "hours")
    assert _amount(after, "Lambda", "us-east-1", "requests") == 0


def _amount(added: Bill, service: str, region: str, item: str) -> float:
    return sum(each.amount for each in added.lines if (each.service, each.region, each.item) == (service, region, item))


def _with_load(graph: Graph, **load: float) -> Graph:
    levels = graph.outputs["service_levels"]
    return replace(graph, outputs={"service_levels": {**levels, "load": {**levels["load"], **load}}})


def test_hours_of_a_month_are_those_of_aws() -> None:
    assert fact("bill.hours").value == 730
