"""Keeps sessions, in a table that every region holds, so that any instance anywhere can go on with one."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping

from handlers.common.aws import DynamoDb
from handlers.common.http import RefusalError, Request, Response, json_object
from handlers.common.items import Item, n, number, s, text

_ID = re.compile(r"[A-Za-z0-9_-]{43}")
"""What secrets.token_urlsafe(32) makes. The remembered events in the same table ("EVENT#…") can never match."""
ANONYMOUS = "anonymous"


class Sessions:
    def __init__(self, dynamo: DynamoDb, table: str, lifetime: int, clock: Callable[[], float] = time.time) -> None:
        self._dynamo: DynamoDb = dynamo
        self._table: str = table
        self._lifetime: int = lifetime
        self._clock: Callable[[], float] = clock

    def create(self, request: Request, _path: Mapping[str, str]) -> Response:
        """Opens a session. The owner is a label the caller chose: it proves nothing about who they are."""
        owner = json_object(request.body or b"{}").get("owner", ANONYMOUS)
        if not isinstance(owner, str) or not 1 <= len(owner) <= 128:
            raise RefusalError(400, "owner must be a text of 1 to 128 characters")
        session_id, expires_at = secrets.token_urlsafe(32), int(self._clock()) + self._lifetime
        self._dynamo.put_item(
            TableName=self._table,
            Item=_key(session_id) | {"owner": s(owner), "expires_at": n(expires_at)},
            ConditionExpression="attribute_not_exists(session_id)",
        )
        return Response(
            status=201,
            body={"session_id": session_id, "owner": owner, "expires_at": expires_at},
            headers={"location": f"/sessions/{session_id}"},
        )

    def read(self, _request: Request, path: Mapping[str, str]) -> Response:
        item = self._dynamo.get_item(TableName=self._table, Key=_key(_known_form(path["id"]))).get("Item")
        if item is None or number(item, "expires_at") <= self._clock():
            raise RefusalError(404, "there is no such session, or it has ended")
        view = {"session_id": path["id"], "owner": text(item, "owner"), "expires_at": number(item, "expires_at")}
        return Response(status=200, body=view)

    def end(self, _request: Request, path: Mapping[str, str]) -> Response:
        self._dynamo.delete_item(TableName=self._table, Key=_key(_known_form(path["id"])))
        return Response(status=204)


def _known_form(session_id: str) -> str:
    if not _ID.fullmatch(session_id):
        raise RefusalError(404, "there is no such session, or it has ended")
    return session_id


def _key(session_id: str) -> Item:
    return {"session_id": s(session_id)}
