"""The little of HTTP that the cart function and the storefront service share, free of any server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

LONGEST_BODY = 65_536


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    subject: str | None = None
    """Who the verified token speaks for; None without a token."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    status: int
    body: Mapping[str, object] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def encoded(self) -> bytes:
        return b"" if self.body is None else json.dumps(self.body, separators=(",", ":")).encode()


class RefusalError(Exception):
    """An answer that ends the request; it names every problem found, for the caller to mend in one go."""

    def __init__(self, status: int, *problems: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: " + "; ".join(problems))
        self.response: Response = Response(
            status=status, body={"status": status, "problems": list(problems)}, headers=headers or {}
        )


Serve = Callable[[Request, Mapping[str, str]], Response]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str
    serve: Serve

    def match(self, path: str) -> Mapping[str, str] | None:
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template), path)
        return None if found is None else found.groupdict()


def dispatch(routes: Sequence[Route], request: Request) -> Response:
    """Serves the first route of that path and method; a refusal becomes its response."""
    on_path = [(route, found) for route in routes if (found := route.match(request.path)) is not None]
    if not on_path:
        return RefusalError(404, f"there is nothing at {request.path}").response
    for route, parameters in on_path:
        if route.method == request.method:
            try:
                return route.serve(request, parameters)
            except RefusalError as refusal:
                return refusal.response
    allowed = ", ".join(sorted({route.method for route, _ in on_path}))
    return RefusalError(405, f"{request.method} is not served here; {allowed} is", headers={"allow": allowed}).response


def json_object(body: bytes) -> dict[str, object]:
    if len(body) > LONGEST_BODY:
        raise RefusalError(413, f"the body has {len(body)} bytes; at most {LONGEST_BODY} are read")
    try:
        document: object = json.loads(body or b"null")
    except ValueError as error:
        raise RefusalError(400, "the body is not JSON") from error
    if not isinstance(document, dict):
        raise RefusalError(400, "the body must be a JSON object")
    return cast("dict[str, object]", document)


def whole_number(value: object, name: str, least: int, most: int) -> tuple[int, list[str]]:
    """The number and what is wrong with it; bool is an int in Python and is not one in JSON."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value, []
    return least, [f"{name} must be a whole number from {least} to {most}"]
