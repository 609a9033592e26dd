"""Visits the addresses it is told, as a customer's browser would, and fails where one does not answer well.

It runs alone in CloudWatch Synthetics, without the other handlers beside it, so it imports nothing of theirs.
"""

from __future__ import annotations

import http.client
import os
import ssl
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10.0


class VisitFailedError(Exception):
    """At least one address did not answer well; the message names each."""


def visit(url: str) -> str | None:
    """What is wrong with an address, or None if it answers 200 in time."""
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname:
        return f"{url} is not an https address"
    connection = http.client.HTTPSConnection(
        address.hostname, address.port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context()
    )
    try:
        connection.request("GET", address.path or "/", headers={"user-agent": "storefront-visitor"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"{url} did not answer: {error}"
    finally:
        connection.close()
    return None if status == http.HTTPStatus.OK else f"{url} answered {status}"


def handler(_event: Mapping[str, object], _context: object) -> str:
    urls = os.environ["VISITS"].split()
    started = time.monotonic()
    failures = [failure for url in urls if (failure := visit(url))]
    if failures:
        raise VisitFailedError("; ".join(failures))
    return f"{len(urls)} addresses answered in {time.monotonic() - started:.1f} s"
