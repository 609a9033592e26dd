"""Takes orders: checks and decrements the inventory and enters the order in one transaction at the writer."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.common import log
from handlers.common.aws import AwsFailure
from handlers.common.document import at, entries, text
from handlers.common.http import RefusalError, Request, Response, json_object, whole_number
from services.storefront.catalogue import PRODUCT_ID, Product
from services.storefront.postgres import Connection, DatabaseUnavailableError, Pool, Row

MOST_LINES = 50
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_KEY = re.compile(r"[!-~]{8,128}")
_ORDER_COLUMNS = "order_id, status, currency, total_minor, created_at, request_digest"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a customer asks for, checked for form."""

    email: str
    name: str
    quantities: Mapping[str, int]

    @property
    def digest(self) -> str:
        plain = [self.email, self.name, sorted(self.quantities.items())]
        return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    product_id: str
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is entered: the wish at the catalogue's prices."""

    order_id: str
    key: str
    wish: Wish
    currency: str
    lines: tuple[Line, ...]
    """In the order of product ids: all orders lock the inventory in the same order and none waits in a circle."""

    @property
    def total_minor(self) -> int:
        return sum(line.quantity * line.unit_price_minor for line in self.lines)


def wish_from(body: bytes) -> Wish:
    """The wish, or one refusal naming everything wrong with it."""
    document = json_object(body)
    email = (text(document, "customer", "email") or "").strip().lower()
    name = (text(document, "customer", "name") or "").strip()
    problems: list[str] = []
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        problems.append("customer.email must be an e-mail address")
    if not 1 <= len(name) <= 200:
        problems.append("customer.name must have 1 to 200 characters")
    lines = entries(document, "lines")
    if not 1 <= len(lines) <= MOST_LINES:
        problems.append(f"lines must hold 1 to {MOST_LINES} entries")
    quantities: dict[str, int] = {}
    for position, line in enumerate(lines):
        product_id = text(line, "product_id") or ""
        if not PRODUCT_ID.fullmatch(product_id):
            problems.append(f"lines[{position}].product_id must be 1 to 64 letters, digits, '-' or '_'")
        elif product_id in quantities:
            problems.append(f"lines[{position}] repeats product {product_id}")
        quantity, more = whole_number(at(line, "quantity"), f"lines[{position}].quantity", 1, 99)
        problems += more
        quantities[product_id] = quantity
    if problems:
        raise RefusalError(400, *problems)
    return Wish(email=email, name=name, quantities=quantities)


def priced(wish: Wish, key: str, find: Callable[[str], Product | None], order_id: str) -> Order:
    """The order at the catalogue's prices; what the customer's page showed does not count."""
    found = {product_id: find(product_id) for product_id in sorted(wish.quantities)}
    missing = [product_id for product_id, product in found.items() if product is None or not product.active]
    if missing:
        raise RefusalError(409, *(f"product {product_id} is not for sale" for product_id in missing))
    products = [product for product in found.values() if product is not None]
    currencies = sorted({product.currency for product in products})
    if len(currencies) > 1:
        raise RefusalError(409, f"an order has one currency; these products have {' and '.join(currencies)}")
    lines = (
        Line(product_id=p.product_id, quantity=wish.quantities[p.product_id], unit_price_minor=p.price_minor)
        for p in products
    )
    return Order(order_id=order_id, key=key, wish=wish, currency=currencies[0], lines=tuple(lines))


class Orders:
    def __init__(
        self,
        writer: Pool,
        reader: Pool,
        find: Callable[[str], Product | None],
        announce: Callable[[str], None],
    ) -> None:
        self._writer: Pool = writer
        self._reader: Pool = reader
        self._find: Callable[[str], Product | None] = find
        self._announce: Callable[[str], None] = announce

    def place(self, request: Request, _path: Mapping[str, str]) -> Response:
        """Enters an order once per Idempotency-Key: repeating a request answers with the order it made."""
        key = request.headers.get("idempotency-key", "")
        if not _KEY.fullmatch(key):
            raise RefusalError(400, "the header Idempotency-Key must have 8 to 128 visible ASCII characters")
        wish = wish_from(request.body)
        with self._writer.transaction() as connection:
            before = _existing(connection, key, wish)
        if before is not None:
            return Response(status=200, body=before)
        order = priced(wish, key, self._find, str(uuid.uuid4()))
        with self._writer.transaction() as connection:
            entered = _enter(connection, order)
            if entered is None:
                return Response(status=200, body=_meanwhile(connection, key, wish))
            _take_from_inventory(connection, order)
            _enter_lines(connection, order)
        # Not read back: where writes are forwarded, a copy of the database may not know the order yet.
        view = _shown(entered, [(line.product_id, line.quantity, line.unit_price_minor) for line in order.lines])
        try:
            self._announce(order.order_id)
        except AwsFailure as failure:
            log.error("an order was placed but not announced", order=order.order_id, reason=str(failure))
        return Response(status=201, body=view, headers={"location": f"/orders/{order.order_id}"})

    def read(self, _request: Request, path: Mapping[str, str]) -> Response:
        """An order from the reader; one not there, or no reader, is asked of the writer, which is ahead of it."""
        try:
            order_id = str(uuid.UUID(path["id"]))
        except ValueError:
            raise RefusalError(404, f"there is no order {path['id']}") from None
        try:
            with self._reader.transaction() as connection:
                view = _read(connection, order_id)
        except DatabaseUnavailableError as error:
            log.warning("the reader did not answer; asking the writer", reason=str(error))
            view = None
        if view is None:
            with self._writer.transaction() as connection:
                view = _read(connection, order_id)
        if view is None:
            raise RefusalError(404, f"there is no order {order_id}")
        return Response(status=200, body=view)


def _existing(connection: Connection, key: str, wish: Wish) -> dict[str, object] | None:
    rows = connection.run(f"SELECT {_ORDER_COLUMNS} FROM orders WHERE idempotency_key = :key", key=key)  # noqa: S608
    if not rows:
        return None
    if rows[0][5] != wish.digest:
        raise RefusalError(409, "this Idempotency-Key was used for a different order")
    return _view(connection, rows[0])


def _meanwhile(connection: Connection, key: str, wish: Wish) -> dict[str, object]:
    """The order that took the key a moment ago; a copy of the database may not have it yet."""
    order = _existing(connection, key, wish)
    if order is None:
        raise DatabaseUnavailableError("an order with this key was placed and has not arrived here")
    return order


def _read(connection: Connection, order_id: str) -> dict[str, object] | None:
    rows = connection.run(f"SELECT {_ORDER_COLUMNS} FROM orders WHERE order_id = CAST(:id AS uuid)", id=order_id)  # noqa: S608
    return _view(connection, rows[0]) if rows else None


def _view(connection: Connection, row: Row) -> dict[str, object]:
    lines = connection.run(
        "SELECT product_id, quantity, unit_price_minor FROM order_lines"
        " WHERE order_id = CAST(:id AS uuid) ORDER BY product_id",
        id=str(row[0]),
    )
    return _shown(row, lines or [])


def _shown(row: Row, lines: Sequence[Row]) -> dict[str, object]:
    placed_at = row[4]
    return {
        "order_id": str(row[0]),
        "status": row[1],
        "currency": row[2],
        "total_minor": row[3],
        "placed_at": placed_at.isoformat() if isinstance(placed_at, datetime) else str(placed_at),
        "lines": [
            {"product_id": product_id, "quantity": quantity, "unit_price_minor": price}
            for product_id, quantity, price in lines
        ],
    }


def _enter(connection: Connection, order: Order) -> Row | None:
    """Enters the order's head; None if its key was used meanwhile, which waits for that order to be decided."""
    customer = connection.run(
        "INSERT INTO customers (customer_id, email, name) VALUES (CAST(:id AS uuid), :email, :name)"
        " ON CONFLICT (email) DO UPDATE SET email = EXCLUDED.email RETURNING customer_id",
        id=str(uuid.uuid4()),
        email=order.wish.email,
        name=order.wish.name,
    )
    entered = connection.run(
        "INSERT INTO orders"
        " (order_id, customer_id, idempotency_key, request_digest, status, currency, total_minor)"
        " VALUES (CAST(:id AS uuid), CAST(:customer AS uuid), :key, :digest, 'placed', :currency, :total)"
        " ON CONFLICT (idempotency_key) DO NOTHING"
        " RETURNING order_id, status, currency, total_minor, created_at, request_digest",
        id=order.order_id,
        customer=str(customer[0][0]) if customer else None,
        key=order.key,
        digest=order.wish.digest,
        currency=order.currency,
        total=order.total_minor,
    )
    return entered[0] if entered else None


def _take_from_inventory(connection: Connection, order: Order) -> None:
    """Takes every line's goods, or refuses naming all that are short; the transaction then undoes the rest."""
    short: list[str] = []
    for line in order.lines:
        connection.run(
            "UPDATE inventory SET available = available - :quantity, updated_at = now()"
            " WHERE product_id = :product AND available >= :quantity",
            quantity=line.quantity,
            product=line.product_id,
        )
        if connection.row_count == 0:
            short.append(line.product_id)
    if short:
        raise RefusalError(409, *(f"product {product_id} is out of stock" for product_id in short))


def _enter_lines(connection: Connection, order: Order) -> None:
    for line in order.lines:
        connection.run(
            "INSERT INTO order_lines (order_id, product_id, quantity, unit_price_minor)"
            " VALUES (CAST(:id AS uuid), :product, :quantity, :price)",
            id=order.order_id,
            product=line.product_id,
            quantity=line.quantity,
            price=line.unit_price_minor,
        )
