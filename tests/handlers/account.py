"""Clients of the account in memory; boto3 ships no types, and a test may look at everything."""

from __future__ import annotations

from typing import Any, cast

import boto3


def client(service: str, **options: str) -> Any:
    return cast("Any", boto3).client(service, **options)
