"""Reads products from the catalogue table."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.assets import READY
from handlers.common.aws import DynamoDb, Query, everything
from handlers.common.http import RefusalError, Request, Response
from handlers.common.items import Item, number, s, text

PRODUCT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PREFIX = "PRODUCT#"
_PAGE, _LONGEST_PAGE = 24, 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    product_id: str
    name: str
    category: str
    price_minor: int
    currency: str
    merchant_id: str
    active: bool

    def view(self) -> dict[str, object]:
        return {
            "product_id": self.product_id,
            "name": self.name,
            "category": self.category,
            "price_minor": self.price_minor,
            "currency": self.currency,
            "merchant_id": self.merchant_id,
            "status": "active" if self.active else "discontinued",
        }


def cursor_after(product_id: str) -> str:
    return base64.urlsafe_b64encode(product_id.encode()).decode().rstrip("=")


def product_of_cursor(cursor: str) -> str:
    """The product a page ended with. The category is the path's own: a cursor cannot lead into another one."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        product_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise RefusalError(400, "cursor is not one this service gave out") from error
    if not PRODUCT_ID.fullmatch(product_id) or cursor_after(product_id) != cursor:
        raise RefusalError(400, "cursor is not one this service gave out")
    return product_id


def page_size(given: str | None) -> int:
    if given is None:
        return _PAGE
    if not re.fullmatch(r"[0-9]{1,3}", given) or not 1 <= int(given) <= _LONGEST_PAGE:
        raise RefusalError(400, f"limit must be a whole number from 1 to {_LONGEST_PAGE}")
    return int(given)


class Catalogue:
    def __init__(self, dynamo: DynamoDb, table: str) -> None:
        self._dynamo: DynamoDb = dynamo
        self._table: str = table

    def find(self, product_id: str) -> Product | None:
        item = self._dynamo.get_item(TableName=self._table, Key=_key(product_id)).get("Item")
        return None if item is None else _product(item)

    def product(self, _request: Request, path: Mapping[str, str]) -> Response:
        """A product and its models that are ready to be shown."""
        items = list(
            everything(
                self._dynamo,
                {
                    "TableName": self._table,
                    "KeyConditionExpression": "pk = :pk",
                    "ExpressionAttributeValues": {":pk": s(_PREFIX + path["id"])},
                },
            )
        )
        products = [_product(item) for item in items if text(item, "sk") == "META"]
        if not products:
            raise RefusalError(404, f"there is no product {path['id']}")
        models = [
            {"asset_id": text(item, "sk").removeprefix("ASSET#"), "bytes": number(item, "bytes")}
            for item in items
            if item.get("state") == s(READY)
        ]
        return Response(status=200, body=products[0].view() | {"models": models})

    def category(self, request: Request, path: Mapping[str, str]) -> Response:
        """The active products of a category, a page at a time; a page may hold fewer than asked for."""
        query: Query = {
            "TableName": self._table,
            "IndexName": "by-category",
            "KeyConditionExpression": "category = :category",
            "FilterExpression": "#status = :active",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {":category": s(path["category"]), ":active": s("active")},
            "Limit": page_size(request.query.get("limit")),
        }
        if (cursor := request.query.get("cursor")) is not None:
            query["ExclusiveStartKey"] = _key(product_of_cursor(cursor)) | {"category": s(path["category"])}
        page = self._dynamo.query(**query)
        last = page.get("LastEvaluatedKey")
        body: dict[str, object] = {"products": [_product(item).view() for item in page.get("Items", [])]}
        if last is not None:
            body["cursor"] = cursor_after(_product_id(last))
        return Response(status=200, body=body)


def _key(product_id: str) -> Item:
    return {"pk": s(_PREFIX + product_id), "sk": s("META")}


def _product_id(item: Item) -> str:
    return text(item, "pk").removeprefix(_PREFIX)


def _product(item: Item) -> Product:
    return Product(
        product_id=_product_id(item),
        name=text(item, "name"),
        category=text(item, "category"),
        price_minor=number(item, "price_minor"),
        currency=text(item, "currency"),
        merchant_id=text(item, "merchant_id"),
        active=text(item, "status") == "active",
    )
