"""The audit trail cannot be escaped, read or shortened."""

import json
from typing import Any

import pytest

from components.account.audit_alarms import WATCHES
from preview.graph import Graph, Node
from tests.components.account.stage import graph_of


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The account layer of the sample configuration."""
    return graph_of()


@pytest.fixture(scope="module")
def trail(graph: Graph) -> Node:
    """The trail."""
    return graph.of_type("aws:cloudtrail/trail:Trail")[0]


def selectors(trail: Node) -> dict[str, dict[str, dict[str, Any]]]:
    """What is recorded: name of the selector → field → conditions."""
    return {
        selector["name"]: {field["field"]: field for field in selector["fieldSelectors"]}
        for selector in trail.inputs["advancedEventSelectors"]
    }


def test_it_covers_all_regions_and_is_validated(trail: Node) -> None:
    asked = ("isMultiRegionTrail", "includeGlobalServiceEvents", "enableLogFileValidation")

    assert all(trail.inputs[key] is True for key in asked), "a gap in the record is where the incident happened"


def test_data_events_name_our_own_things_in_every_region(trail: Node) -> None:
    tables = selectors(trail)["Changes of items"]["resources.ARN"]["startsWiths"]

    assert tables == [
        f"arn:aws:dynamodb:{region}:123456789012:table/storefront-test-"
        for region in ("eu-west-2", "us-east-2", "us-east-1")
    ], "a prefix per region, and no other stack's tables"


def test_writing_logs_is_not_logged(trail: Node) -> None:
    excluded = selectors(trail)["Objects"]["resources.ARN"]["notStartsWiths"]

    assert [arn for arn in excluded if arn.endswith("-logs/")] == [
        f"arn:aws:s3:::storefront-test-123456789012-{region}-logs/"
        for region in ("eu-west-2", "us-east-2", "us-east-1")
    ], "each record of a log would make another one"


def test_its_bucket_is_locked_as_long_as_the_settings_say() -> None:
    graph = graph_of(security={"audit_retention_days": 400})
    lock = graph.named("account-trail-bucket-lock")[0]
    (expiry,) = [
        rule["expiration"]["days"]
        for rule in graph.named("account-trail-bucket-lifecycle")[0].inputs["rules"]
        if "expiration" in rule
    ]

    assert lock.inputs["rule"]["defaultRetention"]["days"] == 400, "nobody shortens the record"
    assert expiry > 400, "an expiry within the lock would only hide the objects"


def test_a_protected_record_outlives_the_stack(graph: Graph) -> None:
    disposable = graph_of(data={"protect": False})

    for name in ("account-trail-bucket", "account-configuration-bucket"):
        (bucket,) = [node for node in graph.named(name) if node.custom]
        (emptied,) = [node for node in disposable.named(name) if node.custom]
        assert bucket.protect, "Pulumi refuses to delete it"
        assert not bucket.inputs.get("forceDestroy"), "and never empties it"
        assert emptied.inputs["forceDestroy"] is True, "a disposable stack can be taken away"


def test_only_this_trail_writes_to_its_bucket_and_uses_its_key(graph: Graph) -> None:
    documents = [
        graph.named("account-trail-bucket-policy")[0].inputs["policy"],
        graph.named("account-trail-key")[0].inputs["policy"],
    ]
    granted = [
        statement
        for document in documents
        for statement in json.loads(document)["Statement"]
        if statement["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    ]

    assert len(granted) == 3, "look up and write the bucket, use the key"
    assert {statement["Condition"]["StringEquals"]["aws:SourceArn"] for statement in granted} == {
        "arn:aws:cloudtrail:eu-west-2:123456789012:trail/storefront-test-trail"
    }, "another account's trail must not reach it through the service"


def test_the_account_keeps_its_key(graph: Graph) -> None:
    key = graph.named("account-trail-key")[0]
    (owner, *_) = json.loads(key.inputs["policy"])["Statement"]

    assert owner["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}, "without it, nobody could mend the policy"
    assert key.inputs["enableKeyRotation"] is True, "the key rotates"


def test_its_log_group_is_encrypted_and_bounded(graph: Graph) -> None:
    group = graph.of_type("aws:cloudwatch/logGroup:LogGroup")[0]

    assert group.inputs["kmsKeyId"], "calls name people and addresses"
    assert group.inputs["retentionInDays"] == 365, "what is searched after an intrusion is a year old at most"


@pytest.mark.parametrize("watch", WATCHES, ids=lambda watch: watch.role)
def test_every_watch_is_counted_and_alarmed(graph: Graph, watch: Any) -> None:
    name = f"account-trail-alarms-{watch.role}"
    counted = graph.named(f"{name}-filter")[0].inputs["metricTransformation"]
    alarm = graph.named(name)[0].inputs

    assert (alarm["namespace"], alarm["metricName"]) == (counted["namespace"], counted["name"]), "it watches its count"
    assert alarm["alarmActions"] == ["arn:aws:sns:eu-west-2:123456789012:storefront-test-alerts"], "somebody is told"
    assert len(watch.pattern) <= 1024, "CloudWatch's limit for a pattern"
