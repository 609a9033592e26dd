"""The edge as a whole: names of the site, access log, firewall, Shield."""

from settings.edge import DistributionSettings, EdgeSettings, FirewallSettings
from tests.components.edge.parts import DOMAIN, LONDON, RECORD, SYDNEY, TOKYO, draining, edge, named

LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"


def test_the_site_has_every_kind_of_record() -> None:
    records = {(r.inputs["name"], r.inputs["type"]) for r in edge().of_type(RECORD) if "aliases" in r.inputs}
    assert records == {(host, kind) for host in (DOMAIN, f"www.{DOMAIN}") for kind in ("A", "AAAA", "HTTPS")}


def test_everything_lives_in_us_east_1() -> None:
    assert {node.region for node in edge() if node.custom and node.type.startswith("aws:")} == {"us-east-1"}


def test_a_region_comes_and_drains_without_taking_anything_else() -> None:
    two, three = edge(LONDON, TOKYO), edge(LONDON, SYDNEY, TOKYO)
    drained = edge(LONDON, draining(SYDNEY), TOKYO)
    assert {n.urn for n in two} <= {n.urn for n in three}, "a region more deletes nothing"
    gone = [n for n in three if n.urn not in {kept.urn for kept in drained}]
    assert [n.name for n in gone] == ["edge-api-ap-southeast-2", "edge-origin-ap-southeast-2"], (
        "draining leaves DNS only"
    )


def test_access_is_logged_without_an_acl() -> None:
    graph = edge()
    assert named(graph, "edge-access-log-source").inputs["logType"] == "ACCESS_LOGS"
    destination = named(graph, "edge-access-log-destination").inputs
    bucket = destination["deliveryDestinationConfiguration"]["destinationResourceArn"]
    assert bucket == "arn:aws:s3:::storefront-test-123456789012-us-east-1-logs"
    assert destination["outputFormat"] == "parquet", "the warehouse reads columns"
    assert "loggingConfig" not in named(graph, "edge-site-distribution").inputs, (
        "the old log needs an ACL on its bucket"
    )


def test_the_firewall_refuses_attacks_and_floods() -> None:
    acl = named(edge(), "edge-firewall-acl").inputs
    rules = {rule["name"]: rule for rule in acl["rules"]}
    assert acl["scope"] == "CLOUDFRONT"
    blocking = {name for name, rule in rules.items() if "none" in rule.get("overrideAction", {})}
    assert blocking == {"AmazonIpReputationList", "CommonRuleSet", "KnownBadInputsRuleSet", "SQLiRuleSet"}
    assert "count" in rules["AnonymousIpList"]["overrideAction"], "a visitor may want privacy"
    assert len({rule["priority"] for rule in acl["rules"]}) == len(rules), "AWS refuses two rules of one priority"


def test_creating_sessions_and_orders_has_a_lower_limit() -> None:
    limits = FirewallSettings(requests_per_five_minutes=3000, sign_in_requests_per_five_minutes=50)
    rules = {
        r["name"]: r for r in named(edge(settings=EdgeSettings(firewall=limits)), "edge-firewall-acl").inputs["rules"]
    }
    general, guarded = (rules[name]["statement"]["rateBasedStatement"] for name in ("rate", "rate-sessions-orders"))
    assert (general["limit"], guarded["limit"]) == (3000, 50)
    assert "scopeDownStatement" in guarded, "it counts only what creates"
    assert "scopeDownStatement" not in general


def test_guests_carts_have_a_limit_of_their_own() -> None:
    limits = FirewallSettings(guest_cart_requests_per_five_minutes=70)
    rules = {
        r["name"]: r for r in named(edge(settings=EdgeSettings(firewall=limits)), "edge-firewall-acl").inputs["rules"]
    }
    counted = rules["rate-guest-carts"]["statement"]["rateBasedStatement"]
    assert (counted["limit"], counted["aggregateKeyType"]) == (70, "IP")
    matched = counted["scopeDownStatement"]["regexMatchStatement"]
    assert matched["regexString"] == "^/api/guest-carts/"
    assert [t["type"] for t in matched["textTransformations"]] == ["URL_DECODE", "NORMALIZE_PATH"], "as services do"


def test_the_firewalls_log_holds_no_credential() -> None:
    (logging,) = edge().of_type(LOGGING)
    redacted = {field["singleHeader"]["name"] for field in logging.inputs["redactedFields"]}
    assert redacted == {"authorization", "cookie", "x-origin-verify"}
    group = named(edge(), "edge-firewall-log").inputs
    assert group["name"].startswith("aws-waf-logs-"), "WAF refuses other names"
    assert group["kmsKeyId"]


def test_shield_advanced_is_off_until_somebody_pays_for_it() -> None:
    assert edge().of_type("aws:shield/subscription:Subscription") == []
    graph = edge(LONDON, TOKYO, settings=EdgeSettings(shield_advanced=True))
    protected = [node.name for node in graph.of_type("aws:shield/protection:Protection")]
    assert protected == [
        "edge-shield-distribution",
        "edge-shield-load-balancer-ap-northeast-1",
        "edge-shield-load-balancer-eu-west-2",
        "edge-shield-zone",
    ]


def test_without_a_distribution_nothing_is_left_that_only_serves_it() -> None:
    graph = edge(LONDON, TOKYO, settings=EdgeSettings(distribution=DistributionSettings(enabled=False)))
    assert not [node.name for node in graph if ":cloudfront/" in node.type or ":wafv2/" in node.type]
    assert not [record.name for record in graph.of_type(RECORD) if "api" in record.name or "aliases" in record.inputs]
    assert named(graph, "edge-origin-ap-northeast-1"), "the regions keep their names"
