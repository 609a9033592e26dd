"""People are told of an event once, in plain words, however often it is delivered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.common.aws import AwsFailure
from handlers.common.document import EventMalformedError
from handlers.notifications import handler
from handlers.notifications.logic import notice


def event(kind: str, event_id: str = "e-1", **detail: str) -> dict[str, Any]:
    return {"id": event_id, "detail-type": kind, "source": "storefront", "detail": detail}


ORDER = event("OrderPlaced", order_id="o-1")
REJECTED = event("AssetRejected", product_id="chair-7", asset_id="model-1", reason="the file is no model")


@pytest.fixture
def inbox(aws: Any, dynamo: Any, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ARG001 - asked for, for what it sets up
    """Answers what the topic's subscriber has got so far."""
    topic = aws("sns").create_topic(Name="notices")["TopicArn"]
    queue = aws("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-west-1:123456789012:inbox")
    monkeypatch.setenv("NOTIFICATION_TOPIC_ARN", topic)
    monkeypatch.setenv("SESSIONS_TABLE", "sessions")
    handler.wired.cache_clear()

    def messages() -> list[str]:
        answer = aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [json.loads(message["Body"])["Message"] for message in answer.get("Messages", [])]

    return messages


def test_an_order_and_a_rejection_are_told_in_words(inbox: Any) -> None:
    assert handler.handle(ORDER, None) == {"published": True}
    assert handler.handle(REJECTED | {"id": "e-2"}, None) == {"published": True}
    assert sorted(inbox()) == [
        "The model model-1 of product chair-7: the file is no model.",
        "The order o-1 was placed and its goods are reserved.",
    ]


def test_an_event_delivered_twice_is_told_once(inbox: Any, dynamo: Any) -> None:
    handler.handle(ORDER, None)
    assert handler.handle(ORDER, None) == {"published": False}
    assert len(inbox()) == 1
    remembered = dynamo.get_item(TableName="sessions", Key={"session_id": {"S": "EVENT#e-1"}})["Item"]
    assert set(remembered) == {"session_id", "expires_at"}


@pytest.mark.usefixtures("inbox", "aws")
def test_an_event_that_could_not_be_told_is_told_at_the_next_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    right = handler.Env.read().topic_arn
    monkeypatch.setenv("NOTIFICATION_TOPIC_ARN", right + "-gone")
    handler.wired.cache_clear()
    with pytest.raises(AwsFailure):
        handler.handle(ORDER, None)
    monkeypatch.setenv("NOTIFICATION_TOPIC_ARN", right)
    handler.wired.cache_clear()
    assert handler.handle(ORDER, None) == {"published": True}


def test_an_event_nobody_is_told_of_is_an_error(inbox: Any) -> None:
    with pytest.raises(EventMalformedError, match="AssetForgotten"):
        handler.handle(event("AssetForgotten"), None)
    assert inbox() == []


@given(st.text(min_size=1))
def test_a_subject_is_always_one_that_sns_takes(asset_id: str) -> None:
    subject = notice(event("AssetReady", product_id="p", asset_id=asset_id)).subject
    assert 1 <= len(subject) <= 100
    assert subject.isascii()
    assert subject.isprintable()
