import json
from collections.abc import Sequence
from typing import Any

from components.foundation.foundation import Foundation, FoundationArgs
from components.interfaces import Ground
from components.places import Places
from preview.graph import Graph, Node
from settings.account import OperationsSettings
from tests.components.data.regions import build_across, settings
from tests.engine import names
from tests.limits import too_long

LONDON, OHIO, EDGE = "eu-west-2", "us-east-2", "us-east-1"
REPLICA = "aws:kms/replicaKey:ReplicaKey"


def foundation(regions: Sequence[str] = (LONDON, OHIO), *, protect: bool = True, **operations: Any) -> Graph:
    return _built(regions, {}, protect=protect, **operations)


def _built(regions: Sequence[str], seen: dict[str, Ground], *, protect: bool = True, **operations: Any) -> Graph:
    chosen = settings(regions)

    def program(places: Places) -> None:
        args = FoundationArgs(
            names=names(),
            home=regions[0],
            regions=regions,
            operations=OperationsSettings(**operations),
            protect=protect,
        )
        seen.update(Foundation("foundation", args, places).at)

    return build_across(chosen, program)


def one(graph: Graph, name: str) -> Node:
    [node] = [node for node in graph.named(name) if node.custom]
    return node


def statements(graph: Graph, name: str) -> list[dict[str, Any]]:
    return json.loads(one(graph, name).inputs["policy"])["Statement"]


def services(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each service that a document names, with its last statement."""
    named: dict[str, dict[str, Any]] = {}
    for statement in found:
        given: str | list[str] = statement["Principal"].get("Service", [])
        for service in [given] if isinstance(given, str) else given:
            named[service] = statement
    return named


def test_every_place_has_a_ground_and_the_edges_too() -> None:
    seen: dict[str, Ground] = {}
    _built((LONDON, OHIO), seen)
    assert set(seen) == {LONDON, OHIO, EDGE}
    assert {ground.names.region for ground in seen.values()} == {LONDON, OHIO, EDGE}


def test_the_data_key_is_one_key_with_replicas() -> None:
    graph = foundation()
    original = one(graph, f"foundation-{LONDON}-data-key")
    assert original.inputs["multiRegion"] is True
    assert original.inputs["enableKeyRotation"] is True
    assert {node.region for node in graph.of_type(REPLICA)} == {OHIO}
    assert original.urn in graph.of_type(REPLICA)[0].dependencies


def test_the_edges_place_has_a_data_key_once_it_is_a_region() -> None:
    assert EDGE not in {node.region for node in foundation().of_type(REPLICA)}
    assert EDGE in {node.region for node in foundation((LONDON, EDGE)).of_type(REPLICA)}


def test_a_place_that_becomes_a_region_only_gains() -> None:
    before = {node.urn: node.inputs for node in foundation((LONDON, OHIO)) if node.custom}
    after = {node.urn: node.inputs for node in foundation((LONDON, OHIO, EDGE)) if node.custom}
    assert before.items() <= after.items(), "what the edge's place has must not change"


def test_nobody_is_locked_out_of_a_key() -> None:
    graph = foundation()
    keys = [*graph.of_type("aws:kms/key:Key"), *graph.of_type(REPLICA)]
    assert len(keys) == 5
    for node in keys:
        found = json.loads(node.inputs["policy"])["Statement"]
        roots = [s for s in found if s["Principal"] == {"AWS": f"arn:aws:iam::{names().account}:root"}]
        assert [s["Action"] for s in roots] == [["kms:*"]], node.name
        assert node.protect, node.name


def test_services_use_keys_only_for_our_account() -> None:
    graph = foundation()
    account = names().account
    for name in (f"foundation-{LONDON}-log-key", f"foundation-{LONDON}-data-key"):
        for service, statement in services(statements(graph, name)).items():
            assert account in json.dumps(statement["Condition"]), f"{service} may use {name} for anybody"


def test_events_reach_encrypted_topics_and_queues() -> None:
    graph = foundation()
    for name in (f"foundation-{LONDON}-log-key", f"foundation-{LONDON}-data-key"):
        found = [
            s
            for s in statements(graph, name)
            if "events.amazonaws.com" in json.dumps(s["Principal"]) and "kms:Decrypt" in s["Action"]
        ]
        assert found
        assert not any("aws:Source" in json.dumps(s["Condition"]) for s in found), "EventBridge states no source there"


def test_logs_are_encrypted_only_as_logs_of_this_region() -> None:
    statement = services(statements(foundation(), f"foundation-{OHIO}-log-key"))[f"logs.{OHIO}.amazonaws.com"]
    assert f"arn:aws:logs:{OHIO}:{names().account}:" in json.dumps(statement["Condition"])


def test_keys_answer_to_the_names_that_documents_use() -> None:
    aliases = {(n.region, n.inputs["name"]) for n in foundation().of_type("aws:kms/alias:Alias")}
    assert aliases == {
        *((place, names().key_alias("logs")) for place in (LONDON, OHIO, EDGE)),
        *((place, names().key_alias("data")) for place in (LONDON, OHIO)),
    }


def test_alerts_are_encrypted_and_taken_over_tls() -> None:
    graph = foundation()
    [topic] = [node for node in graph.of_type("aws:sns/topic:Topic") if node.region == LONDON]
    assert topic.inputs["name"] == names().of("alerts")
    assert topic.inputs["kmsMasterKeyId"]
    refused = [s for s in statements(graph, topic.name) if s["Effect"] == "Deny"]
    assert [s["Condition"] for s in refused] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_alarms_of_other_accounts_publish_nothing() -> None:
    publishing = services(statements(foundation(), f"foundation-{LONDON}-alerts"))
    for service in ("cloudwatch.amazonaws.com", "budgets.amazonaws.com", "costalerts.amazonaws.com"):
        assert publishing[service]["Condition"]["StringEquals"] == {"aws:SourceAccount": names().account}
    assert "Condition" not in publishing["events.amazonaws.com"], "SNS knows no condition for EventBridge"


def test_everybody_named_is_told_in_every_place() -> None:
    graph = foundation(alert_emails=("one@example.com", "two@example.com"))
    told = graph.of_type("aws:sns/topicSubscription:TopicSubscription")
    assert {(n.region, n.inputs["endpoint"]) for n in told} == {
        (place, email) for place in (LONDON, OHIO, EDGE) for email in ("one@example.com", "two@example.com")
    }


def test_logs_are_delivered_by_whoever_must() -> None:
    writers = services(statements(foundation(), f"foundation-{LONDON}-logs-policy"))
    bucket = names().bucket_arn("logs")
    balancer = writers["logdelivery.elasticloadbalancing.amazonaws.com"]
    assert balancer["Resource"] == [f"{bucket}/load-balancer/*/AWSLogs/{names().account}/*"], (
        "the path holds our account"
    )
    for service in ("logging.s3.amazonaws.com", "delivery.logs.amazonaws.com"):
        assert writers[service]["Condition"]["StringEquals"]["aws:SourceAccount"] == names().account


def test_nobody_deletes_a_log() -> None:
    refused = [s for s in statements(foundation(), f"foundation-{LONDON}-logs-policy") if s["Effect"] == "Deny"]
    assert ["s3:DeleteObject", "s3:DeleteObjectVersion"] in [s["Action"] for s in refused]


def test_the_log_bucket_takes_access_logs_of_s3() -> None:
    graph = foundation()
    assert graph.of_type("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration") == [], "S3 forbids it"
    [rule] = one(graph, f"foundation-{LONDON}-logs-encryption").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}, "load balancers know no other"


def test_logs_grow_cheaper_and_end() -> None:
    def expiry(days: int) -> dict[str, Any]:
        lifecycle = one(foundation(access_log_retention_days=days), f"foundation-{LONDON}-logs-lifecycle")
        return next(rule for rule in lifecycle.inputs["rules"] if rule["id"] == "expire")

    assert expiry(365)["expiration"] == {"days": 365}
    assert [step["storageClass"] for step in expiry(365)["transitions"]] == ["STANDARD_IA", "GLACIER_IR"]
    assert "transitions" not in expiry(30), "a move that lasts a day costs more than it saves"


def test_an_unprotected_stack_can_be_taken_down() -> None:
    graph = foundation(protect=False)
    assert [node.urn for node in graph if node.protect] == []
    assert one(graph, f"foundation-{LONDON}-logs").inputs["forceDestroy"] is True


def test_names_fit() -> None:
    assert [problem for node in foundation(("ap-southeast-1", "ap-northeast-1")) for problem in too_long(node)] == []
