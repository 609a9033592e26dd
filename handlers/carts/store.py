"""The carts table."""

from __future__ import annotations

from handlers.carts.logic import CartItem, Change, merged
from handlers.common.aws import AwsFailure, DynamoDb, Update, error_code, everything
from handlers.common.items import Item, n, number, s, text

_TRIES = 3


class ConflictError(Exception):
    """The item is not at the version the caller saw."""


class Carts:
    def __init__(self, dynamo: DynamoDb, table: str, lifetime: int) -> None:
        self._dynamo: DynamoDb = dynamo
        self._table: str = table
        self._lifetime: int = lifetime

    def check(self) -> None:
        """Reads one key, so that a table that does not answer, or a lost permission, is found."""
        self._dynamo.get_item(TableName=self._table, Key=_key("health", "health"))

    def read(self, cart_id: str, now: int) -> list[CartItem]:
        return [item for item in self._stored(cart_id) if item.lives(now)]

    def put(self, cart_id: str, product_id: str, change: Change, now: int) -> CartItem:
        update, values = self._update(cart_id, product_id, change.quantity, now)
        update["ReturnValues"] = "ALL_NEW"
        if change.version == 0:
            update["ConditionExpression"] = "attribute_not_exists(cart_id) OR expires_at <= :now"
            values[":now"] = n(now)
        elif change.version is not None:
            update["ConditionExpression"] = "version = :version"
            values[":version"] = n(change.version)
        try:
            answer = self._dynamo.update_item(**update)
        except AwsFailure as error:
            if error_code(error) == "ConditionalCheckFailedException":
                raise ConflictError from error
            raise
        return _cart_item(answer.get("Attributes", {}))

    def remove(self, cart_id: str, product_id: str) -> None:
        self._dynamo.delete_item(TableName=self._table, Key=_key(cart_id, product_id))

    def merge(self, source: str, target: str, now: int) -> None:
        """Moves every item of one cart into another.

        Each item is added there and deleted here in one transaction, so repeating a merge, or finishing one that
        broke off half way, never counts an item twice.
        """
        for _ in range(_TRIES):
            moving = self.read(source, now)
            if not moving:
                return
            present = {item.product_id: item for item in self._stored(target)}
            try:
                for item in moving:
                    self._move(source, target, item, present.get(item.product_id), now)
            except AwsFailure as error:
                if error_code(error) not in {"TransactionCanceledException", "TransactionConflictException"}:
                    raise
            else:
                return
        raise ConflictError

    def _move(self, source: str, target: str, item: CartItem, there: CartItem | None, now: int) -> None:
        quantity = merged(there.quantity if there and there.lives(now) else 0, item.quantity)
        put, values = self._update(target, item.product_id, quantity, now)
        put["ConditionExpression"] = "attribute_not_exists(cart_id)"
        if there:
            put["ConditionExpression"] = "version = :seen"
            values[":seen"] = n(there.version)
        delete = {
            "TableName": self._table,
            "Key": _key(source, item.product_id),
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": {":version": n(item.version)},
        }
        self._dynamo.transact_write_items(TransactItems=[{"Update": put}, {"Delete": delete}])

    def _update(self, cart_id: str, product_id: str, quantity: int, now: int) -> tuple[Update, Item]:
        """The write of a quantity, and its values, to which a condition adds its own."""
        values: Item = {":quantity": n(quantity), ":zero": n(0), ":one": n(1), ":expires_at": n(now + self._lifetime)}
        update: Update = {
            "TableName": self._table,
            "Key": _key(cart_id, product_id),
            "UpdateExpression": (
                "SET quantity = :quantity, version = if_not_exists(version, :zero) + :one, expires_at = :expires_at"
            ),
            "ExpressionAttributeValues": values,
        }
        return update, values

    def _stored(self, cart_id: str) -> list[CartItem]:
        items = everything(
            self._dynamo,
            {
                "TableName": self._table,
                "KeyConditionExpression": "cart_id = :cart_id",
                "ExpressionAttributeValues": {":cart_id": s(cart_id)},
                "ConsistentRead": True,
            },
        )
        return [_cart_item(item) for item in items]


def _key(cart_id: str, product_id: str) -> Item:
    return {"cart_id": s(cart_id), "product_id": s(product_id)}


def _cart_item(item: Item) -> CartItem:
    return CartItem(
        product_id=text(item, "product_id"),
        quantity=number(item, "quantity"),
        version=number(item, "version"),
        expires_at=number(item, "expires_at"),
    )
