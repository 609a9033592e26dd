"""Calls a WSGI application as a server would."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from services.storefront.app import Application


class Caller:
    def __init__(self, application: Application) -> None:
        self._application: Application = application

    def __call__(self, method: str, target: str, body: object = None, **headers: str) -> tuple[int, Any]:
        path, _, query = target.partition("?")
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        answered: list[str] = []
        environ: Mapping[str, object] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": BytesIO(content),
        } | {f"HTTP_{name.upper()}": value for name, value in headers.items()}

        def start_response(status: str, _headers: list[tuple[str, str]]) -> None:
            answered.append(status)

        answer = b"".join(self._application(environ, start_response))
        return int(answered[0].split()[0]), json.loads(answer or b"null")
