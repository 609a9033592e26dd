import json
from typing import Any

from pulumi import ResourceOptions

from components.region.asset_store import AssetStore, AssetStoreArgs
from preview.graph import Graph
from settings.data import AssetSettings
from tests.components.region.stand_ins import DOMAIN
from tests.engine import build, ground


def store(*, protect: bool = False) -> Graph:
    def program(place: ResourceOptions) -> None:
        args = AssetStoreArgs(settings=AssetSettings(), ground=ground(), domain=DOMAIN, protect=protect)
        AssetStore("eu-west-2-asset-store", args, place)

    return build(program)


def rules(graph: Graph, role: str) -> dict[str, dict[str, Any]]:
    (found,) = graph.named(f"eu-west-2-asset-store-{role}-lifecycle")
    return {rule["id"]: rule for rule in found.inputs["rules"]}


def policy(graph: Graph, role: str) -> list[dict[str, Any]]:
    (found,) = graph.named(f"eu-west-2-asset-store-{role}-policy")
    return json.loads(found.inputs["policy"])["Statement"]


def test_models_move_to_cheaper_storage_by_use_and_by_tag() -> None:
    found = rules(store(), "models")
    assert found["intelligent-tiering"]["transitions"] == [{"days": 0, "storageClass": "INTELLIGENT_TIERING"}]
    discontinued = found["discontinued"]
    assert discontinued["filter"] == {"tag": {"key": "lifecycle", "value": "discontinued"}}
    assert discontinued["transitions"][0]["days"] < discontinued["expiration"]["days"]


def test_no_model_is_ever_moved_where_it_must_be_restored_first() -> None:
    graph = store()
    assert not graph.of_type("aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration")
    moved = [rule for rule in rules(graph, "models").values() if rule.get("transitions")]
    slow = [rule for rule in moved if rule["transitions"][0]["storageClass"].startswith(("GLACIER", "DEEP"))]
    assert all("tag" in rule["filter"] for rule in slow), "only what is discontinued"


def test_only_distributions_of_our_account_read_models_and_site() -> None:
    graph = store()
    for role in ("models", "site"):
        allowed = [s for s in policy(graph, role) if s["Effect"] == "Allow"]
        assert all(s["Principal"] == {"Service": "cloudfront.amazonaws.com"} for s in allowed)
        ours = {"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*"}}
        assert all(s["Condition"] == ours for s in allowed), "another account's distribution reads nothing"
        assert [s["Action"] for s in allowed] == [["s3:GetObject"], ["s3:ListBucket"]]


def test_nobody_outside_reads_uploads() -> None:
    assert all(s["Effect"] == "Deny" for s in policy(store(), "uploads"))


def test_uploads_are_announced_and_soon_gone() -> None:
    graph = store()
    (events,) = graph.of_type("aws:s3/bucketNotification:BucketNotification")
    assert events.inputs["eventbridge"]
    assert rules(graph, "uploads")["uploads"]["expiration"]["days"] <= 30


def test_the_viewer_may_fetch_models_by_parts_from_our_pages() -> None:
    (found,) = store().named("eu-west-2-asset-store-models-cors")
    (cors,) = found.inputs["corsRules"]
    assert cors["allowedMethods"] == ["GET", "HEAD"]
    assert f"https://{DOMAIN}" in cors["allowedOrigins"]
    assert "*" not in cors["allowedOrigins"]


def test_protected_models_are_never_emptied() -> None:
    for bucket in store(protect=True).of_type("aws:s3/bucket:Bucket"):
        assert bucket.protect
        assert not bucket.inputs["forceDestroy"]
