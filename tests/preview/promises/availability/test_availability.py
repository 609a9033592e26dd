"""How much of the time visitors can do what they came for, on what AWS commits to."""

import statistics
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from preview.facts import fact, rows
from preview.graph import UNKNOWN, Graph, Node
from preview.promises.availability.blocks import block, common_cause_share, level, redundant
from preview.promises.availability.exhibits import incident_share
from preview.promises.availability.fewer import fewer
from preview.promises.availability.journeys import (
    BROWSE,
    FILL_CART,
    FILL_GUEST_CART,
    PLACE_ORDER,
    SEE_MODEL,
    Wanted,
    journey,
    uploads,
)
from preview.promises.availability.model import MODEL
from preview.promises.availability.region import GROUP, LOAD_BALANCER
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Chart, Table
from preview.promises.figure import Figure, Kind, figure
from preview.promises.judging import judge
from preview.promises.promise import Finding, Verdict
from preview.promises.sensitivity import effects
from tests.preview.promises.small import graph, node

RECORD = "aws:route53/record:Record"


def side_by_side(one: float, number: int) -> float:
    """Availability of equal parts that share a tenth of their failures, as fractions."""
    shared = 0.1 * (1 - one)
    return (1 - shared) * (1 - ((1 - one - shared) / (1 - shared)) ** number)


@pytest.fixture(scope="module")
def deployed(prod: Graph) -> Deployed:
    return Deployed(prod)


@pytest.fixture(scope="module")
def found(deployed: Deployed) -> Finding:
    return MODEL.findings(deployed)[0]


def browse(deployed: Deployed) -> float:
    return MODEL.reached(deployed)["availability_percent"].value


def available(deployed: Deployed, wanted: Wanted) -> float:
    return journey(deployed, wanted).available.value


def without(deployed: Deployed, token: str, which: Callable[[Node], bool] = lambda _: True) -> Deployed:
    return deployed.without(node.urn for node in deployed.of_type(token) if which(node))


def setting(deployed: Deployed, token: str, path: str, value: Any) -> Deployed:
    return deployed.altered({(node.urn, path): value for node in deployed.of_type(token)})


# --- the figure ---------------------------------------------------------------------------------------------------


def test_browsing_is_the_product_of_what_stands_in_its_way(deployed: Deployed) -> None:
    region = 0.9999 * 0.9999 * 0.9999 * 0.99999 * 0.9995  # load balancer, servers, tables, keys, web ACL
    bucket = 0.999 * 0.99999
    regions, buckets = side_by_side(region, 5), side_by_side(bucket, 2)
    leaving = 1 - (1 - region) * (0.82 * 10 + 4 + 5 + 10) / (257 * 60)
    cdn, web_acl = 0.999, 0.9995
    assert browse(deployed) == pytest.approx(100 * cdn * web_acl * buckets * regions * leaving, rel=1e-9)


def test_two_regions_already_give_nearly_what_five_give(prod: Graph, staging: Graph) -> None:
    assert 0 < browse(Deployed(prod)) - browse(Deployed(staging)) < 0.001


def verdict(deployed: Deployed) -> Verdict:
    """Where the owners accepted 99.8 % in place of 99.99 %."""
    path = "service_levels.promises.availability_percent"
    accepted = {"promised": 99.99, "accepted": 99.8}
    (judgement,) = judge(deployed.altered({(deployed.graph.urn, path): accepted}), [MODEL])
    return judgement.verdict


def test_both_stacks_reach_what_the_owners_may_accept_and_not_what_they_were_promised(graph: Graph) -> None:
    assert verdict(Deployed(graph)) is Verdict.NOT_ACHIEVABLE


@pytest.mark.parametrize(
    "change",
    [
        "1 zone in each region",
        "DNS leads to eu-west-2 alone",
        "no second bucket for pages and models",
        "no health checks",
    ],
)
def test_a_stack_with_a_single_point_of_failure_breaks_the_promise(graph: Graph, change: str) -> None:
    assert verdict(dict(fewer(Deployed(graph)))[change]) is Verdict.BROKEN


def test_no_stack_behind_a_cdn_is_backed_with_more_than_the_cdn(found: Finding) -> None:
    assert found.achievable is not None
    assert found.achievable.value == level("sla.cloudfront").value
    assert "not a forecast" in found.why


def test_the_regions_alone_would_keep_the_promise(found: Finding) -> None:
    (alone,) = [figure for figure in found.also if figure.name.startswith("The regions alone")]
    assert alone.value > 99.99


def test_no_figure_that_decides_is_from_memory_or_at_second_hand(graph: Graph) -> None:
    decisive = MODEL.reached(Deployed(graph))["availability_percent"]
    assert decisive.decides
    assert {"requestInterval", "minSize", "ttl"} <= {reading.path for reading in decisive.readings()}


# --- each journey -------------------------------------------------------------------------------------------------


def test_an_order_needs_the_database_that_writes_and_the_way_to_it(deployed: Deployed) -> None:
    order, browsing = journey(deployed, PLACE_ORDER), journey(deployed, BROWSE)
    here = {part.name for part in order.nearest["eu-west-2"].parts}
    afar = {part.name for part in order.nearest["us-east-1"].parts}
    assert {"writer's database", "database proxies"} <= here
    assert {"writer's database", "databases that forward"} <= afar
    assert order.available.value < browsing.available.value


def test_signed_in_customers_depend_on_the_sign_in_and_guests_do_not(deployed: Deployed) -> None:
    ratio = available(deployed, FILL_CART) / available(deployed, FILL_GUEST_CART)
    assert ratio == pytest.approx(level("sla.cognito").value / 100)


def test_an_upload_needs_all_of_its_chain_in_one_region(deployed: Deployed) -> None:
    parts = {part.name for part in uploads(deployed).nearest["ap-south-1"].parts}
    assert parts == {
        "buckets of the uploads", "keys", "event buses", "queues", "functions", "tables", "render workers",
    }  # fmt: skip


def test_models_lie_in_a_rarer_class_than_pages(deployed: Deployed) -> None:
    buckets = {part.name: part for part in journey(deployed, SEE_MODEL).common.parts}
    (models,) = [part for name, part in buckets.items() if name.startswith("buckets of the models")]
    each = level("sla.s3_infrequent").value * level("sla.kms").value / 100
    assert [part.available.value for part in models.parts] == pytest.approx([each, each])


def test_an_archived_copy_cannot_stand_in_for_a_bucket(deployed: Deployed) -> None:
    token = "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration"
    buckets = [node for node in deployed.of_type("aws:s3/bucket:Bucket") if "-models" in node.name]
    archives = tuple(
        replace(node(token, bucket.name, bucket=UNKNOWN), property_dependencies={"bucket": (bucket.urn,)})
        for bucket in buckets
    )
    archived = Deployed(replace(deployed.graph, nodes=(*deployed.graph.nodes, *archives)))
    bucket = 0.99 * 0.99999
    assert available(deployed, SEE_MODEL) / available(archived, SEE_MODEL) == pytest.approx(
        side_by_side(bucket, 2) / bucket
    )


# --- what is taken away -------------------------------------------------------------------------------------------


def test_a_single_zone_costs_what_the_levels_of_one_zone_say(deployed: Deployed) -> None:
    lone = without(deployed, "aws:ec2/subnet:Subnet", lambda node: not node.inputs["availabilityZone"].endswith("a"))
    region = 0.999 * 0.995 * 0.9999 * 0.99999 * 0.9995
    parts = {part.name: part for part in journey(lone, BROWSE).common.parts}
    regions = parts["regions that serve /catalogue/products/1"]
    assert regions.available.value == pytest.approx(100 * side_by_side(region, 5))


@pytest.mark.parametrize(
    ("change", "journeys"),
    [
        ("1 zone in each region", (BROWSE, PLACE_ORDER)),
        ("DNS leads to eu-west-2 alone", (BROWSE, FILL_GUEST_CART, PLACE_ORDER)),
        ("one database instance where the writer is", (PLACE_ORDER,)),
        ("no second bucket for pages and models", (BROWSE, SEE_MODEL)),
        ("no replicas of the tables", (BROWSE, FILL_GUEST_CART, PLACE_ORDER)),
        ("no health checks", (BROWSE, FILL_GUEST_CART, PLACE_ORDER)),
        ("one web server at the least", (BROWSE, PLACE_ORDER)),
    ],
)
def test_less_of_it_is_worse(graph: Graph, change: str, journeys: tuple[Wanted, ...]) -> None:
    whole = Deployed(graph)
    changed = dict(fewer(whole))[change]
    for wanted in journeys:
        assert available(changed, wanted) < available(whole, wanted) - 0.005


def test_fewer_regions_are_never_better(deployed: Deployed) -> None:
    shares = [browse(deployed)]
    for region in ("us-east-1", "ap-southeast-2", "ap-south-1"):
        deployed = deployed.without_region(region)
        shares.append(browse(deployed))
    assert shares == sorted(shares, reverse=True)


def test_a_third_zone_adds_nothing_that_aws_commits_to(deployed: Deployed) -> None:
    two = without(deployed, "aws:ec2/subnet:Subnet", lambda node: node.inputs["availabilityZone"].endswith("c"))
    assert browse(two) == pytest.approx(browse(deployed))


@pytest.mark.parametrize(
    ("token", "path", "worse"),
    [
        ("aws:route53/healthCheck:HealthCheck", "requestInterval", 30),
        ("aws:route53/healthCheck:HealthCheck", "failureThreshold", 3),
        (RECORD, "ttl", 300),
        (GROUP, "minSize", 1),
        ("aws:cloudfront/distribution:Distribution", "originGroups.1.failoverCriteria.statusCodes", [404]),
    ],
)
def test_a_setting_moves_browsing_the_right_way(deployed: Deployed, token: str, path: str, worse: Any) -> None:
    assert browse(setting(deployed, token, path, worse)) < browse(deployed)


def test_a_web_acl_that_lets_pass_what_it_cannot_judge_is_in_nobodys_way(deployed: Deployed) -> None:
    assert browse(setting(deployed, LOAD_BALANCER, "enableWafFailOpen", True)) > browse(deployed)


def test_schedules_can_make_the_fleet_too_small(deployed: Deployed) -> None:
    night = setting(deployed, "aws:autoscaling/schedule:Schedule", "minSize", 1)
    assert browse(night) < browse(deployed)


def test_a_cluster_that_forwards_nothing_leaves_its_region_without_orders(deployed: Deployed) -> None:
    mute = setting(deployed, "aws:rds/cluster:Cluster", "enableGlobalWriteForwarding", False)
    order = journey(mute, PLACE_ORDER)
    assert order.of("us-east-1").available.value == 0
    assert order.of("eu-west-2").available.value > 99.7


def test_tables_without_an_endpoint_are_reached_through_nat(deployed: Deployed) -> None:
    detour = without(deployed, "aws:ec2/vpcEndpoint:VpcEndpoint", lambda node: node.name.endswith("-dynamodb"))
    assert browse(detour) < browse(deployed)


def test_a_region_without_a_health_check_keeps_its_visitors_when_it_fails(deployed: Deployed) -> None:
    unwatched = without(deployed, "aws:route53/healthCheck:HealthCheck", lambda node: "us-east-1" in node.name)
    seen = journey(unwatched, BROWSE)
    assert seen.of("us-east-1").available.value < seen.of("eu-west-2").available.value - 0.05


def test_the_second_bucket_is_what_moves_browsing_most(deployed: Deployed) -> None:
    ranked = effects(deployed, MODEL)["availability_percent"]
    assert ranked[0].path == "number of aws:s3/bucket:Bucket"
    assert all(effect.after <= effect.before for effect in ranked if effect.path in ("requestInterval", "ttl"))


# --- the report ---------------------------------------------------------------------------------------------------


def exhibit(found: Finding, name: str) -> Any:
    return next(each for each in found.exhibits if each.id == name)


def test_the_chart_adds_up_to_each_journeys_downtime(found: Finding) -> None:
    chart, table = exhibit(found, "availability-blocks"), exhibit(found, "availability-journeys")
    assert isinstance(chart, Chart)
    assert isinstance(table, Table)
    downtimes = [row[4] for row in table.rows if row[1] == "all"]
    heights = [sum(line.points[x][1] for line in chart.series) for x in range(len(downtimes))]
    assert heights == pytest.approx(downtimes, abs=0.02)


def test_a_journey_is_the_mean_of_its_regions(found: Finding) -> None:
    table = exhibit(found, "availability-journeys")
    orders = [row for row in table.rows if row[0] == PLACE_ORDER.title]
    mean = sum(row[2] * row[3] for row in orders[1:]) / sum(row[2] for row in orders[1:])
    assert orders[0][3] == pytest.approx(mean, abs=1e-3)


def test_the_more_is_shared_the_less_redundancy_gives(found: Finding) -> None:
    shares = {row[1]: row[2] for row in exhibit(found, "availability-dependence").rows}
    assert [shares[beta] for beta in sorted(shares)] == sorted(shares.values(), reverse=True)


# --- graphs that lack things --------------------------------------------------------------------------------------


def test_a_stack_without_a_distribution_says_so() -> None:
    with pytest.raises(UndeclaredError, match="declares no aws:cloudfront/distribution:Distribution"):
        MODEL.reached(Deployed(graph()))


def test_a_stack_whose_names_lead_nowhere_says_so(deployed: Deployed) -> None:
    with pytest.raises(UndeclaredError, match="DNS leads /catalogue/products/1 to no region"):
        MODEL.reached(without(deployed, RECORD))


def test_a_stack_without_servers_says_so(deployed: Deployed) -> None:
    with pytest.raises(UndeclaredError, match="no web servers stand behind /catalogue/products/1"):
        MODEL.reached(setting(deployed, GROUP, "maxSize", 0))


def test_a_stack_without_a_database_still_says_how_well_one_can_browse(deployed: Deployed) -> None:
    plain = without(deployed, "aws:rds/cluster:Cluster")
    (finding,) = MODEL.findings(plain)
    assert finding.reached is not None
    assert finding.reached.value == pytest.approx(browse(deployed))
    assert PLACE_ORDER.title not in {figure.name for figure in finding.also}


def test_one_region_is_as_good_as_that_region(deployed: Deployed) -> None:
    alone = journey(dict(fewer(deployed))["DNS leads to eu-west-2 alone"], BROWSE)
    assert list(alone.nearest) == ["eu-west-2"]
    assert not alone.nearest["eu-west-2"].parts, "nobody to fail over to"


# --- against what the model was not fitted to ---------------------------------------------------------------------


def both(identifier: str) -> Figure:
    """What two redundant services would reach, by their level and the common-cause share."""
    single = figure(identifier, "%", Kind.ESTIMATE, "level", level=level(identifier))
    parts = [block(name, "level", level=single) for name in ("one", "other")]
    counted = Deployed(graph()).count([], "services")
    return redundant("both", parts, common_cause_share(), counted).available


@pytest.mark.parametrize(
    ("alone", "together"),
    [
        ("sla.dynamodb", "sla.dynamodb_global"),
        ("sla.elb_one_zone", "sla.elb_zones"),
        ("sla.aurora_one_zone", "sla.aurora_zones"),
    ],
)
def test_the_common_cause_share_predicts_aws_levels_of_other_redundant_services(alone: str, together: str) -> None:
    assert both(alone).value == pytest.approx(level(together).value, abs=1e-4)


def test_published_incidents_struck_several_regions_about_as_often() -> None:
    assert incident_share() == pytest.approx(common_cause_share().value, abs=0.05)


@pytest.mark.parametrize("row", rows("measured_availability"), ids=lambda row: row["id"])
def test_what_was_measured_lies_as_near_the_levels_as_the_docs_say(row: dict[str, str]) -> None:
    asked = level(row["level"]).value
    error = float(row["availability_percent"]) - asked
    assert -0.01 < error < 0.1
    if row["downtime_minutes"]:
        lost = float(row["downtime_minutes"]) / (float(row["days"]) * 24 * 60 * float(row["places"]))
        assert float(row["availability_percent"]) == pytest.approx(100 * (1 - lost), abs=1e-5)


def test_no_region_was_down_as_long_as_its_levels_in_series_allow(deployed: Deployed) -> None:
    regions = next(part for part in journey(deployed, BROWSE).common.parts if part.name.startswith("regions"))
    allowed = regions.parts[-1].lost / 100 * 365 * 24 * 60
    on_the_way = [
        float(row["minutes"])
        for row in rows("incidents")
        if "us-east-1" in row["place"] and row["service"] in ("DynamoDB", "EC2 DNS resolver", "internal network")
    ]
    assert sum(on_the_way) / 11 < allowed, "2015 to 2025, in the Region with most incidents"


def test_the_length_of_an_outage_is_the_median_of_those_that_aws_described() -> None:
    described = [
        float(row["minutes"]) for row in rows("incidents") if row["scope"] == "region" and row["quality"] == "official"
    ]
    assert fact("outage.region_minutes").value == statistics.median(described)
