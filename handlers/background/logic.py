"""Which assets are stuck, and the message that starts one again."""

from __future__ import annotations

import json

from handlers.common.assets import PROCESSING, VALIDATING
from handlers.common.aws import Query
from handlers.common.items import Item, s, text

WORKING = (VALIDATING, PROCESSING)


def stuck_query(table: str, state: str, before: str, region: str) -> Query:
    """Assets of a region untouched in a state since a moment.

    The table is replicated to every region; each looks after the uploads in its own bucket, so that a stuck asset
    is started again once and not once per region.
    """
    return {
        "TableName": table,
        "IndexName": "by-state",
        "KeyConditionExpression": "#state = :state AND updated_at < :before",
        "FilterExpression": "#region = :region",
        "ExpressionAttributeNames": {"#state": "state", "#region": "region"},
        "ExpressionAttributeValues": {":state": s(state), ":before": s(before), ":region": s(region)},
    }


def restart_message(asset: Item) -> str:
    """The event the upload made when it arrived, which the receipt understands and which is safe to repeat."""
    return json.dumps(
        {
            "detail-type": "Object Created",
            "source": "storefront.background",
            "detail": {
                "bucket": {"name": text(asset, "source_bucket")},
                "object": {"key": text(asset, "source_key"), "version-id": text(asset, "source_version")},
            },
        }
    )
