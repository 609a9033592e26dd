"""The row of an asset in the catalogue, as every stage of its processing sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from handlers.common.aws import AwsFailure, DynamoDb, Events, announce, error_code
from handlers.common.items import Item, s

RECEIVED = "received"
VALIDATING = "validating"
PROCESSING = "processing"
READY = "ready"
REJECTED = "rejected"
SOURCE = "storefront.assets"


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetVersion:
    """One uploaded version of one asset."""

    product_id: str
    asset_id: str
    source_version: str

    @property
    def key(self) -> Item:
        return {"pk": s(f"PRODUCT#{self.product_id}"), "sk": s(f"ASSET#{self.asset_id}")}


class Register:
    """Writes the states of assets and announces them."""

    def __init__(self, dynamo: DynamoDb, table: str, events: Events, bus: str) -> None:
        self._dynamo: DynamoDb = dynamo
        self._table: str = table
        self._events: Events = events
        self._bus: str = bus

    def record(self, asset: AssetVersion, *, row: Item, modified: str) -> bool:
        """Enters a received version; False if it, or a younger one, is entered already."""
        try:
            self._dynamo.put_item(
                TableName=self._table,
                Item=asset.key | row | {"source_version": s(asset.source_version), "source_modified": s(modified)},
                ConditionExpression=(
                    "attribute_not_exists(pk) OR (source_version <> :version AND source_modified <= :modified)"
                ),
                ExpressionAttributeValues={":version": s(asset.source_version), ":modified": s(modified)},
            )
        except AwsFailure as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def reject(self, asset: AssetVersion, *, reason: str, now: str) -> bool:
        """Marks a version rejected and announces it; False if it is rejected already, ready, or not the current one.

        Announced first: a crash in between repeats the announcement, the other order would lose it.
        """
        row = self._dynamo.get_item(TableName=self._table, Key=asset.key, ConsistentRead=True).get("Item")
        if row is None or row.get("source_version") != s(asset.source_version):
            return False
        if row.get("state", {}).get("S") in {REJECTED, READY}:
            return False
        detail = {"product_id": asset.product_id, "asset_id": asset.asset_id, "reason": reason}
        announce(self._events, self._bus, source=SOURCE, kind="AssetRejected", detail=json.dumps(detail))
        self._dynamo.update_item(
            TableName=self._table,
            Key=asset.key,
            UpdateExpression="SET #state = :rejected, reason = :reason, updated_at = :now",
            ConditionExpression="source_version = :version AND #state <> :ready",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={
                ":rejected": s(REJECTED),
                ":ready": s(READY),
                ":reason": s(reason),
                ":now": s(now),
                ":version": s(asset.source_version),
            },
        )
        return True
