"""Uploads are received and recorded once, never called ready, and their messages are kept for a later release."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.assets import handler as assets
from handlers.assets.logic import NO_OPTIMISATION
from handlers.background import handler as background
from handlers.thumbnails import handler as thumbnails
from handlers.thumbnails.logic import ThumbnailingNotInThisReleaseError

KEY = "uploads/chair-7/model-1/Chair (final).glb"
ROW = {"pk": {"S": "PRODUCT#chair-7"}, "sk": {"S": "ASSET#model-1"}}


@pytest.fixture
def bucket(aws: Any, dynamo: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ARG001 - asked for, for what it sets up
    """A versioned upload bucket beside an event bus whose events end up in a queue."""
    monkeypatch.setenv("CATALOGUE_TABLE", "catalogue")
    monkeypatch.setenv("EVENT_BUS_NAME", "storefront")
    assets.wired.cache_clear()
    s3, events, sqs = aws("s3"), aws("events"), aws("sqs")
    s3.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
    events.create_event_bus(Name="storefront")
    sqs.create_queue(QueueName="heard")
    events.put_rule(Name="all", EventBusName="storefront", EventPattern=json.dumps({"source": ["storefront.assets"]}))
    target = {"Id": "heard", "Arn": "arn:aws:sqs:eu-west-1:123456789012:heard"}
    events.put_targets(Rule="all", EventBusName="storefront", Targets=[target])
    return s3


def upload(s3: Any, content: bytes = b"glTF", key: str = KEY) -> dict[str, Any]:
    version = s3.put_object(Bucket="uploads", Key=key, Body=content)["VersionId"]
    detail = {"bucket": {"name": "uploads"}, "object": {"key": key, "size": len(content), "version-id": version}}
    return {"id": "e-1", "detail-type": "Object Created", "source": "aws.s3", "detail": detail}


def deliver(*events: Any) -> list[str]:
    """The ids of the messages that are to be redelivered; messages are numbered from 0."""
    records = [
        {"messageId": str(number), "body": event if isinstance(event, str) else json.dumps(event)}
        for number, event in enumerate(events)
    ]
    answer: Any = assets.handle({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def row(dynamo: Any) -> Any:
    item = dynamo.get_item(TableName="catalogue", Key=ROW)["Item"]
    return {name: next(iter(value.values())) for name, value in item.items()}


def heard(aws: Any) -> list[Any]:
    answer = aws("sqs").receive_message(
        QueueUrl=aws("sqs").get_queue_url(QueueName="heard")["QueueUrl"], MaxNumberOfMessages=10
    )
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def test_an_upload_is_recorded_and_rejected_with_the_true_reason(bucket: Any, dynamo: Any) -> None:
    event = upload(bucket, b"0123456789")
    assert deliver(event) == ["0"], "the message must go to the dead-letter queue"
    found = row(dynamo)
    assert (found["state"], found["reason"], found["bytes"]) == ("rejected", NO_OPTIMISATION, "10")
    assert (found["source_key"], found["source_version"]) == (KEY, event["detail"]["object"]["version-id"])
    assert found["region"] == "eu-west-1"


def test_a_redelivered_message_changes_nothing_and_is_announced_once(bucket: Any, dynamo: Any, aws: Any) -> None:
    event = upload(bucket)
    deliver(event)
    first = row(dynamo)
    assert deliver(event) == ["0"]
    assert row(dynamo) == first
    announced = heard(aws)
    assert [event["detail-type"] for event in announced] == ["AssetRejected"]
    assert announced[0]["detail"] == {"product_id": "chair-7", "asset_id": "model-1", "reason": NO_OPTIMISATION}


def test_an_event_that_comes_late_does_not_bring_an_old_version_back(bucket: Any, dynamo: Any) -> None:
    event = upload(bucket)
    deliver(event)
    younger = {**row(dynamo), "source_version": "younger", "source_modified": "2999-01-01T00:00:00Z"}
    dynamo.put_item(TableName="catalogue", Item={name: {"S": value} for name, value in younger.items()})
    deliver(event)
    assert row(dynamo)["source_version"] == "younger"


def test_a_model_that_is_ready_stays_ready(bucket: Any, dynamo: Any) -> None:
    event = upload(bucket)
    deliver(event)
    dynamo.update_item(
        TableName="catalogue",
        Key=ROW,
        UpdateExpression="SET #state = :ready",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":ready": {"S": "ready"}},
    )
    deliver(event)
    assert row(dynamo)["state"] == "ready"


@pytest.mark.parametrize(
    "change",
    [{"key": "elsewhere/model.glb"}, {"version-id": None}, {"key": "uploads/chair-7/model-1/gone.glb"}],
    ids=["a key of another form", "no version", "an object that is gone"],
)
def test_an_upload_that_cannot_be_read_fails_and_records_nothing(
    bucket: Any, dynamo: Any, change: dict[str, Any]
) -> None:
    event = upload(bucket)
    event["detail"]["object"] |= change
    assert deliver(event) == ["0"]
    assert "Item" not in dynamo.get_item(TableName="catalogue", Key=ROW)


def test_one_unreadable_message_does_not_hide_the_others(bucket: Any, dynamo: Any) -> None:
    assert deliver("not json", upload(bucket)) == ["0", "1"]
    assert row(dynamo)["state"] == "rejected"


def test_thumbnails_fail_under_a_name_that_says_why() -> None:
    event = {"id": "e-2", "detail-type": "AssetReady", "detail": {"product_id": "chair-7", "asset_id": "model-1"}}
    with pytest.raises(ThumbnailingNotInThisReleaseError, match="model-1 of product chair-7"):
        thumbnails.handle(event, None)


@pytest.fixture
def queue(aws: Any, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: ARG001 - asked for, for what it sets up
    url = aws("sqs").create_queue(QueueName="assets")["QueueUrl"]
    monkeypatch.setenv("ASSET_QUEUE_URL", url)
    monkeypatch.setenv("STUCK_AFTER_SECONDS", "900")
    background.wired.cache_clear()
    return url


def enter(dynamo: Any, asset_id: str, state: str, minutes_ago: int, **changes: str) -> None:
    moment = (datetime.now(UTC) - timedelta(minutes=minutes_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    item = {
        "pk": "PRODUCT#chair-7",
        "sk": f"ASSET#{asset_id}",
        "state": state,
        "updated_at": moment,
        "region": "eu-west-1",
        "source_bucket": "uploads",
        "source_key": KEY,
        "source_version": "v1",
    } | changes
    dynamo.put_item(TableName="catalogue", Item={name: {"S": value} for name, value in item.items()})


def test_only_assets_at_work_for_too_long_in_this_region_are_started_again(aws: Any, dynamo: Any, queue: str) -> None:
    enter(dynamo, "stuck-1", "processing", 16)
    enter(dynamo, "stuck-2", "validating", 60)
    enter(dynamo, "busy", "processing", 14)
    enter(dynamo, "ready", "ready", 60)
    enter(dynamo, "elsewhere", "processing", 60, region="us-east-1")
    assert background.handle({}, None) == {"stuck": 2, "restarted": 2}
    assert background.handle({}, None) == {"stuck": 0, "restarted": 0}, "they were touched a moment ago"
    messages = aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert len(messages) == 2


@pytest.mark.usefixtures("queue")
def test_the_number_of_stuck_assets_is_a_metric_also_when_it_is_nought(aws: Any, dynamo: Any) -> None:
    background.handle({}, None)
    enter(dynamo, "stuck-1", "processing", 16)
    background.handle({}, None)
    found = aws("cloudwatch").get_metric_statistics(
        Namespace="Storefront/Assets",
        MetricName="StuckAssets",
        StartTime=datetime.now(UTC) - timedelta(hours=1),
        EndTime=datetime.now(UTC) + timedelta(hours=1),
        Period=86_400,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    assert (sum(point["Sum"] for point in found), sum(point["SampleCount"] for point in found)) == (1, 2)


def test_the_receipt_understands_the_message_of_a_restart(bucket: Any, aws: Any, dynamo: Any, queue: str) -> None:
    event = upload(bucket)
    version = event["detail"]["object"]["version-id"]
    enter(dynamo, "model-1", "processing", 60, source_version=version, source_modified="2020-01-01T00:00:00Z")
    background.handle({}, None)
    message = aws("sqs").receive_message(QueueUrl=queue)["Messages"][0]
    assert deliver(message["Body"]) == ["0"]
    assert row(dynamo)["state"] == "rejected"
