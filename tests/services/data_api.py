"""The RDS Data API over a local PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.storefront.postgres import Connection, Row, dialler, trust
from services.storefront.settings import DatabaseSettings


class Reachable(Protocol):
    def settings(self, *, user: str = ..., trusted: bool = ...) -> DatabaseSettings: ...


class DataApi:
    """Signs in as the owner; has one transaction at a time, as its only user here needs."""

    def __init__(self, server: Reachable, database: str) -> None:
        settings = server.settings(user="postgres")
        self._connection: Connection = dialler()(
            "postgres",
            host=settings.writer_host,
            port=settings.port,
            database=database,
            password="",
            ssl_context=trust(settings.ca_bundle),
            timeout=10.0,
        )

    def execute(self, sql: str, **parameters: object) -> list[Row]:
        return self._connection.run(sql, **parameters) or []

    def begin_transaction(self, **_: str) -> Any:
        self.execute("BEGIN")
        return {"transactionId": "t-1"}

    def commit_transaction(self, **_: str) -> object:
        return self.execute("COMMIT")

    def rollback_transaction(self, **_: str) -> object:
        return self.execute("ROLLBACK")

    def execute_statement(self, *, sql: str, parameters: Sequence[Mapping[str, Any]] = (), **_: object) -> Any:
        rows = self.execute(sql, **{entry["name"]: next(iter(entry["value"].values())) for entry in parameters})
        return {"records": [[_field(value) for value in row] for row in rows]}


def _field(value: object) -> dict[str, object]:
    return {"longValue": value} if isinstance(value, int) else {"stringValue": str(value)}
