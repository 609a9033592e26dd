"""How long a failed region stays reachable, by name and by path."""

import csv
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preview.facts import rows
from preview.graph import Graph, Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.exhibit import Chart, Table
from preview.promises.failover.dns import leaves, names
from preview.promises.failover.health_checks import Failure
from preview.promises.failover.model import MODEL, traffic
from preview.promises.figure import Figure, Kind
from preview.promises.judging import judge
from preview.promises.promise import Finding, Verdict
from preview.promises.sensitivity import effects
from settings.edge import FailoverSettings
from settings.failover import failover_budget
from tests.conftest import Built
from tests.preview.promises.failover.regional import NAME, RECORD, record, two_regions
from tests.preview.promises.small import graph, node

PROMISED = {"region_failover_seconds": {"promised": 30}}
TABLE = Path(__file__).with_name("dns_failover_table.csv")
FAILURES = {"refused or 5xx at once": Failure.REFUSES, "black hole (connect timeout)": Failure.HANGS}
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
CHECK = "aws:route53/healthCheck:HealthCheck"


def found(deployed: Deployed) -> Finding:
    (finding,) = MODEL.findings(deployed)
    return finding


def also(deployed: Deployed, name: str) -> Figure:
    return next(figure for figure in found(deployed).also if figure.name == name)


def verdict(deployed: Deployed) -> Verdict:
    (judgement,) = judge(deployed, [MODEL])
    return judgement.verdict


def edge(*behaviours: dict[str, Any], statuses: tuple[int, ...] = (503, 504), second: str = "us-east-2") -> Node:
    """A distribution with a bucket in two regions, a group of both, and an origin behind a name."""
    tries = {"connectionAttempts": 2, "connectionTimeout": 3}
    origins = [
        {"originId": "site-eu-west-2", "domainName": "a.s3.amazonaws.com", **tries},
        {"originId": f"site-copy-{second}", "domainName": "b.s3.amazonaws.com", **tries},
        {"originId": "services", "domainName": NAME, **tries, "customOriginConfig": {"originReadTimeout": 15}},
    ]
    members = [{"originId": origin["originId"]} for origin in origins[:2]]
    group = {"originId": "site", "failoverCriteria": {"statusCodes": list(statuses)}, "members": members}
    return node(DISTRIBUTION, "edge", origins=origins, originGroups=[group], orderedCacheBehaviors=list(behaviours))


def stack(*nodes: Node, ttl: float | None = 10) -> Deployed:
    balancers = [node("aws:lb/loadBalancer:LoadBalancer", name, region=name) for name in ("eu-west-2", "us-east-2")]
    return Deployed(graph(*two_regions(ttl=ttl), *balancers, *nodes, promises=PROMISED))


def _setting(row: dict[str, str]) -> str:
    """The name of a row of the reference table."""
    return "-".join((row["interval_s"], row["failure_threshold"], row["failure_kind"][:7], row["record"][:9]))


# --- names ------------------------------------------------------------------------------------------------------------


def test_both_stacks_leave_a_hung_region_in_29_seconds(graph: Graph) -> None:
    deployed = Deployed(graph)
    interval, connect, propagation, ttl = 10, 4, 5, 10
    assert traffic(deployed).value == interval + connect + propagation + ttl
    assert verdict(deployed) is Verdict.KEPT
    assert also(deployed, "names, a region that refuses").value == interval + propagation + ttl


@pytest.mark.parametrize("row", list(csv.DictReader(TABLE.read_text("utf-8").splitlines())), ids=_setting)
def test_the_reference_table_is_reproduced(row: dict[str, str]) -> None:
    ttl = None if row["record"].startswith("alias") else 10
    checks = {"requestInterval": int(row["interval_s"]), "failureThreshold": int(row["failure_threshold"])}
    deployed = Deployed(graph(*two_regions(ttl=ttl, **checks)))
    failure = FAILURES[row["failure_kind"]]
    worst = leaves(deployed, names(deployed)[NAME], failure=failure, kind=Kind.ESTIMATE)
    median = leaves(deployed, names(deployed)[NAME], failure=failure, kind=Kind.MEDIAN)
    one = worst.uses["part1"]
    assert isinstance(one, Figure)
    assert one.uses["detection"].value == pytest.approx(float(row["detection_s"]))
    assert median.value == pytest.approx(float(row["median_client_s"]))
    assert worst.value == pytest.approx(float(row["max_client_s"]))
    assert worst.value - 0.05 * one.uses["ttl"].value == pytest.approx(float(row["p95_client_s"]))


def test_the_configuration_refuses_by_the_same_formula() -> None:
    usual = FailoverSettings()
    checks = {"requestInterval": usual.interval_seconds, "failureThreshold": usual.failure_threshold}
    deployed = Deployed(graph(*two_regions(ttl=usual.record_ttl_seconds, **checks)))
    estimate = leaves(deployed, names(deployed)[NAME], failure=Failure.HANGS, kind=Kind.ESTIMATE)
    budget = failover_budget(usual.interval_seconds, usual.failure_threshold, usual.record_ttl_seconds)
    assert estimate.value == pytest.approx(budget.total_seconds)


def test_a_name_that_leads_to_another_leaves_with_it(prod: Graph) -> None:
    led = names(Deployed(prod))
    assert led["origin.shop.example.com"].fqdn == "origin.nearest.shop.example.com"
    assert set(led["api.shop.example.com"].answers) == set(Deployed(prod).serving)
    assert "shop.example.com" not in led, "the apex leads to the edge, which stands nowhere"


@pytest.mark.parametrize(
    ("type_", "path", "value", "seconds"),
    [(CHECK, "requestInterval", 30, 49), (CHECK, "failureThreshold", 2, 43), (RECORD, "ttl", 12, 31)],
)
def test_slower_settings_break_the_promise(prod: Graph, type_: str, path: str, value: int, seconds: float) -> None:
    deployed = Deployed(prod)
    slower = deployed.altered(
        {(each.urn, path): value for each in deployed.of_type(type_) if each.inputs.get(path) in (10, 1)}
    )
    assert traffic(slower).value == seconds
    assert verdict(slower) is Verdict.BROKEN


def test_one_slow_record_decides_for_all(prod: Graph) -> None:
    deployed = Deployed(prod)
    slow = next(each for each in deployed.of_type(RECORD) if each.name == "edge-api-us-east-1")
    assert traffic(deployed.altered({(slow.urn, "ttl"): 60})).value == 29 + 50


def test_an_alias_stays_a_minute_in_resolvers() -> None:
    assert traffic(stack(ttl=None)).value == 14 + 5 + 60
    assert verdict(stack(ttl=None)) is Verdict.BROKEN


def test_a_record_without_a_health_check_never_leaves() -> None:
    deployed = Deployed(graph(*two_regions(), record("sa-east-1", None), promises=PROMISED))
    assert traffic(deployed).value == math.inf
    assert verdict(deployed) is Verdict.BROKEN
    assert f"{NAME}-sa-east-1 has no health check of this stack" in found(deployed).why


def test_one_region_alone_never_leaves() -> None:
    check, only, *_ = two_regions()
    deployed = Deployed(graph(check, only, promises=PROMISED))
    assert traffic(deployed).value == math.inf
    assert "no other region" in found(deployed).why


def test_a_stack_of_one_region_is_broken_and_not_missing(staging_with: Built) -> None:
    def one_region(config: dict[str, Any]) -> None:
        del config["regions"][1]

    deployed = Deployed(staging_with(one_region))
    (judgement,) = judge(deployed, [MODEL])
    assert judgement.finding.reached is not None
    assert judgement.finding.reached.value == math.inf
    assert judgement.verdict is Verdict.BROKEN


def test_residents_wait_for_their_region_outside_the_promise() -> None:
    kept = node(
        RECORD, "germany", name=NAME, setIdentifier="de", geolocationRoutingPolicies=[{"country": "DE"}], ttl=10
    )
    assert traffic(stack(kept)).value == 29
    assert "wait for their region: DE (germany)" in found(stack(kept)).why


@given(
    interval=st.sampled_from([10, 30]),
    threshold=st.integers(1, 9),
    ttl=st.integers(0, 300),
    more=st.integers(1, 300),
)
def test_a_longer_ttl_never_helps(interval: int, threshold: int, ttl: int, more: int) -> None:
    def seconds(ttl: int) -> float:
        nodes = two_regions(ttl=ttl, requestInterval=interval, failureThreshold=threshold)
        return traffic(Deployed(graph(*nodes))).value

    assert seconds(ttl) == threshold * (interval + 4) + 5 + ttl
    assert seconds(ttl + more) > seconds(ttl)


def test_fewer_regions_leave_no_sooner_until_one_is_left(prod: Graph) -> None:
    deployed = Deployed(prod)
    for region in deployed.serving[1:]:
        deployed = deployed.without_region(region)
        assert traffic(deployed).value == (29 if len(deployed.serving) > 1 else math.inf)


# --- paths of the distribution ----------------------------------------------------------------------------------------


PAGES = {"pathPattern": "/pages/*", "targetOriginId": "site", "allowedMethods": ["GET", "HEAD"]}
FORMS = {**PAGES, "pathPattern": "/forms/*", "allowedMethods": ["GET", "HEAD", "POST"]}
ALONE = {**PAGES, "pathPattern": "/alone/*", "targetOriginId": "site-eu-west-2"}
SERVICES = {**FORMS, "pathPattern": "/services/*", "targetOriginId": "services"}


def test_reads_leave_by_the_origin_group_and_writes_by_dns(prod: Graph) -> None:
    deployed = Deployed(prod)
    table = next(each for each in found(deployed).exhibits if each.id == "failover-routes")
    assert isinstance(table, Table)
    (assets,) = [row for row in table.rows if row[0] == "/assets/*"]
    (orders,) = [row for row in table.rows if row[0] == "/orders*"]
    assert assets == ("/assets/*", "origin group", 0, 2 * 3, 2 * 30, None, None, None)
    assert orders == ("/orders*", "DNS", 25, 29, 31, 25, 29, 31)


def test_attempts_and_timeout_make_the_group_slower() -> None:
    deployed = stack(edge(PAGES))
    patient = deployed.altered({(deployed.only(DISTRIBUTION).urn, "origins.0.connectionTimeout"): 10})
    assert also(deployed, "reads by origin group, a region that hangs").value == 6
    assert also(patient, "reads by origin group, a region that hangs").value == 20


def test_the_slowest_way_decides_also_where_it_is_a_group() -> None:
    deployed = stack(edge(PAGES), ttl=1)
    urn = deployed.only(DISTRIBUTION).urn
    patient = deployed.altered({(urn, "origins.0.connectionTimeout"): 10, (urn, "origins.0.connectionAttempts"): 3})
    assert (traffic(deployed).value, traffic(patient).value) == (14 + 5 + 1, 3 * 10)


@pytest.mark.parametrize(
    ("distribution", "says"),
    [
        (edge(ALONE), "/alone/*: it has one origin, in one region"),
        (edge(FORMS), "/forms/*, writes: an origin group fails over reads only"),
        (edge(PAGES, statuses=(500, 502)), "does not fail over on 503"),
        (edge(PAGES, second="eu-west-2"), "both origins of its group stand in one region"),
    ],
    ids=["one origin", "writes to a group", "statuses that miss it", "a group within a region"],
)
def test_a_path_that_cannot_leave_is_broken_and_says_why(distribution: Node, says: str) -> None:
    deployed = stack(distribution)
    assert verdict(deployed) is Verdict.BROKEN
    assert says in found(deployed).why


def test_a_path_behind_a_name_takes_reads_and_writes_along() -> None:
    assert traffic(stack(edge(SERVICES))).value == 29


def test_the_last_error_outlives_dns_by_the_attempts_and_the_time_errors_are_kept() -> None:
    deployed = stack(edge(SERVICES))
    urn = deployed.only(DISTRIBUTION).urn
    kept = deployed.altered({(urn, "customErrorResponses"): [{"errorCode": 504, "errorCachingMinTtl": 1}]})
    assert also(kept, "last error page of a region that hangs").value == 29 + 2 * 3 + 1
    assert also(deployed, "last error page of a region that hangs").value == 29 + 2 * 3 + 10, "what CloudFront takes"
    assert traffic(kept).value == 29, "the promise is about DNS"


def test_without_a_distribution_the_names_decide(prod: Graph) -> None:
    deployed = Deployed(prod)
    bare = deployed.without(each.urn for each in deployed.of_type(DISTRIBUTION))
    assert traffic(bare).value == 29


def test_a_stack_without_names_and_paths_says_so() -> None:
    with pytest.raises(UndeclaredError, match="no name in DNS and no distribution"):
        traffic(Deployed(graph()))
    assert verdict(Deployed(graph(promises=PROMISED))) is Verdict.BROKEN


# --- beside the promise -----------------------------------------------------------------------------------------------


def test_three_clocks_do_not_wait_for_each_other(prod: Graph) -> None:
    deployed = Deployed(prod)
    slower = deployed.altered({(each.urn, "ttl"): 60 for each in deployed.of_type(RECORD)})
    for name in ("tables: copies are behind by", "SQL writer: another region takes writes"):
        assert also(slower, name) == also(deployed, name)
    assert also(deployed, "SQL writer: another region takes writes").value > 10 * traffic(deployed).value


def test_a_silent_region_is_shown_and_does_not_decide(prod: Graph) -> None:
    deployed = Deployed(prod)
    assert also(deployed, "names, a region that stays silent").value == 31 > traffic(deployed).value


def test_resolvers_that_keep_answers_longer_are_a_published_share(prod: Graph) -> None:
    share = also(Deployed(prod), "resolvers that keep answers longer than their TTL")
    assert share.value == pytest.approx(8.74)
    assert not share.decides, "it is shown, and decides nothing"


def test_clients_leave_within_a_ttl(prod: Graph) -> None:
    chart = next(each for each in found(Deployed(prod)).exhibits if each.id == "failover-clients")
    assert isinstance(chart, Chart)
    for series in chart.series:
        (_, all_of_them), (known, still_all), (gone, none) = series.points
        assert (all_of_them, still_all, none) == (100, 100, 0)
        assert gone - known == pytest.approx(10)


def test_the_interval_moves_the_promise_most(prod: Graph) -> None:
    ranked = effects(Deployed(prod), MODEL)["region_failover_seconds"]
    assert [effect.path for effect in ranked[:3]] == ["requestInterval", "failureThreshold", "ttl"]
    assert all(effect.after > effect.before for effect in ranked[:3])


# --- what others measured ---------------------------------------------------------------------------------------------


def measured(way: str) -> list[tuple[dict[str, str], Deployed]]:
    return [
        (
            row,
            Deployed(
                graph(
                    *two_regions(
                        ttl=None,
                        requestInterval=int(row["interval_s"]),
                        failureThreshold=int(row["threshold"]),
                    )
                )
            ),
        )
        for row in rows("measured_failovers")
        if row["way"] == way
    ]


def test_measured_failovers_lie_between_the_first_client_and_the_bound() -> None:
    for row, deployed in measured("dns"):
        name = names(deployed)[NAME]
        worst = leaves(deployed, name, failure=Failure(row["failure"]), kind=Kind.ESTIMATE).value
        bound = leaves(deployed, name, failure=Failure(row["failure"]), kind=Kind.BOUND).value
        assert worst - float(row["ttl_s"]) <= float(row["low_s"]) <= float(row["high_s"]) <= bound, row["id"]


def test_the_median_is_within_a_quarter_of_what_was_measured() -> None:
    for row, deployed in measured("dns"):
        median = leaves(deployed, names(deployed)[NAME], failure=Failure(row["failure"]), kind=Kind.MEDIAN).value
        assert abs(median - float(row["low_s"])) / float(row["low_s"]) <= 0.25, row["id"]


def test_what_also_evaluates_its_target_leaves_sooner_than_the_model_says() -> None:
    ((row, deployed),) = measured("dns and target health")
    median = leaves(deployed, names(deployed)[NAME], failure=Failure(row["failure"]), kind=Kind.MEDIAN).value
    assert float(row["high_s"]) < median
