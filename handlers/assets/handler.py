"""Receives uploads: enters each in the catalogue and, as nothing can optimise it yet, rejects it loudly.

Every message is answered as failed on purpose. The queue redelivers it and then moves it to the dead-letter queue,
where it waits, with its object, for the release that can process it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from handlers.assets.env import Env
from handlers.assets.logic import NO_OPTIMISATION, OptimisationNotInThisReleaseError, messages, row, upload_from
from handlers.common import log
from handlers.common.assets import Register
from handlers.common.aws import S3, client
from handlers.common.clock import now, stamp


class Receipt:
    def __init__(self, s3: S3, register: Register, region: str, clock: Callable[[], datetime] = now) -> None:
        self._s3: S3 = s3
        self._register: Register = register
        self._region: str = region
        self._clock: Callable[[], datetime] = clock

    def receive(self, body: str) -> None:
        upload = upload_from(json.loads(body))
        head = self._s3.head_object(Bucket=upload.bucket, Key=upload.key, VersionId=upload.asset.source_version)
        moment = stamp(self._clock())
        entry = row(upload, size=head["ContentLength"], region=self._region, now=moment)
        entered = self._register.record(upload.asset, row=entry, modified=stamp(head["LastModified"]))
        rejected = self._register.reject(upload.asset, reason=NO_OPTIMISATION, now=moment)
        log.info("received", key=upload.key, version=upload.asset.source_version, entered=entered, rejected=rejected)
        raise OptimisationNotInThisReleaseError(f"{upload.key}: {NO_OPTIMISATION}")


@cache
def wired() -> Receipt:
    env = Env.read()
    register = Register(client("dynamodb"), env.catalogue_table, client("events"), env.event_bus)
    return Receipt(client("s3"), register, env.region)


def handle(event: Mapping[str, object], _context: object) -> dict[str, object]:
    """Works through a batch; one message's failure leaves the others alone (ReportBatchItemFailures)."""
    receipt = wired()
    failures: list[dict[str, str]] = []
    for message_id, body in messages(event):
        try:
            receipt.receive(body)
        except Exception as error:
            log.error(
                "an upload was not processed", message_id=message_id, kind=type(error).__name__, reason=str(error)
            )
            failures.append({"itemIdentifier": message_id})
    return {"batchItemFailures": failures}
