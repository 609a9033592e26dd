"""Structured logs: one JSON object per line on standard output, where Lambda and the agents collect them."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime


def info(message: str, **fields: object) -> None:
    _write("INFO", message, fields)


def warning(message: str, **fields: object) -> None:
    _write("WARNING", message, fields)


def error(message: str, **fields: object) -> None:
    _write("ERROR", message, fields)


def _write(level: str, message: str, fields: dict[str, object]) -> None:
    entry = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "message": message} | fields
    sys.stdout.write(json.dumps(entry, default=str) + "\n")
    sys.stdout.flush()
