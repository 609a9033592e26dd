"""Answers "AssetReady" by failing under a name that says why, so that the on-failure destination keeps the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from handlers.common import log
from handlers.thumbnails.logic import refusal


def handle(event: Mapping[str, object], _context: object) -> NoReturn:
    refused = refusal(event)
    log.error(str(refused), event=event.get("id"))
    raise refused
