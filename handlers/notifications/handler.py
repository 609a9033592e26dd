"""Tells people about assets and orders, each event once, although events are delivered at least once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache

from handlers.common import log
from handlers.common.aws import AwsFailure, DynamoDb, Sns, client, error_code
from handlers.common.document import required
from handlers.common.items import Item, n, s
from handlers.notifications.env import Env
from handlers.notifications.logic import notice

REMEMBERED = 86_400
"""Seconds an event stays known; EventBridge gives up redelivering after 24 hours."""


class Notifier:
    def __init__(
        self, dynamo: DynamoDb, table: str, sns: Sns, topic: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._dynamo: DynamoDb = dynamo
        self._table: str = table
        self._sns: Sns = sns
        self._topic: str = topic
        self._clock: Callable[[], float] = clock

    def notify(self, event: Mapping[str, object]) -> bool:
        """Publishes the event's notice; False if that was done before."""
        telling = notice(event)
        key: Item = {"session_id": s(f"EVENT#{required(event, 'id')}")}
        if not self._claim(key):
            return False
        try:
            self._sns.publish(TopicArn=self._topic, Subject=telling.subject, Message=telling.message)
        except AwsFailure:
            self._dynamo.delete_item(TableName=self._table, Key=key)
            raise
        return True

    def _claim(self, key: Item) -> bool:
        now = int(self._clock())
        try:
            self._dynamo.put_item(
                TableName=self._table,
                Item=key | {"expires_at": n(now + REMEMBERED)},
                ConditionExpression="attribute_not_exists(session_id) OR expires_at <= :now",
                ExpressionAttributeValues={":now": n(now)},
            )
        except AwsFailure as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True


@cache
def wired() -> Notifier:
    env = Env.read()
    return Notifier(client("dynamodb"), env.sessions_table, client("sns"), env.topic_arn)


def handle(event: Mapping[str, object], _context: object) -> dict[str, object]:
    published = wired().notify(event)
    log.info("notified" if published else "notified before", event=event.get("id"), kind=event.get("detail-type"))
    return {"published": published}
