"""How far the bill stays under the naive one, and what moves it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from preview.graph import Graph
from preview.promises.caching import model as cache
from preview.promises.cost.caching import hit_ratio
from preview.promises.cost.demand import Demand
from preview.promises.cost.exhibits import Shares
from preview.promises.cost.measures import MEASURES, SMALLER_MODELS, Measure, without
from preview.promises.cost.model import MODEL, bill
from preview.promises.deployed import Deployed
from preview.promises.exhibit import Chart, Table
from preview.promises.figure import Kind
from preview.promises.promise import Finding, Verdict, judged
from tests.conftest import Built

ID = "cost_reduction_percent"


@pytest.fixture(scope="module")
def deployed(prod: Graph) -> Deployed:
    return Deployed(prod)


@pytest.fixture(scope="module")
def finding(deployed: Deployed) -> Finding:
    (found,) = MODEL.findings(deployed)
    return found


def reduction(deployed: Deployed) -> float:
    return MODEL.reached(deployed)[ID].value


def cost(deployed: Deployed) -> float:
    return bill(deployed).amount


def set_in(deployed: Deployed, token: str, path: str, value: Any) -> Deployed:
    """The stack with a setting changed in every resource of a type that has it."""
    nodes = [node for node in deployed.of_type(token) if deployed.value(node, path) is not None]
    assert nodes, f"no {token} has {path}"
    return deployed.altered({(node.urn, path): value for node in nodes})


# --- the naive build --------------------------------------------------------------------------------------------------


def test_the_reduction_is_what_lies_between_the_two_bills(deployed: Deployed) -> None:
    own, naive = cost(deployed), cost(without(Demand(deployed), MEASURES))
    assert reduction(deployed) == pytest.approx(100 * (1 - own / naive))


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.id)
def test_no_measure_makes_the_platform_dearer(deployed: Deployed, measure: Measure) -> None:
    assert cost(without(Demand(deployed), [measure])) > cost(deployed)


def test_taking_back_a_measure_leaves_everything_else_as_it_is(deployed: Deployed) -> None:
    (arm,) = (each for each in MEASURES if each.id == "arm")
    before, after = bill(deployed), bill(without(Demand(deployed), [arm]))
    moved = {service for service, sum_ in after.by_service.items() if sum_.value != before.by_service[service].value}
    assert moved == {"EC2", "Aurora", "Lambda"}


def test_a_stack_that_has_a_measure_no_more_loses_its_saving(deployed: Deployed) -> None:
    on_demand = set_in(
        deployed,
        "aws:autoscaling/group:Group",
        "mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity",
        100,
    )
    assert reduction(on_demand) < reduction(deployed)


def test_without_workers_the_promise_breaks(staging_with: Built) -> None:
    def no_workers(config: dict[str, Any]) -> None:
        config["region_defaults"]["render"]["max_instances"] = 0

    assert reduction(Deployed(staging_with(no_workers))) < 20


def test_smaller_models_make_most_of_the_difference(deployed: Deployed) -> None:
    own, naive = cost(deployed), cost(without(Demand(deployed), MEASURES))
    assert cost(without(Demand(deployed), [SMALLER_MODELS])) - own > (naive - own) / 2


def test_the_bill_rests_on_the_settings_of_this_stack_alone(deployed: Deployed) -> None:
    settings = MODEL.reached(deployed)[ID].readings()
    spot = {each.value for each in settings if each.path.endswith("onDemandPercentageAboveBaseCapacity")}
    assert spot == {0, 30}, "and not 100, which is the naive build's"


# --- what moves it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "path", "dearer"),
    [
        ("aws:autoscaling/schedule:Schedule", "minSize", 9),
        ("aws:autoscaling/group:Group", "minSize", 9),
        ("aws:ec2/launchTemplate:LaunchTemplate", "blockDeviceMappings.0.ebs.volumeSize", 500),
        ("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", 3650),
        ("aws:rds/clusterInstance:ClusterInstance", "monitoringInterval", 1),
        ("aws:backup/plan:Plan", "rules.0.lifecycle.deleteAfter", 350),
        ("aws:lambda/function:Function", "memorySize", 4096),
        ("aws:synthetics/canary:Canary", "schedule.expression", "rate(1 minute)"),
        ("aws:redshiftserverless/workgroup:Workgroup", "baseCapacity", 128),
        ("aws:cloudfront/cachePolicy:CachePolicy", "defaultTtl", 60),
    ],
)
def test_more_of_a_setting_costs_more(deployed: Deployed, token: str, path: str, dearer: object) -> None:
    assert cost(set_in(deployed, token, path, dearer)) > cost(deployed)


@pytest.mark.parametrize(
    ("token", "billed"),
    [
        ("aws:ec2/natGateway:NatGateway", {}),
        ("aws:rds/clusterInstance:ClusterInstance", {}),
        ("aws:kms/key:Key", {}),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", {}),
        ("aws:guardduty/detectorFeature:DetectorFeature", {"name": "S3_DATA_EVENTS"}),
        ("aws:route53/healthCheck:HealthCheck", {"type": "HTTPS"}),
        ("aws:synthetics/canary:Canary", {}),
        ("aws:backup/plan:Plan", {}),
    ],
)
def test_one_resource_fewer_costs_less(deployed: Deployed, token: str, billed: dict[str, str]) -> None:
    first = next(node for node in deployed.of_type(token) if billed.items() <= node.inputs.items())
    assert cost(deployed.without([first.urn])) < cost(deployed)


@pytest.mark.parametrize("more", [1.5, 4, 30])
def test_more_users_cost_more(prod: Graph, deployed: Deployed, more: float) -> None:
    def crowded(load: dict[str, Any]) -> dict[str, Any]:
        return {**load, **{key: load[key] * more for key in ("users_at_once", "users_at_peak")}}

    assert cost(with_load(prod, crowded)) > cost(deployed)


def test_larger_models_cost_more_and_save_more(prod: Graph, deployed: Deployed) -> None:
    larger = with_load(prod, lambda load: {**load, "model_megabytes": 2 * load["model_megabytes"]})
    assert cost(larger) > cost(deployed)
    assert reduction(larger) > reduction(deployed)


def test_the_cdn_answers_more_the_longer_it_may_keep(deployed: Deployed) -> None:
    policy = "aws:cloudfront/cachePolicy:CachePolicy"
    shares = [hit_ratio(set_in(deployed, policy, "defaultTtl", ttl)).value for ttl in (60, 86_400, 604_800, 31_536_000)]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_hits_are_those_of_the_cache_model(deployed: Deployed) -> None:
    assert hit_ratio(deployed) == cache.reached(deployed)["cache_hit_percent"]


def test_a_stack_without_a_distribution_has_a_bill(deployed: Deployed) -> None:
    edges = [node.urn for node in deployed.of_type("aws:cloudfront/distribution:Distribution")]
    alone = deployed.without(edges)
    assert "CloudFront" not in {line.service for line in bill(alone).lines if line.item.startswith("requests")}
    assert hit_ratio(alone).value == 0
    assert reduction(alone) < reduction(deployed)


# --- what is found ----------------------------------------------------------------------------------------------------


def test_commitments_bring_it_further_but_are_no_part_of_it(finding: Finding) -> None:
    assert finding.reached is not None
    assert finding.achievable is not None
    assert finding.reached.value < finding.achievable.value
    assert finding.achievable.kind is Kind.BOUND


def test_what_aws_does_not_support_is_said_where_the_owners_accepted_less(deployed: Deployed, finding: Finding) -> None:
    assert finding.reached is not None
    accepted = with_pledge(deployed.graph, promised=90, accepted=finding.reached.value - 1)
    assert judged(accepted, finding).verdict is Verdict.NOT_ACHIEVABLE
    refused = with_pledge(deployed.graph, promised=90, accepted=finding.reached.value + 1)
    assert judged(refused, finding).verdict is Verdict.BROKEN


def test_the_measures_and_their_overlap_are_all_that_is_saved(finding: Finding) -> None:
    (table,) = (each for each in finding.exhibits if isinstance(each, Table) and each.id == "cost_measures")
    *parts, (_, _, whole, _) = table.rows
    assert sum(float(row[2] or 0) for row in parts) == pytest.approx(float(whole or 0), abs=0.1)


def test_the_waterfall_ends_at_this_stack(deployed: Deployed, finding: Finding) -> None:
    (chart,) = (each for each in finding.exhibits if isinstance(each, Chart) and each.id == "cost_waterfall")
    paid = next(series for series in chart.series if series.name == "paid")
    assert paid.points[-1][1] == pytest.approx(cost(deployed))
    assert len(paid.points) == len(chart.x.categories)


def test_every_axis_says_what_it_shows(finding: Finding) -> None:
    charts = [each for each in finding.exhibits if isinstance(each, Chart)]
    assert charts
    assert all(chart.x.title and chart.y.title and chart.y.unit for chart in charts)


def test_the_overlap_is_what_no_measure_saves_alone(deployed: Deployed) -> None:
    own = bill(deployed)
    naive = bill(without(Demand(deployed), MEASURES))
    shares = Shares(own=own, naive=naive, alone=dict.fromkeys([each.id for each in MEASURES], 1.0))
    assert shares.overlap == pytest.approx(naive.amount - own.amount - len(MEASURES))


def with_load(graph: Graph, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Deployed:
    levels = graph.outputs["service_levels"]
    return Deployed(replace(graph, outputs={"service_levels": {**levels, "load": change(levels["load"])}}))


def with_pledge(graph: Graph, *, promised: float, accepted: float) -> Deployed:
    levels = graph.outputs["service_levels"]
    pledges = {**levels["promises"], ID: {"promised": promised, "accepted": accepted}}
    return Deployed(replace(graph, outputs={"service_levels": {**levels, "promises": pledges}}))
