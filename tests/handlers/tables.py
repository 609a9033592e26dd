"""The platform's tables as docs/data-model.md has them."""

from __future__ import annotations

from typing import Any


def create_tables(dynamo: Any) -> None:
    _create(dynamo, "carts", "cart_id", "product_id")
    _create(dynamo, "sessions", "session_id")
    _create(dynamo, "catalogue", "pk", "sk", **{"by-category": ("category", "pk"), "by-state": ("state", "updated_at")})


def _create(dynamo: Any, table: str, *keys: str, **indexes: tuple[str, str]) -> None:
    attributes = sorted({*keys, *(name for pair in indexes.values() for name in pair)})
    more = {"GlobalSecondaryIndexes": [_index(name, *pair) for name, pair in indexes.items()]} if indexes else {}
    dynamo.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
        KeySchema=_keys(*keys),
        **more,
    )


def _index(name: str, *keys: str) -> dict[str, object]:
    return {"IndexName": name, "KeySchema": _keys(*keys), "Projection": {"ProjectionType": "ALL"}}


def _keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]
