"""The distribution: origins, failover, caching, headers, error pages, alarms."""

from typing import Any

import pytest

from preview.graph import SECRET, Graph
from settings.edge import DistributionSettings, EdgeSettings
from tests.components.edge.parts import (
    DISTRIBUTION,
    DOMAIN,
    LONDON,
    SYDNEY,
    TOKYO,
    Standing,
    draining,
    edge,
    edge_behind,
    named,
)


def inputs(graph: Graph) -> dict[str, Any]:
    (distribution,) = graph.of_type(DISTRIBUTION)
    return distribution.inputs


def origins(graph: Graph) -> dict[str, dict[str, Any]]:
    return {origin["originId"]: origin for origin in inputs(graph)["origins"]}


def behaviours(graph: Graph) -> dict[str, dict[str, Any]]:
    return {behaviour["pathPattern"]: behaviour for behaviour in inputs(graph)["orderedCacheBehaviors"]}


def members(graph: Graph, group: str) -> list[str]:
    found = next(g for g in inputs(graph)["originGroups"] if g["originId"] == group)
    return [member["originId"] for member in found["members"]]


def test_visitors_get_the_newest_protocols() -> None:
    site = inputs(edge())
    assert (site["httpVersion"], site["isIpv6Enabled"]) == ("http2and3", True)
    assert site["aliases"] == [DOMAIN, f"www.{DOMAIN}"]
    assert site["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.3_2025"


def test_a_stack_may_let_older_visitors_in() -> None:
    lenient = EdgeSettings(distribution=DistributionSettings(minimum_tls="TLSv1.2_2021"))
    assert inputs(edge(settings=lenient))["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"


@pytest.mark.parametrize("label", ["origin", "api"])
def test_services_are_reached_under_the_regional_name_and_proven(label: str) -> None:
    service = origins(edge())[label]
    assert service["domainName"] == f"{label}.{DOMAIN}"
    assert service["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    assert service["customOriginConfig"]["originSslProtocols"] == ["TLSv1.2"]
    assert service["customHeaders"] == [{"name": "x-origin-verify", "value": SECRET}], "regions refuse what lacks it"


def test_a_new_proof_is_sent_once_every_region_accepts_it() -> None:
    graph = edge_behind("rule")
    waits_for = named(graph, "edge-site-distribution").property_dependencies["origins"]
    assert named(graph, "rule").urn in waits_for, "sent before, it would be refused until the region's rules follow"


@pytest.mark.parametrize("label", ["origin", "api"])
def test_services_fail_fast_and_near(label: str) -> None:
    service = origins(edge())[label]
    assert service["connectionAttempts"] * service["connectionTimeout"] <= 10, "a hung region must not hold a visitor"
    assert "originShield" not in service, (
        "a shield asks from one place, and latency would always choose the same region"
    )


def test_models_and_pages_fail_over_between_two_buckets() -> None:
    graph = edge(SYDNEY, TOKYO, LONDON)
    assert members(graph, "models") == ["models-eu-west-2", "models-ap-northeast-1"], "home, then the first by name"
    assert members(graph, "site") == ["site-eu-west-2", "site-ap-northeast-1"]
    statuses = inputs(graph)["originGroups"][0]["failoverCriteria"]["statusCodes"]
    assert {404, 500, 503, 504} <= set(statuses)


def test_where_the_writer_is_and_the_order_of_regions_do_not_matter() -> None:
    assert inputs(edge(LONDON, TOKYO, SYDNEY)) == inputs(edge(TOKYO, SYDNEY, LONDON))


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ((draining(LONDON), TOKYO, SYDNEY), ["site-ap-northeast-1", "site-ap-southeast-2"]),
        ((LONDON, draining(TOKYO)), ["site-eu-west-2", "site-ap-northeast-1"]),
    ],
)
def test_a_draining_region_serves_only_for_want_of_others(standing: tuple[Standing, ...], expected: list[str]) -> None:
    assert members(edge(*standing), "site") == expected


def test_a_single_region_needs_no_group() -> None:
    graph = edge(LONDON)
    assert "originGroups" not in inputs(graph) or inputs(graph)["originGroups"] == [], "a group has two members"
    assert behaviours(graph)["/assets/*"]["targetOriginId"] == "models-eu-west-2"


def test_buckets_are_read_with_signatures_through_the_nearest_shield() -> None:
    graph = edge(LONDON, Standing(region="us-west-1"))
    bucket = origins(graph)["models-us-west-1"]
    assert bucket["originShield"] == {"enabled": True, "originShieldRegion": "us-west-2"}, "us-west-1 has no shield"
    assert "originAccessControlId" in bucket
    control = named(graph, "edge-site-bucket-access").inputs
    assert (control["signingBehavior"], control["signingProtocol"]) == ("always", "sigv4")


def test_shields_can_be_left_out() -> None:
    plain = EdgeSettings(distribution=DistributionSettings(origin_shield=False))
    assert not any("originShield" in origin for origin in origins(edge(settings=plain)).values())


@pytest.mark.parametrize(("path", "target"), [("/api/*", "api"), ("/orders*", "origin"), ("/sessions*", "origin")])
def test_what_belongs_to_one_visitor_is_never_cached(path: str, target: str) -> None:
    behaviour = behaviours(edge())[path]
    assert behaviour["targetOriginId"] == target
    assert behaviour["cachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "AWS's CachingDisabled"
    assert {"POST", "PUT", "DELETE"} <= set(behaviour["allowedMethods"])
    assert behaviour["viewerProtocolPolicy"] == "https-only", "a redirect would lose the body after it crossed in clear"


def test_the_catalogue_is_cached_by_page_and_without_cookies() -> None:
    graph = edge()
    assert behaviours(graph)["/catalogue/*"]["allowedMethods"] == ["GET", "HEAD"]
    policy = named(graph, "edge-site-policies-catalogue-cache").inputs
    key = policy["parametersInCacheKeyAndForwardedToOrigin"]
    assert key["queryStringsConfig"]["queryStrings"]["items"] == ["cursor", "limit"]
    assert key["cookiesConfig"] == {"cookieBehavior": "none"}, "one visitor's cookie must not make another's page"
    assert policy["maxTtl"] <= 60, "prices change"


def test_models_stay_at_the_edge_and_answer_other_pages_of_the_site() -> None:
    graph = edge()
    assert named(graph, "edge-site-policies-models-cache").inputs["defaultTtl"] == 365 * 86_400
    cors = named(graph, "edge-site-policies-models-headers").inputs["corsConfig"]
    assert cors["accessControlAllowOrigins"]["items"] == [f"https://{DOMAIN}", f"https://www.{DOMAIN}"]
    assert "Content-Range" in cors["accessControlExposeHeaders"]["items"], "the viewer loads ranges"
    assert "OPTIONS" in behaviours(graph)["/assets/*"]["allowedMethods"]


@pytest.mark.parametrize("what", ["pages", "models", "services"])
def test_browsers_are_told_to_be_strict(what: str) -> None:
    policy = named(edge(), f"edge-site-policies-{what}-headers").inputs
    security = policy["securityHeadersConfig"]
    assert security["strictTransportSecurity"]["preload"]
    assert "default-src 'none'" in security["contentSecurityPolicy"]["contentSecurityPolicy"]
    assert security["frameOptions"]["frameOption"] == "DENY"
    removed = {item["header"] for item in policy["removeHeadersConfig"]["items"]}
    assert "x-amz-server-side-encryption-aws-kms-key-id" in removed, "the name of a key is nobody's business"


def test_errors_keep_their_status_and_show_a_page() -> None:
    pages = {e["errorCode"]: e for e in inputs(edge())["customErrorResponses"]}
    assert set(pages) == {403, 404, 500, 502, 503, 504}
    assert all(page["responseCode"] == status for status, page in pages.items()), "a 404 that says 200 is a lie"
    assert pages[404]["responsePagePath"] == "/errors/404.html"
    assert pages[503]["errorCachingMinTtl"] <= 5, "an error must not outlive its cause"


def test_promises_are_watched_in_us_east_1() -> None:
    alarms = {
        alarm.inputs["metricName"]: alarm
        for alarm in edge().of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
        if alarm.inputs.get("namespace") == "AWS/CloudFront"
    }
    assert set(alarms) == {"5xxErrorRate", "TotalErrorRate", "CacheHitRate", "OriginLatency"}
    assert alarms["CacheHitRate"].inputs["comparisonOperator"] == "LessThanThreshold"
    assert alarms["OriginLatency"].inputs["extendedStatistic"] == "p90"
    assert {alarm.region for alarm in alarms.values()} == {"us-east-1"}
    subscription = named(edge(), "edge-site-metrics").inputs["monitoringSubscription"]
    assert subscription["realtimeMetricsSubscriptionConfig"]["realtimeMetricsSubscriptionStatus"] == "Enabled", (
        "hit rate and origin latency are published only with it"
    )
