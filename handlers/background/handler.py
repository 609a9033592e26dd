"""Counts the assets that got stuck and starts each again, on a schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache

from handlers.background.env import Env
from handlers.background.logic import WORKING, restart_message, stuck_query
from handlers.common import log
from handlers.common.aws import AwsFailure, CloudWatch, DynamoDb, Sqs, client, error_code, everything
from handlers.common.clock import now, stamp
from handlers.common.items import Item, s, text


class Watch:
    def __init__(
        self, dynamo: DynamoDb, cloudwatch: CloudWatch, sqs: Sqs, env: Env, clock: Callable[[], datetime] = now
    ) -> None:
        self._dynamo: DynamoDb = dynamo
        self._cloudwatch: CloudWatch = cloudwatch
        self._sqs: Sqs = sqs
        self._env: Env = env
        self._clock: Callable[[], datetime] = clock

    def run(self) -> tuple[int, int]:
        """How many assets are stuck, and how many of them this run started again."""
        moment = self._clock()
        before = stamp(moment - timedelta(seconds=self._env.stuck_after_seconds))
        stuck = [
            asset
            for state in WORKING
            for asset in everything(
                self._dynamo, stuck_query(self._env.catalogue_table, state, before, self._env.region)
            )
        ]
        self._cloudwatch.put_metric_data(
            Namespace="Storefront/Assets",
            MetricData=[{"MetricName": "StuckAssets", "Value": float(len(stuck)), "Unit": "Count"}],
        )
        restarted = 0
        for asset in stuck:
            if self._claim(asset, stamp(moment)):
                self._sqs.send_message(QueueUrl=self._env.asset_queue_url, MessageBody=restart_message(asset))
                restarted += 1
                log.warning("started a stuck asset again", asset=text(asset, "pk") + "/" + text(asset, "sk"))
        return len(stuck), restarted

    def _claim(self, asset: Item, moment: str) -> bool:
        """Touches the row if it is still as it was found; a send that fails after this is repeated a period later."""
        try:
            self._dynamo.update_item(
                TableName=self._env.catalogue_table,
                Key={"pk": asset["pk"], "sk": asset["sk"]},
                UpdateExpression="SET updated_at = :now",
                ConditionExpression="#state = :state AND updated_at = :seen",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={":now": s(moment), ":state": asset["state"], ":seen": asset["updated_at"]},
            )
        except AwsFailure as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True


@cache
def wired() -> Watch:
    return Watch(client("dynamodb"), client("cloudwatch"), client("sqs"), Env.read())


def handle(_event: Mapping[str, object], _context: object) -> dict[str, int]:
    stuck, restarted = wired().run()
    log.info("looked for stuck assets", stuck=stuck, restarted=restarted)
    return {"stuck": stuck, "restarted": restarted}
