import json
from typing import Any

from pulumi import ResourceOptions

from components.iam import allow
from components.storage import PrivateBucket, PrivateBucketArgs
from preview.graph import UNKNOWN, Graph
from tests.engine import build

KEY = "arn:aws:kms:eu-west-2:123456789012:key/1"


def bucket(**chosen: Any) -> Graph:
    values: dict[str, Any] = {"physical_name": "storefront-test-models", "key_arn": KEY, **chosen}
    args = PrivateBucketArgs(**values)

    def program(place: ResourceOptions) -> None:
        made = PrivateBucket("eu-west-2-models", args, place)
        assert made.arn == "arn:aws:s3:::storefront-test-models"

    return build(program)


def part(graph: Graph, kind: str) -> dict[str, Any]:
    [node] = [node for node in graph if node.type.endswith(f":{kind}")]
    return node.inputs


def kinds(graph: Graph) -> set[str]:
    return {node.type.rpartition(":")[2] for node in graph if node.custom}


def statements(graph: Graph) -> list[dict[str, Any]]:
    return json.loads(part(graph, "BucketPolicy")["policy"])["Statement"]


def rules(graph: Graph) -> dict[str, dict[str, Any]]:
    return {rule["id"]: rule for rule in part(graph, "BucketLifecycleConfiguration")["rules"]}


def test_nothing_in_a_bucket_can_be_public() -> None:
    access = part(bucket(), "BucketPublicAccessBlock")
    assert all(
        access[setting] is True
        for setting in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    )
    assert part(bucket(), "BucketOwnershipControls")["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


def test_clear_text_and_old_tls_are_refused() -> None:
    refused = [s["Condition"] for s in statements(bucket()) if s["Effect"] == "Deny" and s["Action"] == ["s3:*"]]
    assert {"Bool": {"aws:SecureTransport": "false"}} in refused
    assert {"NumericLessThan": {"s3:TlsVersion": "1.2"}} in refused


def test_a_customer_key_is_used_through_a_bucket_key() -> None:
    [rule] = part(bucket(), "BucketServerSideEncryptionConfiguration")["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}
    assert rule["bucketKeyEnabled"] is True, "without it each object is a request to KMS"


def test_log_targets_are_encrypted_with_the_key_of_s3() -> None:
    [rule] = part(bucket(key_arn=None), "BucketServerSideEncryptionConfiguration")["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}


def test_given_statements_join_the_policy() -> None:
    given = allow(["s3:GetObject"], ["arn:aws:s3:::storefront-test-models/*"], principal={"AWS": "123456789012"})
    assert given in statements(bucket(statements=[given]))


def test_old_versions_and_unfinished_uploads_end() -> None:
    found = rules(bucket(old_versions_days=40, unfinished_uploads_days=2))
    assert found["unfinished-uploads"]["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 2}
    assert found["old-versions"]["noncurrentVersionExpiration"] == {"noncurrentDays": 40}


def test_a_rule_for_old_versions_takes_the_place_of_the_usual_one() -> None:
    own = {"id": "mine", "status": "Enabled", "noncurrent_version_expiration": {"noncurrent_days": 7}}
    assert set(rules(bucket(lifecycle_rules=[own]))) == {"unfinished-uploads", "mine"}


def test_an_unversioned_bucket_has_no_old_versions() -> None:
    graph = bucket(versioned=False)
    assert "BucketVersioning" not in kinds(graph)
    assert set(rules(graph)) == {"unfinished-uploads"}


def test_what_is_not_asked_for_is_not_made() -> None:
    extras = {"BucketLogging", "BucketNotification", "BucketCorsConfiguration", "BucketObjectLockConfiguration"}
    assert not kinds(bucket()) & extras
    assert "objectLockEnabled" not in part(bucket(), "Bucket"), "a change of it replaces the bucket"


def test_access_is_logged_under_the_name_of_the_bucket() -> None:
    logging = part(bucket(log_bucket="logs"), "BucketLogging")
    assert (logging["targetBucket"], logging["targetPrefix"]) == ("logs", "buckets/storefront-test-models/")


def test_events_and_browsers_reach_a_bucket_that_allows_them() -> None:
    graph = bucket(event_bridge=True, cors=[{"allowed_methods": ["GET"], "allowed_origins": ["https://example.com"]}])
    assert part(graph, "BucketNotification")["eventbridge"] is True
    assert part(graph, "BucketCorsConfiguration")["corsRules"][0]["allowedMethods"] == ["GET"]


def test_a_lock_is_set_when_the_bucket_is_made() -> None:
    graph = bucket(object_lock_days=30)
    assert part(graph, "Bucket")["objectLockEnabled"] is True
    retention = part(graph, "BucketObjectLockConfiguration")["rule"]["defaultRetention"]
    assert retention["days"] == 30


def test_only_the_bucket_itself_is_protected() -> None:
    protected = [node.type.rpartition(":")[2] for node in bucket(protect=True) if node.protect]
    assert protected == ["Bucket"], "its settings can change"


def test_the_name_comes_after_versioning_encryption_and_policy() -> None:
    names: list[object] = []

    def program(place: ResourceOptions) -> None:
        args = PrivateBucketArgs(physical_name="storefront-test-models", key_arn=KEY)
        made = PrivateBucket("eu-west-2-models", args, place)
        follower = PrivateBucketArgs(physical_name="storefront-test-other", key_arn=KEY, log_bucket=made.bucket_name)
        PrivateBucket("eu-west-2-other", follower, place)

    graph = build(program)
    [logging] = [node for node in graph if node.type.endswith(":BucketLogging")]
    names.append(logging.inputs["targetBucket"])
    before = {urn.split("::")[2].rpartition(":")[2] for urn in logging.property_dependencies["targetBucket"]}
    assert names == [UNKNOWN], "whoever is given the name waits for it"
    assert {"BucketVersioning", "BucketServerSideEncryptionConfiguration", "BucketPolicy"} <= before
