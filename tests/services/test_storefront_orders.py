"""An order is entered whole or not at all, once per key, and never takes goods that are not there."""

from __future__ import annotations

import ssl
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from handlers.common.http import Route
from services.storefront.app import application
from services.storefront.catalogue import Product
from services.storefront.orders import Orders
from services.storefront.postgres import (
    Connection,
    DatabaseUnavailableError,
    Pool,
    WriterPath,
    connector,
    dialler,
    trust,
)
from tests.handlers.account import client
from tests.services.conftest import REGION, Server
from tests.services.data_api import DataApi
from tests.services.wsgi import Caller

PRICES = {"lamp": 1_999, "chair": 10_000, "table": 25_050}


def product(product_id: str, **changes: Any) -> Product:
    plain: dict[str, Any] = {
        "product_id": product_id,
        "name": product_id.title(),
        "category": "home",
        "price_minor": PRICES.get(product_id, 1),
        "currency": "EUR",
        "merchant_id": "m-1",
        "active": True,
    }
    return Product(**(plain | changes))


CATALOGUE: Mapping[str, Product] = {name: product(name) for name in PRICES} | {
    "old": product("old", active=False),
    "import": product("import", currency="USD"),
}


def pool(server: Server, user: str = "storefront", *, trusted: bool = True, timeout: float = 5.0) -> Pool:
    rds = client("rds", region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing")
    settings = server.settings(user=user, trusted=trusted)
    return Pool(connector(settings, "localhost", REGION, rds, dialler(), timeout=timeout))


def dead() -> Pool:
    def refuse() -> Any:
        raise OSError("connection refused")

    return Pool(refuse)


def serving(writer: Pool, reader: Pool, announce: Callable[[str], None] = lambda _: None) -> Caller:
    orders = Orders(writer, reader, CATALOGUE.get, announce)
    return Caller(application([Route("POST", "/orders", orders.place), Route("GET", "/orders/{id}", orders.read)]))


@pytest.fixture
def announced() -> list[str]:
    return []


@pytest.fixture
def call(server: Server, sql: DataApi, announced: list[str]) -> Caller:
    for name in (*PRICES, "old", "import"):
        sql.execute("INSERT INTO inventory (product_id, available) VALUES (:name, 10)", name=name)
    return serving(pool(server), pool(server), announced.append)


def wish(**quantities: int) -> dict[str, Any]:
    return {
        "customer": {"email": "Anna@Example.com", "name": "Anna"},
        "lines": [{"product_id": name, "quantity": quantity} for name, quantity in quantities.items()],
    }


def stock(sql: DataApi) -> dict[str, int]:
    return {str(name): int(str(left)) for name, left in sql.execute("SELECT product_id, available FROM inventory")}


def count(sql: DataApi, table: str) -> int:
    return int(str(sql.execute(f"SELECT count(*) FROM {table}")[0][0]))  # noqa: S608


def test_an_order_is_entered_at_the_catalogue_s_prices_and_takes_its_goods(
    call: Caller, sql: DataApi, announced: list[str]
) -> None:
    status, order = call("POST", "/orders", wish(lamp=2, chair=1), idempotency_key="key-00001")
    assert (status, order["status"], order["currency"]) == (201, "placed", "EUR")
    assert order["total_minor"] == 2 * 1_999 + 10_000
    assert stock(sql) == {"lamp": 8, "chair": 9, "table": 10, "old": 10, "import": 10}
    assert call("GET", f"/orders/{order['order_id']}") == (200, order)
    assert announced == [order["order_id"]]


def test_repeating_a_request_answers_with_the_order_it_made(call: Caller, sql: DataApi, announced: list[str]) -> None:
    _, first = call("POST", "/orders", wish(lamp=2), idempotency_key="key-00001")
    assert call("POST", "/orders", wish(lamp=2), idempotency_key="key-00001") == (200, first)
    assert (stock(sql)["lamp"], count(sql, "orders"), len(announced)) == (8, 1, 1)


def test_a_key_serves_one_order_only(call: Caller, sql: DataApi) -> None:
    call("POST", "/orders", wish(lamp=2), idempotency_key="key-00001")
    assert call("POST", "/orders", wish(lamp=3), idempotency_key="key-00001")[0] == 409
    assert stock(sql)["lamp"] == 8


def test_an_order_that_is_short_of_goods_names_them_all_and_takes_none(call: Caller, sql: DataApi) -> None:
    status, answer = call("POST", "/orders", wish(lamp=11, chair=1, table=99), idempotency_key="key-00001")
    assert (status, answer["problems"]) == (409, ["product lamp is out of stock", "product table is out of stock"])
    assert set(stock(sql).values()) == {10}
    assert (count(sql, "orders"), count(sql, "order_lines"), count(sql, "customers")) == (0, 0, 0)


def test_the_key_of_a_refused_order_may_be_used_again(call: Caller) -> None:
    call("POST", "/orders", wish(lamp=11), idempotency_key="key-00001")
    assert call("POST", "/orders", wish(lamp=1), idempotency_key="key-00001")[0] == 201


def test_the_last_goods_are_sold_once_however_many_ask_at_the_same_time(call: Caller, sql: DataApi) -> None:
    def ask(number: int) -> int:
        lines = wish(lamp=3, chair=3) if number % 2 else wish(chair=3, lamp=3)
        return call("POST", "/orders", lines, idempotency_key=f"key-{number:05}")[0]

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(ask, range(8)))
    assert sorted(statuses) == [201] * 3 + [409] * 5
    assert (stock(sql)["lamp"], stock(sql)["chair"]) == (1, 1)


def test_one_key_sent_many_times_at_once_makes_one_order(call: Caller, sql: DataApi) -> None:
    with ThreadPoolExecutor(6) as threads:
        asked = [threads.submit(call, "POST", "/orders", wish(lamp=1), idempotency_key="key-00001") for _ in range(6)]
    answers = [each.result() for each in asked]
    assert sorted(status for status, _ in answers) == [200] * 5 + [201]
    assert len({order["order_id"] for _, order in answers}) == 1
    assert stock(sql)["lamp"] == 9


@pytest.mark.parametrize("lines", [{"unknown": 1}, {"old": 1}, {"lamp": 1, "import": 1}])
def test_what_is_not_for_sale_or_not_in_one_currency_is_not_ordered(
    call: Caller, sql: DataApi, lines: dict[str, int]
) -> None:
    assert call("POST", "/orders", wish(**lines), idempotency_key="key-00001")[0] == 409
    assert count(sql, "orders") == 0


def test_everything_wrong_with_an_order_is_said_at_once(call: Caller) -> None:
    lines = [{"product_id": "lamp", "quantity": 0}, {"product_id": "lamp", "quantity": 1}, {"quantity": 1}]
    body = {"customer": {"email": "anna", "name": ""}, "lines": lines}
    status, answer = call("POST", "/orders", body, idempotency_key="key-00001")
    assert (status, len(answer["problems"])) == (400, 5)


@pytest.mark.parametrize("key", ["", "short", "with a space", "x" * 129])
def test_an_order_needs_a_key(call: Caller, key: str) -> None:
    assert call("POST", "/orders", wish(lamp=1), idempotency_key=key)[0] == 400


@pytest.mark.parametrize("order_id", [str(uuid.UUID(int=7)), "7", "x' OR '1'='1"])
def test_an_order_that_is_not_there_is_not_found(call: Caller, order_id: str) -> None:
    assert call("GET", f"/orders/{order_id}")[0] == 404


def test_two_orders_of_a_customer_share_the_customer(call: Caller, sql: DataApi) -> None:
    call("POST", "/orders", wish(lamp=1), idempotency_key="key-00001")
    call("POST", "/orders", wish(lamp=1), idempotency_key="key-00002")
    assert sql.execute("SELECT email FROM customers") == [["anna@example.com"]]


def test_orders_pause_without_the_writer_and_stay_readable(call: Caller, server: Server) -> None:
    _, order = call("POST", "/orders", wish(lamp=1), idempotency_key="key-00001")
    paused = serving(dead(), pool(server))
    assert paused("POST", "/orders", wish(lamp=1), idempotency_key="key-00002")[0] == 503
    assert paused("GET", f"/orders/{order['order_id']}")[0] == 200


def test_an_order_the_reader_does_not_have_yet_is_asked_of_the_writer(call: Caller, server: Server) -> None:
    _, order = call("POST", "/orders", wish(lamp=1), idempotency_key="key-00001")
    assert serving(pool(server), dead())("GET", f"/orders/{order['order_id']}") == (200, order)


def test_a_connection_that_died_while_idle_is_replaced_unseen(call: Caller, sql: DataApi) -> None:
    call("POST", "/orders", wish(lamp=1), idempotency_key="key-00001")
    sql.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'storefront'")
    assert call("POST", "/orders", wish(lamp=1), idempotency_key="key-00002")[0] == 201


@pytest.mark.usefixtures("sql")
def test_a_late_answer_is_not_taken_for_the_answer_to_the_next_question(server: Server) -> None:
    impatient = pool(server, timeout=0.5)
    with pytest.raises(DatabaseUnavailableError), impatient.transaction() as connection:
        connection.run("SELECT pg_sleep(0.7)")
    with impatient.transaction() as connection:
        assert connection.run("SELECT 7") == [[7]]


@pytest.mark.usefixtures("sql")
def test_a_server_whose_certificate_is_not_trusted_is_not_spoken_to(server: Server) -> None:
    refused = pytest.raises(DatabaseUnavailableError, match="certificate verify failed")
    with refused, pool(server, trusted=False).transaction():
        pass


@pytest.mark.usefixtures("sql")
def test_the_storefront_s_role_may_do_no_more_than_it_needs(server: Server) -> None:
    for forbidden in ("DELETE FROM orders", "INSERT INTO inventory VALUES ('x', 1)", "DROP TABLE customers"):
        with (
            pytest.raises(Exception, match=r"permission denied|must be owner"),
            pool(server).transaction() as connection,
        ):
            connection.run(forbidden)


class Way:
    """One way to a database: the proxy's or the cluster's, beside the writer or far from it."""

    def __init__(self, *, opens: bool = True, reads_only: bool = False) -> None:
        self.opens: bool = opens
        self.reads_only: bool = reads_only
        self.asked: list[str] = []

    def __call__(self) -> Connection:
        self.asked.append("connect")
        if not self.opens:
            raise OSError("The target group doesn't have any associated read/write instances")
        return Session(self)


class Session:
    row_count: int = 0

    def __init__(self, way: Way) -> None:
        self._way: Way = way

    def run(self, sql: str, **_: object) -> list[Any] | None:
        self._way.asked.append(sql)
        if self._way.reads_only and sql.startswith("INSERT"):
            raise RuntimeError({"C": "25006", "M": "cannot execute INSERT in a read-only transaction"})
        return [[self._way.reads_only]]

    def close(self) -> None:
        self._way.asked.append("close")


def written(pool: Pool) -> str:
    """How a write went."""
    try:
        with pool.transaction() as connection:
            connection.run("INSERT INTO orders DEFAULT VALUES")
    except DatabaseUnavailableError as error:
        return str(error)
    return "written"


def over(proxy: Way, cluster: Way) -> Callable[[], str]:
    path = WriterPath(proxy, cluster)
    pool = Pool(path, moved=path.forget)
    return lambda: written(pool)


def test_beside_the_writer_orders_go_through_the_proxy() -> None:
    proxy, cluster = Way(), Way(reads_only=True)
    assert over(proxy, cluster)() == "written"
    assert cluster.asked == []


@pytest.mark.parametrize("proxy", [Way(opens=False), Way(reads_only=True)], ids=["refuses", "reaches a reader"])
def test_far_from_the_writer_the_cluster_forwards_orders(proxy: Way) -> None:
    cluster = Way()
    assert over(proxy, cluster)() == "written"
    assert cluster.asked[1] == "SET apg_write_forward.consistency_mode = 'session'"


def test_the_way_that_worked_is_remembered() -> None:
    proxy, cluster = Way(opens=False), Way()
    path = WriterPath(proxy, cluster)
    path()
    path()
    assert (proxy.asked.count("connect"), cluster.asked.count("connect")) == (1, 2)


def test_a_writer_that_comes_here_is_found_after_one_refused_order() -> None:
    proxy, cluster = Way(opens=False), Way()
    order = over(proxy, cluster)
    order()
    proxy.opens, cluster.reads_only = True, True
    assert "read-only" in order(), "the cluster beside the writer forwards nothing"
    assert order() == "written"


def test_a_writer_that_leaves_is_found_at_the_next_connection() -> None:
    proxy, cluster = Way(), Way(reads_only=True)
    order = over(proxy, cluster)
    order()
    proxy.reads_only, cluster.reads_only = True, False
    assert "read-only" in order()
    assert order() == "written"


def test_no_way_to_the_writer_names_what_each_said() -> None:
    answer = over(Way(opens=False), Way(opens=False))()
    assert answer.count("read/write instances") == 2


def test_an_order_that_another_took_the_key_of_waits_until_it_is_known_here(
    call: Caller, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("POST", "/orders", wish(lamp=1), idempotency_key="key-00001")

    def unknown_here(_connection: object, _key: str, _wish: object) -> None:
        return None

    monkeypatch.setattr("services.storefront.orders._existing", unknown_here)
    assert serving(pool(server), pool(server))("POST", "/orders", wish(lamp=1), idempotency_key="key-00001")[0] == 503


def test_without_the_certificates_of_rds_public_ones_are_trusted() -> None:
    assert trust("/nowhere/rds.pem").verify_mode == ssl.CERT_REQUIRED
