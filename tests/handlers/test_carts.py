"""A cart belongs to one shopper, changes by version, and moves over when the shopper signs in."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.carts import handler
from handlers.carts.env import Env
from handlers.carts.logic import merged, origin_known
from handlers.common.environment import EnvironmentInvalidError

ANNA, BERT = "1f0c-anna", "77aa-bert"
GUEST = "anon-" + "0123456789abcdef" * 2
SECRETS = ("the secret until today", "the secret from today")


class Caller:
    """Calls the handler as the HTTP API does."""

    digests: str | None = ",".join(hashlib.sha256(secret.encode()).hexdigest() for secret in SECRETS)

    def __call__(
        self, method: str, path: str, body: object = None, *, subject: str | None = ANNA, **headers: str
    ) -> tuple[int, Any]:
        headers = {"x_origin_verify": SECRETS[0]} | headers
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "headers": {name.replace("_", "-"): value for name, value in headers.items()},
            "requestContext": {"http": {"method": method, "path": path}},
            "isBase64Encoded": False,
        }
        if self.digests is not None:
            event["stageVariables"] = {"origin_digests": self.digests}
        if subject is not None:
            event["requestContext"]["authorizer"] = {"jwt": {"claims": {"sub": subject}, "scopes": None}}
        if body is not None:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        answer: Any = handler.handle(event, None)
        return answer["statusCode"], json.loads(answer["body"] or "null")


@pytest.fixture
def call(dynamo: Any, monkeypatch: pytest.MonkeyPatch) -> Caller:  # noqa: ARG001 - asked for, for what it sets up
    monkeypatch.setenv("CARTS_TABLE", "carts")
    handler.wired.cache_clear()
    return Caller()


def test_what_is_put_in_is_read_back(call: Caller) -> None:
    assert call("PUT", f"/api/carts/{ANNA}/items/lamp", {"quantity": 2}) == (
        200,
        {"product_id": "lamp", "quantity": 2, "version": 1},
    )
    assert call("GET", f"/api/carts/{ANNA}") == (
        200,
        {"cart_id": ANNA, "items": [{"product_id": "lamp", "quantity": 2, "version": 1}]},
    )


def test_an_item_is_removed_and_removing_it_again_is_no_error(call: Caller) -> None:
    call("PUT", f"/api/carts/{ANNA}/items/lamp", {"quantity": 2})
    assert call("DELETE", f"/api/carts/{ANNA}/items/lamp") == (204, None)
    assert call("DELETE", f"/api/carts/{ANNA}/items/lamp") == (204, None)
    assert call("GET", f"/api/carts/{ANNA}")[1]["items"] == []


def test_a_change_on_an_outdated_version_is_a_conflict_and_changes_nothing(call: Caller) -> None:
    item = f"/api/carts/{ANNA}/items/lamp"
    assert call("PUT", item, {"quantity": 2, "version": 0})[1]["version"] == 1
    assert call("PUT", item, {"quantity": 3, "version": 1})[1]["version"] == 2
    assert call("PUT", item, {"quantity": 9, "version": 1})[0] == 409
    assert call("PUT", item, {"quantity": 9, "version": 0})[0] == 409
    assert call("GET", f"/api/carts/{ANNA}")[1]["items"][0]["quantity"] == 3


def test_an_expired_item_is_gone_although_the_table_still_holds_it(call: Caller, dynamo: Any) -> None:
    expired = {"cart_id": {"S": ANNA}, "product_id": {"S": "lamp"}, "quantity": {"N": "5"}, "version": {"N": "7"}}
    dynamo.put_item(TableName="carts", Item=expired | {"expires_at": {"N": "1"}})
    assert call("GET", f"/api/carts/{ANNA}")[1]["items"] == []
    assert call("PUT", f"/api/carts/{ANNA}/items/lamp", {"quantity": 1, "version": 0})[0] == 200


@pytest.mark.parametrize(
    ("subject", "cart", "status"),
    [(ANNA, ANNA, 200), (ANNA, BERT, 403), (None, ANNA, 403), (ANNA, GUEST, 403), (None, GUEST, 403)],
)
def test_a_customer_s_cart_is_served_to_its_owner_only(
    call: Caller, subject: str | None, cart: str, status: int
) -> None:
    assert call("GET", f"/api/carts/{cart}", subject=subject)[0] == status
    assert call("PUT", f"/api/carts/{cart}/items/lamp", {"quantity": 1}, subject=subject)[0] == status


def test_a_subject_called_like_a_guest_s_cart_owns_none(call: Caller) -> None:
    assert call("GET", f"/api/carts/{GUEST}", subject=GUEST)[0] == 403, "guests who know the name could read it"


@pytest.mark.parametrize("subject", [None, ANNA])
def test_a_guest_s_cart_is_served_to_whoever_knows_its_name(call: Caller, subject: str | None) -> None:
    item = f"/api/guest-carts/{GUEST}/items/lamp"
    assert call("PUT", item, {"quantity": 1}, subject=subject)[0] == 200
    assert len(call("GET", f"/api/guest-carts/{GUEST}", subject=subject)[1]["items"]) == 1
    assert call("DELETE", item, subject=subject)[0] == 204


@pytest.mark.parametrize("cart", [ANNA, "anon-short", GUEST + "0", GUEST.upper()])
def test_no_other_cart_is_reached_without_a_token(call: Caller, cart: str) -> None:
    assert call("GET", f"/api/guest-carts/{cart}", subject=None)[0] == 403
    assert call("PUT", f"/api/guest-carts/{cart}/items/lamp", {"quantity": 1}, subject=None)[0] == 403
    assert call("DELETE", f"/api/guest-carts/{cart}/items/lamp", subject=ANNA)[0] == 403


def test_guests_merge_nothing(call: Caller) -> None:
    assert call("POST", f"/api/guest-carts/{GUEST}/merge", {"from": GUEST[:-1] + "0"}, subject=None)[0] == 404


def test_guests_come_through_the_distribution_too(call: Caller) -> None:
    assert call("GET", f"/api/guest-carts/{GUEST}", subject=None, x_origin_verify="guess")[0] == 403


def test_everything_wrong_with_a_change_is_said_at_once(call: Caller) -> None:
    status, answer = call("PUT", f"/api/carts/{ANNA}/items/a.b", {"quantity": 0, "version": -1, "colour": "red"})
    assert status == 400
    assert len(answer["problems"]) == 4


@pytest.mark.parametrize("quantity", [0, 100, -1, 1.5, True, "2", None])
def test_a_quantity_is_a_whole_number_from_1_to_99(call: Caller, quantity: object) -> None:
    assert call("PUT", f"/api/carts/{ANNA}/items/lamp", {"quantity": quantity})[0] == 400


@pytest.mark.parametrize("body", ["", "{", "[]", "7"])
def test_a_body_that_is_no_object_is_refused(call: Caller, body: str) -> None:
    assert call("PUT", f"/api/carts/{ANNA}/items/lamp", body)[0] == 400


@pytest.mark.usefixtures("call")
def test_a_body_may_come_in_base64() -> None:
    event = {
        "rawPath": f"/api/guest-carts/{GUEST}/items/lamp",
        "requestContext": {"http": {"method": "PUT"}},
        "headers": {"x-origin-verify": SECRETS[0]},
        "stageVariables": {"origin_digests": Caller.digests},
        "isBase64Encoded": True,
        "body": base64.b64encode(b'{"quantity": 3}').decode(),
    }
    assert handler.handle(event, None)["statusCode"] == 200


def test_what_is_not_there_and_what_is_not_allowed_are_told_apart(call: Caller) -> None:
    assert call("GET", "/api/elsewhere")[0] == 404
    assert call("PATCH", f"/api/carts/{ANNA}")[0] == 405


def test_merging_moves_the_guest_s_cart_over_and_adds_up(call: Caller) -> None:
    call("PUT", f"/api/carts/{ANNA}/items/lamp", {"quantity": 2})
    call("PUT", f"/api/guest-carts/{GUEST}/items/lamp", {"quantity": 3})
    call("PUT", f"/api/guest-carts/{GUEST}/items/chair", {"quantity": 1})
    status, cart = call("POST", f"/api/carts/{ANNA}/merge", {"from": GUEST})
    assert status == 200
    assert {item["product_id"]: item["quantity"] for item in cart["items"]} == {"lamp": 5, "chair": 1}
    assert call("GET", f"/api/guest-carts/{GUEST}")[1]["items"] == []


def test_merging_again_changes_nothing(call: Caller) -> None:
    call("PUT", f"/api/guest-carts/{GUEST}/items/lamp", {"quantity": 3})
    first = call("POST", f"/api/carts/{ANNA}/merge", {"from": GUEST})
    assert call("POST", f"/api/carts/{ANNA}/merge", {"from": GUEST}) == first


def test_merging_many_items_leaves_none_behind(call: Caller) -> None:
    for number in range(60):
        call("PUT", f"/api/guest-carts/{GUEST}/items/p{number}", {"quantity": 1})
    assert len(call("POST", f"/api/carts/{ANNA}/merge", {"from": GUEST})[1]["items"]) == 60


def test_a_cart_of_someone_else_cannot_be_merged_away(call: Caller) -> None:
    call("PUT", f"/api/carts/{BERT}/items/lamp", {"quantity": 3}, subject=BERT)
    assert call("POST", f"/api/carts/{ANNA}/merge", {"from": BERT})[0] == 400
    assert len(call("GET", f"/api/carts/{BERT}", subject=BERT)[1]["items"]) == 1


@pytest.mark.parametrize("body", [{}, {"from": 1}, {"from": ANNA}, {"from": "anon-short"}])
def test_a_merge_names_a_guest_s_cart(call: Caller, body: object) -> None:
    assert call("POST", f"/api/carts/{ANNA}/merge", body)[0] == 400


@given(st.integers(1, 99), st.integers(1, 99))
def test_merged_quantities_stay_orderable_and_never_shrink(ours: int, theirs: int) -> None:
    assert max(ours, theirs) <= merged(ours, theirs) <= min(99, ours + theirs)
    assert merged(ours, theirs) == merged(theirs, ours)


def test_only_requests_through_the_distribution_are_served(call: Caller) -> None:
    assert call("GET", f"/api/carts/{ANNA}", x_origin_verify="")[0] == 403
    assert call("GET", f"/api/carts/{ANNA}", x_origin_verify="guess")[0] == 403
    for secret in SECRETS:
        assert call("GET", f"/api/carts/{ANNA}", x_origin_verify=secret)[0] == 200
    health = call("GET", "/api/health", x_origin_verify="")
    assert health[0] == 200, "health checks come from Route 53, without the header"


def test_a_changed_secret_is_accepted_at_once_by_the_version_that_runs(call: Caller) -> None:
    assert call("GET", f"/api/carts/{ANNA}", x_origin_verify="the next secret")[0] == 403
    call.digests = hashlib.sha256(b"the next secret").hexdigest()
    assert call("GET", f"/api/carts/{ANNA}", x_origin_verify="the next secret")[0] == 200


@pytest.mark.parametrize("digests", [None, "", ","])
def test_without_a_digest_nobody_is_served(call: Caller, digests: str | None) -> None:
    call.digests = digests
    assert call("GET", f"/api/carts/{ANNA}")[0] == 403


@given(st.text())
def test_no_other_value_passes_for_the_secret(presented: str) -> None:
    digests = [hashlib.sha256(secret.encode()).hexdigest() for secret in SECRETS]
    assert origin_known(digests, presented) == (presented in SECRETS)


def test_health_fails_when_the_table_does_not_answer(call: Caller, dynamo: Any) -> None:
    assert call("GET", "/api/health", subject=None) == (200, {"status": "ok"})
    dynamo.delete_table(TableName="carts")
    assert call("GET", "/api/health", subject=None)[0] == 503


def test_a_wrong_environment_is_reported_whole() -> None:
    with pytest.raises(EnvironmentInvalidError) as refused:
        Env.read({"CART_DAYS": "soon"})
    assert len(refused.value.problems) == 2
