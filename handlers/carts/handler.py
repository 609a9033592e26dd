"""Serves the cart routes of the HTTP API (payload format 2.0)."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from handlers.carts.env import SECONDS_PER_DAY, Env
from handlers.carts.logic import change_from, merge_source, origin_known, require_guest, require_owner, require_product
from handlers.carts.store import Carts, ConflictError
from handlers.common import log
from handlers.common.aws import AwsFailure, client
from handlers.common.document import required, text, texts
from handlers.common.http import RefusalError, Request, Response, Route, Serve, dispatch

_HEALTH = "/api/health"


class Api:
    """The routes over one carts table."""

    def __init__(self, carts: Carts, clock: Callable[[], float] = time.time) -> None:
        self._carts: Carts = carts
        self._clock: Callable[[], float] = clock
        cart, guest = "/api/carts/{cart_id}", "/api/guest-carts/{cart_id}"
        item = "/items/{product_id}"
        self._routes: tuple[Route, ...] = (
            Route("GET", _HEALTH, self._health),
            Route("GET", cart, _owned(self._read)),
            Route("PUT", cart + item, _owned(self._put)),
            Route("DELETE", cart + item, _owned(self._remove)),
            Route("POST", cart + "/merge", _owned(self._merge)),
            Route("GET", guest, _guests(self._read)),
            Route("PUT", guest + item, _guests(self._put)),
            Route("DELETE", guest + item, _guests(self._remove)),
        )

    def serve(self, request: Request, origin_digests: Sequence[str]) -> Response:
        if request.path != _HEALTH and not origin_known(origin_digests, request.headers.get("x-origin-verify")):
            return RefusalError(403, "this API is reached through the shop's own address").response
        try:
            return dispatch(self._routes, request)
        except ConflictError:
            return RefusalError(409, "the cart changed meanwhile; read it again and repeat").response
        except AwsFailure as failure:
            log.error("the carts table did not answer", path=request.path, reason=str(failure))
            return RefusalError(503, "carts are not available right now", headers={"retry-after": "2"}).response

    def _now(self) -> int:
        return int(self._clock())

    def _health(self, _request: Request, _path: Mapping[str, str]) -> Response:
        self._carts.check()
        return Response(status=200, body={"status": "ok"})

    def _read(self, _request: Request, path: Mapping[str, str]) -> Response:
        return self._view(path["cart_id"])

    def _put(self, request: Request, path: Mapping[str, str]) -> Response:
        change = change_from(path["product_id"], request.body)
        item = self._carts.put(path["cart_id"], path["product_id"], change, self._now())
        return Response(status=200, body=item.view())

    def _remove(self, _request: Request, path: Mapping[str, str]) -> Response:
        self._carts.remove(path["cart_id"], require_product(path["product_id"]))
        return Response(status=204)

    def _merge(self, request: Request, path: Mapping[str, str]) -> Response:
        target = path["cart_id"]
        source = merge_source(request.body)
        self._carts.merge(source, target, self._now())
        return self._view(target)

    def _view(self, cart_id: str) -> Response:
        items = [item.view() for item in self._carts.read(cart_id, self._now())]
        return Response(status=200, body={"cart_id": cart_id, "items": items})


def _owned(serve: Serve) -> Serve:
    """For who signed in: the API has verified the token, and the cart is the subject's."""

    def guarded(request: Request, path: Mapping[str, str]) -> Response:
        require_owner(path["cart_id"], request.subject)
        return serve(request, path)

    return guarded


def _guests(serve: Serve) -> Serve:
    """For who did not: the API asks for no token here, and knowing the cart's name is the right to it."""

    def guarded(request: Request, path: Mapping[str, str]) -> Response:
        require_guest(path["cart_id"])
        return serve(request, path)

    return guarded


@cache
def wired() -> Api:
    env = Env.read()
    return Api(Carts(client("dynamodb"), env.carts_table, env.cart_days * SECONDS_PER_DAY))


def handle(event: Mapping[str, object], _context: object) -> dict[str, object]:
    request = request_from(event)
    response = wired().serve(request, origin_digests(event))
    log.info("served", method=request.method, path=request.path, status=response.status)
    return {
        "statusCode": response.status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"} | dict(response.headers),
        "body": response.encoded().decode(),
    }


def origin_digests(event: Mapping[str, object]) -> tuple[str, ...]:
    """SHA-256 of each accepted origin secret, two while it changes.

    They come with the API's stage and not by the environment: that is part of a version, and a deployment that shifts
    traffic step by step would go on with the former secret after the edge sends the new one.
    """
    listed = text(event, "stageVariables", "origin_digests") or ""
    return tuple(part for part in listed.split(",") if part)


def request_from(event: Mapping[str, object]) -> Request:
    body = (text(event, "body") or "").encode()
    if event.get("isBase64Encoded") is True:
        try:
            body = base64.b64decode(body, validate=True)
        except binascii.Error:
            body = b""
    return Request(
        method=required(event, "requestContext", "http", "method"),
        path=required(event, "rawPath"),
        headers={name.lower(): value for name, value in texts(event, "headers").items()},
        body=body,
        subject=text(event, "requestContext", "authorizer", "jwt", "claims", "sub"),
    )
