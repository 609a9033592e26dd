"""Guards, configuration rules and the way of their findings."""

import json
from typing import Any

import pytest

from components.account.configuration_rules import ACCOUNT_RULES, REGIONAL_RULES
from components.account.findings import pattern
from preview.graph import Graph
from tests.components.account.stage import graph_of
from tests.engine import names


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The account layer of the sample configuration."""
    return graph_of()


def heard(graph: Graph, region: str) -> dict[str, dict[str, Any]]:
    """What the region's rule lets through: source → pattern."""
    (rule,) = [node for node in graph.of_type("aws:cloudwatch/eventRule:EventRule") if node.region == region]
    wanted = json.loads(rule.inputs["eventPattern"])
    return {one["source"][0]: one for one in wanted.get("$or", [wanted])}


def test_threat_detection_has_its_features_everywhere(graph: Graph) -> None:
    features = [
        (node.region, node.inputs["name"]) for node in graph.of_type("aws:guardduty/detectorFeature:DetectorFeature")
    ]
    per_region = {region: {name for place, name in features if place == region} for region, _ in features}

    assert len(per_region) == 3, "all places"
    assert all(found == per_region["eu-west-2"] and len(found) == 5 for found in per_region.values()), (
        "the same in each"
    )


def test_findings_are_gathered_from_the_other_places(graph: Graph) -> None:
    (gathers,) = graph.of_type("aws:securityhub/findingAggregator:FindingAggregator")

    assert gathers.region == "eu-west-2", "in the home region"
    assert gathers.inputs["specifiedRegions"] == ["us-east-1", "us-east-2"], "AWS's order, without the home itself"


def test_a_platform_of_one_place_gathers_nothing() -> None:
    graph = graph_of(regions=[{"name": "us-east-1", "cidr": "10.0.0.0/16", "primary": True}])

    assert not graph.of_type("aws:securityhub/findingAggregator:FindingAggregator"), "AWS refuses an empty list"


def test_global_types_are_recorded_once(graph: Graph) -> None:
    recording = {
        node.region: node.inputs["recordingGroup"]["includeGlobalResourceTypes"]
        for node in graph.of_type("aws:cfg/recorder:Recorder")
    }

    assert recording == {"eu-west-2": True, "us-east-1": False, "us-east-2": False}, "else each change costs thrice"


def test_rules_wait_for_the_recorder(graph: Graph) -> None:
    rules = graph.of_type("aws:cfg/rule:Rule")
    waiting = [rule for rule in rules if any("recorderStatus" in urn for urn in rule.dependencies)]

    assert len(rules) == 3 * len(REGIONAL_RULES) + len(ACCOUNT_RULES), "regional rules everywhere, the account's once"
    assert waiting == rules, "AWS refuses rules without a recorder"


def test_adopted_recorder_gets_rules_without_a_bucket() -> None:
    graph = graph_of(security={"configuration_recorder": "adopt"})

    assert graph.of_type("aws:cfg/rule:Rule"), "the rules are ours"
    assert not graph.of_type("aws:cfg/deliveryChannel:DeliveryChannel"), "the history is the owner's"
    assert not graph.named("account-configuration-bucket"), "and so is its bucket"


def test_the_history_bucket_is_not_locked(graph: Graph) -> None:
    assert not graph.named("account-configuration-bucket-lock"), "AWS Config refuses a bucket with a default retention"


def test_the_recorder_uses_the_key_of_its_bucket_from_the_first_second(graph: Graph) -> None:
    policy = graph.named("account-configuration-recorder-writes")[0].inputs["policy"]
    [through_key] = [s for s in json.loads(policy)["Statement"] if s["Action"][0].startswith("kms:")]
    bucket = names("eu-west-2").bucket_arn("config")

    assert through_key["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:s3:arn": [bucket, f"{bucket}/*"]},
        "StringEquals": {"kms:ViaService": "s3.eu-west-2.amazonaws.com"},
    }, "an alias counts only minutes after it was made, and AWS Config tries while the stack is being created"


def test_mending_names_a_document_a_role_and_the_resource(graph: Graph) -> None:
    for mend in graph.of_type("aws:cfg/remediationConfiguration:RemediationConfiguration"):
        role, resource = mend.inputs["parameters"]
        assert role["name"] == "AutomationAssumeRole", "automation acts with a role of its own"
        assert resource["resourceValue"] == "RESOURCE_ID", "on the resource that breaks the rule"
        assert mend.inputs["automatic"] is True, "without waiting for a person"


def test_the_mender_is_only_for_our_automations(graph: Graph) -> None:
    role = graph.named("account-configuration-mender")[0]
    (trusted,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]

    assert trusted["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}, "no other account's"
    assert trusted["Condition"]["ArnLike"]["aws:SourceArn"] == ["arn:aws:ssm:*:123456789012:automation-execution/*"], (
        "and automations alone"
    )


def test_each_finding_is_told_once_where_it_was_found(graph: Graph) -> None:
    found = heard(graph, "us-east-2")["aws.securityhub"]["detail"]["findings"]

    assert found["Region"] == ["us-east-2"], "the home region gathers all of them and would tell them again"
    assert found["ProductName"] == ["Security Hub"], "threat detection tells its own"


def test_only_our_own_rules_are_told(graph: Graph) -> None:
    detail = heard(graph, "eu-west-2")["aws.config"]["detail"]

    assert detail["configRuleName"] == [{"prefix": "storefront-test-"}], "Security Hub's rules break by the hundred"


def test_trusted_advisor_is_heard_where_it_speaks(graph: Graph) -> None:
    assert "aws.trustedadvisor" in heard(graph, "us-east-1"), "its events arrive in us-east-1"
    assert "aws.trustedadvisor" not in heard(graph, "eu-west-2"), "and nowhere else"


def test_findings_of_adopted_guards_are_told() -> None:
    adopted = heard(graph_of(security={"threat_detection": "adopt", "access_analyzer": "off"}), "eu-west-2")

    assert "aws.guardduty" in adopted, "whoever owns the guard, we want to know"
    assert "aws.access-analyzer" not in adopted, "a guard that is off says nothing"


def test_the_pattern_fits() -> None:
    everything = pattern(
        names("ap-southeast-2"),
        ["threats", "posture", "configuration", "vulnerabilities", "outside-access", "health", "advice"],
    )

    assert len(json.dumps(everything)) < 2048, "EventBridge's limit for a pattern"
