from typing import Any

from pulumi import ResourceOptions

from components.region.firewall import Firewall, FirewallArgs
from preview.graph import Graph
from settings.edge import FirewallSettings
from tests.engine import build, ground, known

PROTECTED = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:loadbalancer/app/web/1"


def firewall() -> Graph:
    def program(place: ResourceOptions) -> None:
        settings = FirewallSettings(requests_per_five_minutes=900, sign_in_requests_per_five_minutes=50)
        args = FirewallArgs(
            settings=settings, ground=ground(), protected_arn=known(PROTECTED), secret_header="X-Origin-Verify"
        )
        Firewall("eu-west-2-firewall", args, place)

    return build(program)


def rules() -> dict[str, dict[str, Any]]:
    (acl,) = firewall().of_type("aws:wafv2/webAcl:WebAcl")
    return {rule["name"]: rule for rule in acl.inputs["rules"]}


def test_it_stands_before_the_load_balancer() -> None:
    (association,) = firewall().of_type("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert association.inputs["resourceArn"] == PROTECTED


def test_known_attacks_are_blocked_not_counted() -> None:
    managed = [rule for rule in rules().values() if "managedRuleGroupStatement" in rule["statement"]]
    assert {rule["name"] for rule in managed} >= {"AWSManagedRulesCommonRuleSet", "AWSManagedRulesSQLiRuleSet"}
    assert all(rule["overrideAction"] == {"none": {}} for rule in managed)


def test_floods_are_counted_by_visitor_and_health_checks_never() -> None:
    for name, limit in (("flood", 900), ("sign-in-flood", 50)):
        counted = rules()[name]["statement"]["rateBasedStatement"]
        assert counted["limit"] == limit
        assert counted["forwardedIpConfig"]["headerName"] == "X-Forwarded-For", "the peer is always CloudFront"
        assert counted["forwardedIpConfig"]["fallbackBehavior"] == "NO_MATCH", "health checkers forward nobody"


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    for name in ("flood", "sign-in-flood"):
        answer = rules()[name]["action"]["block"]["customResponse"]
        assert (answer["responseCode"], answer["responseHeaders"]) == (429, [{"name": "retry-after", "value": "300"}])


def test_priorities_are_unique() -> None:
    found = [rule["priority"] for rule in rules().values()]
    assert len(found) == len(set(found))


def test_no_secret_reaches_the_log() -> None:
    (logging,) = firewall().of_type("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
    hidden = {field["singleHeader"]["name"] for field in logging.inputs["redactedFields"]}
    assert hidden == {"authorization", "cookie", "x-origin-verify"}
    assert len(logging.inputs["logDestinationConfigs"]) == 1, "a list, although there is one"


def test_the_log_is_named_as_the_firewall_demands_and_encrypted() -> None:
    (group,) = firewall().of_type("aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["name"].startswith("aws-waf-logs-")
    assert ":key/" in group.inputs["kmsKeyId"]


def test_the_alarm_watches_this_web_acl_by_its_metric() -> None:
    graph = firewall()
    (acl,) = graph.of_type("aws:wafv2/webAcl:WebAcl")
    (alarm,) = graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert alarm.inputs["dimensions"]["WebACL"] == acl.inputs["visibilityConfig"]["metricName"]
