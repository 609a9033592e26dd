"""The four promises of the web fleets: on the real stacks, on small ones, and with each setting that matters."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from preview.facts import fact
from preview.graph import Graph
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Chart, Drawing, Table
from preview.promises.figure import Figure
from preview.promises.scaling.fleet import GROUP, SCHEDULE, TARGETS, web_fleets
from preview.promises.scaling.model import MODEL, PROMISES, REGION_LOSS, REPLACEMENT, SPIKE, SURGE, findings, reached
from preview.promises.scaling.rendering import longest_wait
from preview.promises.scaling.scenarios import Platform, region_losses, spike, surge
from preview.promises.scaling.servers import TEMPLATE, vcpus
from preview.promises.sensitivity import effects
from preview.promises.users.cities import served, shares
from tests.conftest import Built
from tests.preview.promises.scaling.small_fleet import CPU, REQUESTS, fast, fleet, schedule, stack

LONDON, OHIO = "eu-west-2", "us-east-2"


def value(deployed: Deployed, promise: Any) -> float:
    return reached(deployed)[promise.id].value


# --- the real stacks ----------------------------------------------------------------------------------------------


def test_a_dead_server_is_replaced_after_detection_launch_boot_and_first_check(graph: Graph) -> None:
    check = Deployed(graph).of_type(TARGETS)[0].inputs["healthCheck"]
    unhealthy = check["unhealthyThreshold"] * check["interval"] + check["timeout"]
    new = fact("ec2.launch").value + fact("ec2.bootstrap_own").value
    expected = unhealthy + fact("asg.health_poll").value + new + check["interval"]
    assert value(Deployed(graph), REPLACEMENT) == expected


def test_the_fewest_servers_are_those_of_the_night(prod: Graph) -> None:
    deployed = Deployed(prod)
    nights = [each.inputs["minSize"] for each in deployed.of_type(SCHEDULE) if each.name.endswith("night")]
    for fleet_ in web_fleets(deployed).values():
        assert fleet_.smallest.value == min(nights) < fleet_.prepared.value
        assert fleet_.server.value == 1000 * 2 / deployed.expected("load.server_cpu_milliseconds_per_request", "").value


def test_requests_add_up_over_time_and_regions(graph: Graph) -> None:
    platform = Platform.of(Deployed(graph))
    for scenario in (surge(platform), spike(platform), *region_losses(platform)):
        simulated = sum(sum(trace.load) * 10 for trace in scenario.traces.values())
        assert scenario.unserved.uses["asked"].value == pytest.approx(simulated)


def test_a_lost_regions_users_go_where_dns_sends_them_without_it(graph: Graph) -> None:
    deployed = Deployed(graph)
    platform, users = Platform.of(deployed), served(deployed)
    for lost, heirs in platform.heirs.items():
        after = shares(users, deployed.without_region(lost).serving)
        ours = {region: platform.shares[region] + heirs.get(region, 0) for region in after}
        assert ours == pytest.approx(after)


def test_every_region_is_the_lost_one_and_the_worst_decides(prod: Graph) -> None:
    deployed = Deployed(prod)
    losses = region_losses(Platform.of(deployed))
    assert len(losses) == len(deployed.serving)
    assert value(deployed, REGION_LOSS) == max(each.unserved.value for each in losses)


def test_the_report_shows_load_capacity_and_outcome_of_each_scenario(prod: Graph) -> None:
    for finding in findings(Deployed(prod))[1:]:
        drawings = {exhibit.drawing for exhibit in finding.exhibits if isinstance(exhibit, Chart)}
        tables = [exhibit for exhibit in finding.exhibits if isinstance(exhibit, Table)]
        assert drawings == {Drawing.LINE, Drawing.STACKED_AREA}
        assert len(tables) == 1
        for exhibit in finding.exhibits:
            if isinstance(exhibit, Chart):
                assert {len(series.points) for series in exhibit.series} <= {10, 30}, exhibit.id


def test_a_render_starts_after_alarm_launch_and_boot(prod: Graph) -> None:
    also = {figure.name: figure for figure in findings(Deployed(prod))[0].also}
    first = also["an upload's render starts, where no worker runs"].value
    assert (
        first
        == sum(fact(name).value for name in ("tt.delay", "asg.reaction", "ec2.launch", "ec2.bootstrap_stock")) + 60
    )
    assert not also["an upload's render starts, after hours without any"].decides


def test_the_last_of_many_jobs_waits_for_a_free_worker() -> None:
    assert longest_wait([300], 3, 120) == 300 + 2 * 120
    assert longest_wait([300, 500], 4, 120) == 540
    assert longest_wait([300], 0, 120) == 0


# --- each promise breaks, and is kept again -----------------------------------------------------------------------


def test_slow_health_checks_break_the_replacement_and_so_does_an_image_of_aws(staging: Graph) -> None:
    deployed = Deployed(staging)
    slow = {(each.urn, "healthCheck.interval"): 30 for each in deployed.of_type(TARGETS)}
    stock = {(each.urn, "imageId"): "resolve:ssm:/aws/service/an-image" for each in deployed.of_type(TEMPLATE)}
    assert value(deployed.altered(slow), REPLACEMENT) == value(deployed, REPLACEMENT) + 3 * 20
    lost = fact("ec2.bootstrap_stock").value - fact("ec2.bootstrap_own").value
    assert value(deployed.altered(stock), REPLACEMENT) == value(deployed, REPLACEMENT) + lost > 180


def test_an_image_that_nobody_is_seen_to_build_counts_as_one_of_aws(staging: Graph) -> None:
    deployed = Deployed(staging)
    unbuilt = deployed.without(node.urn for node in deployed.of_type("aws:imagebuilder/image:Image"))
    assert value(unbuilt, REPLACEMENT) > value(deployed, REPLACEMENT)


def test_a_small_limit_breaks_the_surge(staging: Graph) -> None:
    deployed = Deployed(staging)
    tight = {(each.urn, "maxSize"): 2 for each in deployed.of_type(GROUP)}
    busy = {(staging.urn, "service_levels.load.server_cpu_milliseconds_per_request"): 600}
    assert value(deployed, SURGE) == 0
    assert value(deployed.altered({**tight, **busy}), SURGE) > 5


def test_a_costly_request_breaks_the_spike_and_standing_servers_mend_it(prod: Graph) -> None:
    costly = Deployed(prod).altered({(prod.urn, "service_levels.load.server_cpu_milliseconds_per_request"): 40})
    assert value(costly, SPIKE) > 10
    changes = {(each.urn, "minSize"): 8 for token in (GROUP, SCHEDULE) for each in costly.of_type(token)}
    assert value(costly.altered(changes), SPIKE) == 0


def test_one_region_cannot_lose_it() -> None:
    deployed = stack(fleet(LONDON))
    assert value(deployed, REGION_LOSS) == 100
    assert findings(deployed)[3].exhibits == ()


def test_servers_that_are_replaced_while_they_boot_keep_no_promise() -> None:
    deployed = stack(fleet(LONDON, healthCheckGracePeriod=30, **STOCK))
    with pytest.raises(UndeclaredError, match="needs 130 s to pass its first health check and is replaced after 30 s"):
        reached(deployed)
    unasked = fleet(LONDON, healthCheckGracePeriod=30, healthCheckType="EC2", **STOCK)
    assert reached(stack(unasked)), "nobody replaces them where the load balancer is not asked"


# --- each setting moves it the right way --------------------------------------------------------------------------

BUSY: dict[str, Any] = {"server_cpu_milliseconds_per_request": 60}
STOCK: dict[str, Any] = {"image": "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023"}


def unserved(promise: Any, load: dict[str, Any] | None = None, **changes: Any) -> float:
    return value(stack(fleet(LONDON, **changes), **(load or BUSY)), promise)


@pytest.mark.parametrize("promise", [SURGE, SPIKE], ids=["surge", "spike"])
@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"minSize": 8}, {"minSize": 2}),
        ({"maxSize": 40}, {"maxSize": 4}),
        ({"image": "ami-own"}, STOCK),
        ({"policies": [REQUESTS]}, {"policies": [CPU]}),
        ({"policies": [fast(10)]}, {"policies": [fast(60)]}),
        ({"policies": [fast(10, 600)]}, {"policies": [fast(10, 2_400)]}),
        ({"policies": [CPU]}, {"policies": []}),
        ({"warmPool": {"poolState": "Stopped"}, **STOCK}, STOCK),
        ({"schedules": [schedule(12), schedule(14)]}, {"schedules": [schedule(2), schedule(14)]}),
        ({"maxInstanceLifetime": None}, {"maxInstanceLifetime": 86_400}),
        (
            {"maxInstanceLifetime": 86_400, "instanceMaintenancePolicy": {"minHealthyPercentage": 100}},
            {"maxInstanceLifetime": 86_400, "instanceMaintenancePolicy": {"minHealthyPercentage": 50}},
        ),
        ({"targets": {"slowStart": 0}}, {"targets": {"slowStart": 900}}),
        (
            {},
            {"hooks": [{"lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING", "heartbeatTimeout": 600}]},
        ),
    ],
    ids=[
        "more servers", "higher limit", "own image", "request count", "faster metric", "lower target", "any policy",
        "warm pool", "higher night", "no renewal", "renewal that adds first", "no slow start", "no launch hook",
    ],
)  # fmt: skip
def test_a_better_setting_turns_fewer_away(promise: Any, better: dict[str, Any], worse: dict[str, Any]) -> None:
    assert unserved(promise, **better) < unserved(promise, **worse)


def test_basic_monitoring_scales_later() -> None:
    deployed = stack(fleet(LONDON), **BUSY)
    basic = {(each.urn, "monitoring.enabled"): False for each in deployed.of_type(TEMPLATE)}
    assert value(deployed.altered(basic), SURGE) > value(deployed, SURGE)


def test_spot_servers_cost_answers_and_rebalancing_saves_some() -> None:
    mixed: dict[str, Any] = {
        "mixedInstancesPolicy": {"instancesDistribution": {"onDemandPercentageAboveBaseCapacity": 0}}
    }
    fixed: dict[str, Any] = {"policies": [], "minSize": 5, "maxSize": 5, **STOCK}
    peak = {"users_at_peak": 2_400, "server_cpu_milliseconds_per_request": 40}

    def lost(**changes: Any) -> float:
        standing = [fleet(region, **fixed, **changes) for region in (LONDON, OHIO)]
        return value(stack(*standing, **peak), REGION_LOSS)

    assert lost() == 0 < lost(**mixed, capacityRebalance=True) < lost(**mixed)


def test_larger_types_serve_more_and_the_smallest_counts() -> None:
    def types(*names: str) -> dict[str, Any]:
        overrides = [{"instanceType": name} for name in names]
        return {"mixedInstancesPolicy": {"launchTemplate": {"overrides": overrides}}}

    large = unserved(SPIKE, **types("m7g.large", "m7g.2xlarge"))
    assert large == unserved(SPIKE) > unserved(SPIKE, **types("m7g.2xlarge"))
    assert vcpus("m7g.2xlarge").value == 8


def test_schedules_count_for_a_spike_that_is_known_and_for_no_other() -> None:
    sale = schedule(10, recurrence=None, startTime="2026-11-27T00:00:00Z")
    prepared = fleet(LONDON, schedules=[sale])
    known = {"spike": {"factor": 10, "minutes": 5, "warned": True}}
    assert value(stack(prepared), SPIKE) == value(stack(fleet(LONDON)), SPIKE) > 0
    assert value(stack(prepared, **known), SPIKE) == 0
    assert value(stack(prepared, **BUSY), SURGE) == value(stack(fleet(LONDON), **BUSY), SURGE)


def test_predictive_scaling_knows_the_daily_peak_alone() -> None:
    forecast = {"metricSpecification": {"targetValue": 50}, "mode": "ForecastAndScale"}
    predicting = fleet(LONDON, policies=[CPU, {"predictiveScalingConfiguration": forecast}])
    known = {"spike": {"factor": 10, "minutes": 5, "warned": True}}
    assert value(stack(predicting), SPIKE) == value(stack(fleet(LONDON)), SPIKE)
    assert value(stack(predicting, **known), SPIKE) < value(stack(fleet(LONDON), **known), SPIKE)
    watching = fleet(LONDON, policies=[CPU, {"predictiveScalingConfiguration": {**forecast, "mode": "ForecastOnly"}}])
    assert value(stack(watching, **known), SPIKE) == value(stack(fleet(LONDON), **known), SPIKE)


def test_a_policy_on_an_unknown_metric_adds_no_server() -> None:
    foreign = fast() | {
        "targetTrackingConfiguration": {"targetValue": 1, "customizedMetricSpecification": {"metricName": "Queue"}}
    }
    assert unserved(SPIKE, policies=[foreign]) == unserved(SPIKE, policies=[])


def test_a_warm_pool_that_holds_nothing_replaces_nothing() -> None:
    def seconds(**changes: Any) -> float:
        return value(stack(fleet(LONDON, **STOCK, **changes)), REPLACEMENT)

    saved = fact("ec2.launch").value + fact("ec2.bootstrap_stock").value - fact("asg.warm_start").value
    assert seconds(warmPool={"minSize": 1}) == seconds() - saved
    assert seconds(warmPool={"maxGroupPreparedCapacity": 0}) == seconds()


def test_ec2_checks_notice_a_dead_service_minutes_later() -> None:
    by_balancer = value(stack(fleet(LONDON)), REPLACEMENT)
    by_ec2 = value(stack(fleet(LONDON, healthCheckType="EC2")), REPLACEMENT)
    assert by_ec2 - by_balancer == 60 + 300 - (24 + 60)


@given_settings(max_examples=25)
@given(st.integers(min_value=1, max_value=30), st.integers(min_value=0, max_value=30))
def test_more_servers_without_policies_never_turn_more_away(few: int, more: int) -> None:
    def turned_away(size: int) -> list[float]:
        standing = [fleet(region, policies=[], minSize=size, maxSize=size) for region in (LONDON, OHIO)]
        return [figure.value for figure in reached(stack(*standing, **BUSY)).values()]

    assert all(much <= little + 1e-9 for much, little in zip(turned_away(few + more), turned_away(few), strict=True))


def test_each_of_a_promises_strongest_settings_moves_it_the_right_way(staging: Graph) -> None:
    ranked = effects(Deployed(staging), MODEL)
    strongest = {effect.path: effect for effect in ranked[REPLACEMENT.id][:3]}
    assert set(strongest) == {"healthCheck.interval", "healthCheck.unhealthyThreshold", "healthCheck.timeout"}
    for effect in strongest.values():
        assert (effect.after > effect.before) == (effect.becomes > effect.was)
    for effect in ranked[SPIKE.id]:
        if effect.path in {"maxSize", "minSize"}:
            assert (effect.after >= effect.before) == (effect.becomes < effect.was), effect


# --- graphs that lack things --------------------------------------------------------------------------------------


def test_a_stack_without_web_servers_says_so() -> None:
    with pytest.raises(UndeclaredError, match="no region with a load balancer"):
        reached(stack())
    with pytest.raises(UndeclaredError, match=f"{LONDON} has no Auto Scaling groups behind its load balancer"):
        reached(stack(fleet(LONDON)[:3]))


def test_unknown_instance_types_are_said() -> None:
    unknown: dict[str, Any] = {"mixedInstancesPolicy": {"launchTemplate": {"overrides": [{"instanceType": "x9.huge"}]}}}
    with pytest.raises(UndeclaredError, match=r"does not know the instance type x9\.huge"):
        reached(stack(fleet(LONDON, **unknown)))


def test_a_region_that_is_drained_gets_no_users(staging_with: Built) -> None:
    drained = staging_with(lambda config: config["regions"][1].update(state="draining"))
    platform = Platform.of(Deployed(drained))
    assert dict(platform.shares) == {LONDON: pytest.approx(1)}
    assert value(Deployed(drained), REGION_LOSS) == 100


def test_defaults_of_aws_stand_in(staging: Graph) -> None:
    deployed = Deployed(staging)
    bare = {
        (each.urn, path): None
        for token, paths in ((GROUP, ("defaultInstanceWarmup", "capacityRebalance")), (TARGETS, ("slowStart",)))
        for each in deployed.of_type(token)
        for path in paths
    }
    figure = reached(deployed.altered(bare))[SPIKE.id]
    assert {"asg.cooldown", "asg.capacity_rebalance", "alb.slow_start"} <= {found.id for found in figure.facts()}


def test_every_figure_rests_on_settings_of_the_fleet_and_decides(graph: Graph) -> None:
    figures: dict[str, Figure] = reached(Deployed(graph))
    assert set(figures) == {promise.id for promise in PROMISES}
    for figure in figures.values():
        assert figure.decides
        assert any(not reading.path.startswith("service_levels") for reading in figure.readings())
    settings = {reading.path for reading in figures[SPIKE.id].readings()}
    assert {"maxSize", "slowStart", "capacityRebalance", "targetTrackingConfiguration.targetValue"} <= settings
