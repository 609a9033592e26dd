"""Tells whether this region can serve, and what of it is degraded."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from handlers.common.http import Request, Response

LIMIT = 1.5
"""Seconds for all checks together: a Route 53 health check waits two seconds for the whole answer."""


class Readiness:
    """Asks every dependency at once; a dependency that is late counts as failed.

    The catalogue decides. The database does not: its writer stands in one region only, and a failure there must
    not take every other region out of DNS while it can still show and sell from the catalogue.
    """

    def __init__(self, catalogue: Callable[[], None], databases: Mapping[str, Callable[[], None]]) -> None:
        self._vital: str = "catalogue"
        self._checks: Mapping[str, Callable[[], None]] = {self._vital: catalogue, **databases}
        self._threads: ThreadPoolExecutor = ThreadPoolExecutor(max_workers=4 * len(self._checks))

    def report(self, _request: Request, _path: Mapping[str, str]) -> Response:
        started = time.perf_counter()
        asked = {name: self._threads.submit(_timed, check) for name, check in self._checks.items()}
        wait(asked.values(), timeout=LIMIT)
        found = {name: _finding(future, started) for name, future in asked.items()}
        failed = [name for name, finding in found.items() if finding["status"] != "ok"]
        status = "failed" if self._vital in failed else "degraded" if failed else "ok"
        return Response(status=503 if status == "failed" else 200, body={"status": status, "dependencies": found})


def _timed(check: Callable[[], None]) -> float:
    started = time.perf_counter()
    check()
    return time.perf_counter() - started


def _finding(future: Future[float], started: float) -> dict[str, object]:
    if not future.done():
        future.cancel()
        return {"status": "late", "milliseconds": _milliseconds(time.perf_counter() - started)}
    error = future.exception()
    if error is not None:
        spent = _milliseconds(time.perf_counter() - started)
        return {"status": "failed", "milliseconds": spent, "kind": type(error).__name__}
    return {"status": "ok", "milliseconds": _milliseconds(future.result())}


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
