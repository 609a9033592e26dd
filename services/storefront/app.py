"""The WSGI application: its routes, and how requests come in and answers go out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol, cast
from urllib.parse import parse_qsl

from handlers.common import log
from handlers.common.aws import AwsFailure, DynamoDb, Events, announce, client
from handlers.common.http import LONGEST_BODY, RefusalError, Request, Response, Route, dispatch
from handlers.common.items import s
from services.storefront.catalogue import Catalogue
from services.storefront.orders import Orders
from services.storefront.postgres import Connect, DatabaseUnavailableError, Pool, WriterPath, connector, dialler
from services.storefront.readiness import Readiness
from services.storefront.sessions import Sessions
from services.storefront.settings import DatabaseSettings, Settings

STATUS_LINES = {
    200: "200 OK",
    201: "201 Created",
    204: "204 No Content",
    400: "400 Bad Request",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    409: "409 Conflict",
    413: "413 Content Too Large",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


class Body(Protocol):
    def read(self, size: int, /) -> bytes: ...


StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Mapping[str, object], StartResponse], Iterable[bytes]]


def routes(catalogue: Catalogue, sessions: Sessions, orders: Orders, readiness: Readiness) -> tuple[Route, ...]:
    return (
        Route("GET", "/healthz", _alive),
        Route("GET", "/readyz", readiness.report),
        Route("GET", "/catalogue/products/{id}", catalogue.product),
        Route("GET", "/catalogue/categories/{category}", catalogue.category),
        Route("POST", "/sessions", sessions.create),
        Route("GET", "/sessions/{id}", sessions.read),
        Route("DELETE", "/sessions/{id}", sessions.end),
        Route("POST", "/orders", orders.place),
        Route("GET", "/orders/{id}", orders.read),
    )


def create(settings: Settings) -> Application:
    """The application over the real AWS and the real database."""
    dynamo = client("dynamodb", settings.region, patience=2.0)
    database, rds = settings.database, client("rds", settings.region)
    connect = partial(connector, database, region=settings.region, rds=rds, dial=dialler())
    writer, reader = _writer(connect, database, timeout=5.0), Pool(connect(database.reader_host, timeout=5.0))
    catalogue = Catalogue(dynamo, settings.catalogue_table)
    readiness = Readiness(
        partial(_ask_table, client("dynamodb", settings.region, patience=1.0, tries=1), settings.catalogue_table),
        {
            "orders_writer": partial(_ask_database, _writer(connect, database, timeout=1.0, keep=1)),
            "orders_reader": partial(_ask_database, Pool(connect(database.reader_host, timeout=1.0), keep=1)),
        },
    )
    tell = (
        _nobody
        if settings.event_bus is None
        else partial(_tell, client("events", settings.region, patience=1.0, tries=2), settings.event_bus)
    )
    return application(
        routes(
            catalogue,
            Sessions(dynamo, settings.sessions_table, settings.session_seconds),
            Orders(writer, reader, catalogue.find, tell),
            readiness,
        )
    )


def application(served: Sequence[Route]) -> Application:
    def serve(environ: Mapping[str, object], start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        response = answer(served, environ)
        log.info(
            "served",
            method=environ.get("REQUEST_METHOD"),
            path=_shown(environ),
            status=response.status,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
            trace=environ.get("HTTP_X_AMZN_TRACE_ID"),
        )
        body = response.encoded()
        headers = {"cache-control": "no-store"} | dict(response.headers)
        if response.body is not None:
            headers |= {"content-type": "application/json", "content-length": str(len(body))}
        start_response(STATUS_LINES[response.status], list(headers.items()))
        return [body]

    return serve


def answer(served: Sequence[Route], environ: Mapping[str, object]) -> Response:
    try:
        return dispatch(served, request_from(environ))
    except RefusalError as refusal:
        return refusal.response
    except (*AwsFailure, DatabaseUnavailableError) as failure:
        log.error("a dependency did not answer", path=_shown(environ), reason=str(failure))
        return RefusalError(503, "this is not available right now; try again", headers={"retry-after": "2"}).response
    except Exception as failure:
        log.error("a request failed", path=_shown(environ), kind=type(failure).__name__, reason=str(failure))
        return RefusalError(500, "the service failed on this request").response


def _shown(environ: Mapping[str, object]) -> str:
    """The path as logs may hold it: whoever knows a session's identifier has the session."""
    path = str(environ.get("PATH_INFO"))
    return "/sessions/…" if path.startswith("/sessions/") else path


def request_from(environ: Mapping[str, object]) -> Request:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    length = str(environ.get("CONTENT_LENGTH") or "")
    # One byte more than is accepted, so that a body without a declared length cannot fill the memory.
    wanted = min(int(length), LONGEST_BODY + 1) if length.isdigit() else LONGEST_BODY + 1
    chunked = "chunked" in headers.get("transfer-encoding", "")
    body = cast("Body", environ["wsgi.input"]).read(wanted) if length or chunked else b""
    return Request(
        method=str(environ["REQUEST_METHOD"]),
        # WSGI hands the path as bytes in Latin-1 clothing.
        path=str(environ.get("PATH_INFO", "/")).encode("latin-1").decode("utf-8", "replace"),
        headers=headers,
        query=dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)),
        body=body,
    )


def _alive(_request: Request, _path: Mapping[str, str]) -> Response:
    return Response(status=200, body={"status": "ok"})


def _ask_table(dynamo: DynamoDb, table: str) -> None:
    dynamo.get_item(TableName=table, Key={"pk": s("HEALTH"), "sk": s("HEALTH")})


def _ask_database(pool: Pool) -> None:
    with pool.transaction() as connection:
        connection.run("SELECT 1")


def _writer(connect: Callable[..., Connect], database: DatabaseSettings, *, timeout: float, keep: int = 8) -> Pool:
    hosts = (database.writer_host, database.forwarding_host)
    path = WriterPath(*(connect(host, timeout=timeout) for host in hosts))
    return Pool(path, keep=keep, moved=path.forget)


def _tell(events: Events, bus: str, order_id: str) -> None:
    announce(events, bus, source="storefront.orders", kind="OrderPlaced", detail=json.dumps({"order_id": order_id}))


def _nobody(_order_id: str) -> None:
    """No bus is configured: nobody is told."""
