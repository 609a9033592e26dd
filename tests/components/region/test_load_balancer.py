from typing import Any

import pytest
from pulumi import ResourceOptions

from components.region.load_balancer import PATHS, LoadBalancer, LoadBalancerArgs
from preview.graph import SECRET, Graph
from settings.account import AlarmThresholds
from settings.region import LoadBalancerSettings
from tests.components.region.stand_ins import DOMAIN, subnets, verification
from tests.engine import build, ground, known

RULE = "aws:lb/listenerRule:ListenerRule"


def balancer(region: str = "eu-west-2", *, least: int = 3, **settings: object) -> Graph:
    def program(place: ResourceOptions) -> None:
        args = LoadBalancerArgs(
            settings=LoadBalancerSettings.model_validate(settings),
            thresholds=AlarmThresholds(),
            ground=ground(region),
            domain=DOMAIN,
            vpc_id=known("vpc-1"),
            public_subnet_ids=subnets(),
            certificate_arn=known("arn:aws:acm:eu-west-2:123456789012:certificate/1"),
            verification=verification(),
            least_healthy_servers=least,
        )
        LoadBalancer(f"{region}-load-balancer", args, place)

    return build(program, region=region)


def listener(graph: Graph, port: int) -> dict[str, Any]:
    (found,) = [n.inputs for n in graph.of_type("aws:lb/listener:Listener") if n.inputs["port"] == port]
    return found


def conditions(graph: Graph, role: str) -> dict[str, Any]:
    (rule,) = graph.named(f"eu-west-2-load-balancer-{role}")
    return {key: value for condition in rule.inputs["conditions"] for key, value in condition.items()}


def test_only_cloudfront_and_health_checkers_reach_it_and_only_by_https() -> None:
    rules = balancer().of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert {rule.inputs["fromPort"] for rule in rules} == {443}
    assert all(rule.inputs["prefixListId"].startswith("pl-") for rule in rules), "an address block would let others in"


def test_each_prefix_list_has_a_group_of_its_own() -> None:
    graph = balancer()
    assert len(graph.of_type("aws:ec2/securityGroup:SecurityGroup")) == 2, "55 and 25 entries exceed a group's 60 rules"
    assert len(graph.of_type("aws:lb/loadBalancer:LoadBalancer")[0].inputs["securityGroups"]) == 2


def test_whoever_matches_no_rule_is_refused() -> None:
    (action,) = listener(balancer(), 443)["defaultActions"]
    assert action["fixedResponse"]["statusCode"] == "403"


def test_plain_http_is_sent_to_https() -> None:
    (action,) = listener(balancer(), 80)["defaultActions"]
    assert (action["redirect"]["protocol"], action["redirect"]["statusCode"]) == ("HTTPS", "HTTP_301")


def test_tls_is_current() -> None:
    assert listener(balancer(), 443)["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res")


@pytest.mark.parametrize("role", ["catalogue", "sessions", "orders"])
def test_visitors_prove_that_they_came_through_the_edge(role: str) -> None:
    found = conditions(balancer(), role)
    assert found["httpHeader"]["httpHeaderName"] == "X-Origin-Verify"
    assert found["httpHeader"]["values"] == [SECRET, SECRET], (
        "the value before the last rotation is still good, and hidden"
    )
    assert found["hostHeader"]["values"] == [f"*.{DOMAIN}", DOMAIN]


def test_no_rule_holds_more_values_than_aws_takes() -> None:
    for rule in balancer().of_type(RULE):
        values = [value for c in rule.inputs["conditions"] for kind in c.values() for value in kind["values"]]
        assert len(values) <= 5, f"{rule.name} holds {len(values)} values"


def test_rules_have_their_own_priorities_and_every_path_a_rule() -> None:
    rules = balancer().of_type(RULE)
    assert len({rule.inputs["priority"] for rule in rules}) == len(rules) == 1 + len(PATHS)


def test_health_checks_pass_without_the_secret_but_see_nothing_else() -> None:
    found = conditions(balancer(), "health")
    assert found["pathPattern"]["values"] == ["/readyz"]
    assert found["httpHeader"]["httpHeaderName"] == "User-Agent"


def test_requests_that_could_smuggle_others_are_refused() -> None:
    (found,) = balancer().of_type("aws:lb/loadBalancer:LoadBalancer")
    assert found.inputs["dropInvalidHeaderFields"]
    assert found.inputs["desyncMitigationMode"] == "strictest"


def test_every_request_and_connection_is_logged_where_the_log_bucket_expects_it() -> None:
    (found,) = balancer().of_type("aws:lb/loadBalancer:LoadBalancer")
    for kind in ("accessLogs", "connectionLogs", "healthCheckLogs"):
        assert found.inputs[kind]["enabled"]
        assert found.inputs[kind]["prefix"].startswith("load-balancer/"), "its policy allows nothing else"


def test_physical_names_fit_for_the_longest_region() -> None:
    graph = balancer("ap-southeast-2")
    for token in ("aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"):
        (found,) = graph.of_type(token)
        assert len(found.inputs["namePrefix"]) <= 6, "a logical name and a suffix would exceed 32 characters"


def test_the_target_group_follows_the_settings() -> None:
    (group,) = balancer(health_check_interval_seconds=10, fail_open_below_percent=20).of_type(
        "aws:lb/targetGroup:TargetGroup"
    )
    assert group.inputs["healthCheck"]["interval"] == 10
    assert group.inputs["healthCheck"]["protocol"] == group.inputs["protocol"] == "HTTPS", "no hop in clear text"
    assert group.inputs["targetGroupHealth"]["unhealthyStateRouting"]["minimumHealthyTargetsPercentage"] == "20"
    assert group.inputs["loadBalancingAlgorithmType"] == "round_robin", "slow start works with no other"


def test_every_alarm_reaches_somebody() -> None:
    alarms = balancer().of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert len(alarms) == 6
    assert all("alerts" in alarm.inputs["alarmActions"][0] for alarm in alarms)


@pytest.mark.parametrize(("least", "missing"), [(3, "breaching"), (0, "notBreaching")])
def test_a_fleet_that_may_be_empty_is_no_alarm(least: int, missing: str) -> None:
    (few,) = balancer(least=least).named("eu-west-2-load-balancer-too-few-servers")
    assert few.inputs["treatMissingData"] == missing, "a target group without targets reports nothing"
