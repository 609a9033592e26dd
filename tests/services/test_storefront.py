"""Products are read page by page, sessions end, and a region says how it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from handlers.common.environment import EnvironmentInvalidError
from handlers.common.http import RefusalError, Route
from services.storefront.app import application
from services.storefront.catalogue import Catalogue, cursor_after, product_of_cursor
from services.storefront.readiness import LIMIT, Readiness
from services.storefront.sessions import Sessions
from services.storefront.settings import Settings
from tests.services.wsgi import Caller

NOW = 1_800_000_000


class Clock:
    def __init__(self) -> None:
        self.now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def call(dynamo: Any, clock: Clock) -> Caller:
    catalogue, sessions = Catalogue(dynamo, "catalogue"), Sessions(dynamo, "sessions", 3600, clock)
    return Caller(
        application(
            [
                Route("GET", "/catalogue/products/{id}", catalogue.product),
                Route("GET", "/catalogue/categories/{category}", catalogue.category),
                Route("POST", "/sessions", sessions.create),
                Route("GET", "/sessions/{id}", sessions.read),
                Route("DELETE", "/sessions/{id}", sessions.end),
            ]
        )
    )


def enter(dynamo: Any, product_id: str, category: str = "chairs", status: str = "active") -> None:
    texts = {
        "pk": f"PRODUCT#{product_id}",
        "sk": "META",
        "name": product_id,
        "category": category,
        "currency": "EUR",
        "merchant_id": "m-1",
        "status": status,
    }
    item = {name: {"S": value} for name, value in texts.items()} | {"price_minor": {"N": "1999"}}
    dynamo.put_item(TableName="catalogue", Item=item)


def enter_asset(dynamo: Any, product_id: str, asset_id: str, state: str) -> None:
    texts = {"pk": f"PRODUCT#{product_id}", "sk": f"ASSET#{asset_id}", "state": state, "updated_at": "2026-01-01"}
    item = {name: {"S": value} for name, value in texts.items()} | {"bytes": {"N": "7"}}
    dynamo.put_item(TableName="catalogue", Item=item)


def test_a_product_is_shown_with_its_ready_models_only(call: Caller, dynamo: Any) -> None:
    enter(dynamo, "chair-7")
    enter_asset(dynamo, "chair-7", "done", "ready")
    enter_asset(dynamo, "chair-7", "broken", "rejected")
    status, product = call("GET", "/catalogue/products/chair-7")
    assert (status, product["price_minor"], product["status"]) == (200, 1999, "active")
    assert product["models"] == [{"asset_id": "done", "bytes": 7}]


def test_a_product_that_is_not_there_is_not_found(call: Caller) -> None:
    assert call("GET", "/catalogue/products/nothing")[0] == 404


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_following_the_cursor_shows_every_active_product_once(call: Caller, dynamo: Any, limit: int) -> None:
    for number in range(7):
        enter(dynamo, f"chair-{number}")
    enter(dynamo, "chair-old", status="discontinued")
    enter(dynamo, "lamp-1", category="lamps")
    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        _, page = call("GET", f"/catalogue/categories/chairs?limit={limit}{cursor}")
        seen += [product["product_id"] for product in page["products"]]
        if "cursor" not in page:
            break
        cursor = f"&cursor={page['cursor']}"
    assert seen == [f"chair-{number}" for number in range(7)]


@pytest.mark.parametrize("query", ["cursor=!", "cursor=", "cursor=YS4u", "limit=0", "limit=101", "limit=many"])
def test_a_cursor_or_a_limit_of_the_wrong_form_is_refused(call: Caller, query: str) -> None:
    assert call("GET", f"/catalogue/categories/chairs?{query}")[0] == 400


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_a_cursor_leads_back_to_its_product(product_id: str) -> None:
    assert product_of_cursor(cursor_after(product_id)) == product_id


@given(st.text())
def test_a_cursor_is_either_one_given_out_or_refused(cursor: str) -> None:
    try:
        product_id = product_of_cursor(cursor)
    except RefusalError:
        return
    assert cursor_after(product_id) == cursor


def test_a_session_lives_until_it_is_ended(call: Caller) -> None:
    status, session = call("POST", "/sessions", {"owner": "anna"})
    assert (status, session["owner"], session["expires_at"]) == (201, "anna", NOW + 3600)
    assert call("GET", f"/sessions/{session['session_id']}") == (200, session)
    assert call("DELETE", f"/sessions/{session['session_id']}")[0] == 204
    assert call("GET", f"/sessions/{session['session_id']}")[0] == 404


def test_the_logs_open_nobodys_session(call: Caller, capsys: pytest.CaptureFixture[str]) -> None:
    _, session = call("POST", "/sessions")
    assert call("GET", f"/sessions/{session['session_id']}") == (200, session)
    written = capsys.readouterr().out
    assert "/sessions/" in written
    assert session["session_id"] not in written, "whoever knows it has the session"


def test_a_session_ends_by_itself_although_the_table_still_holds_it(call: Caller, clock: Clock) -> None:
    _, session = call("POST", "/sessions")
    clock.now = NOW + 3600
    assert call("GET", f"/sessions/{session['session_id']}")[0] == 404


def test_two_sessions_never_share_an_id(call: Caller) -> None:
    assert len({call("POST", "/sessions")[1]["session_id"] for _ in range(20)}) == 20


def test_the_remembered_events_of_the_same_table_are_no_sessions(call: Caller, dynamo: Any) -> None:
    item = {"session_id": {"S": "EVENT#e-1"}, "owner": {"S": "x"}, "expires_at": {"N": str(NOW + 99)}}
    dynamo.put_item(TableName="sessions", Item=item)
    assert call("GET", "/sessions/EVENT#e-1")[0] == 404


@pytest.mark.parametrize("body", [{"owner": ""}, {"owner": 7}, {"owner": "x" * 129}, b"[", b"x" * 70_000])
def test_a_session_of_a_wrong_form_is_refused(call: Caller, body: object) -> None:
    assert call("POST", "/sessions", body)[0] in {400, 413}


def test_a_table_that_does_not_answer_is_503_and_a_fault_of_the_service_500(dynamo: Any, call: Caller) -> None:
    dynamo.put_item(TableName="catalogue", Item={"pk": {"S": "PRODUCT#odd"}, "sk": {"S": "META"}})
    assert call("GET", "/catalogue/products/odd")[0] == 500
    dynamo.delete_table(TableName="catalogue")
    assert call("GET", "/catalogue/products/odd")[0] == 503


def well() -> None:
    """Answers at once."""


def broken() -> None:
    raise EndpointConnectionError(endpoint_url="https://dynamodb.eu-west-1.amazonaws.com")


def late() -> None:
    time.sleep(LIMIT * 2)


def ready(catalogue: Callable[[], None], writer: Callable[[], None]) -> tuple[int, Any]:
    readiness = Readiness(catalogue, {"orders_writer": writer})
    return Caller(application([Route("GET", "/readyz", readiness.report)]))("GET", "/readyz")


@pytest.mark.parametrize(
    ("catalogue", "writer", "expected"),
    [
        (well, well, (200, "ok")),
        (well, broken, (200, "degraded")),
        (well, late, (200, "degraded")),
        (broken, well, (503, "failed")),
        (late, well, (503, "failed")),
    ],
)
def test_the_catalogue_decides_whether_a_region_serves_and_the_database_does_not(
    catalogue: Callable[[], None], writer: Callable[[], None], expected: tuple[int, str]
) -> None:
    started = time.monotonic()
    status, report = ready(catalogue, writer)
    assert (status, report["status"]) == expected
    assert set(report["dependencies"]) == {"catalogue", "orders_writer"}
    assert all(found["milliseconds"] >= 0 for found in report["dependencies"].values())
    assert time.monotonic() - started < 2, "Route 53 waits no longer"


def test_a_wrong_environment_is_reported_whole() -> None:
    with pytest.raises(EnvironmentInvalidError) as refused:
        Settings.read({"AWS_REGION": "eu-west-1", "DB_PORT": "many"})
    assert len(refused.value.problems) == 7
