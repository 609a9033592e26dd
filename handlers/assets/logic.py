"""What an upload is called, and why none becomes a finished model yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.assets import RECEIVED, AssetVersion
from handlers.common.document import EventMalformedError, entries, required, text
from handlers.common.items import Item, n, s

NO_OPTIMISATION = (
    "the optimisation stage is not part of this release: the upload was received and kept, "
    "no optimised model was made from it"
)
_KEY = re.compile(r"uploads/(?P<product_id>[A-Za-z0-9_-]{1,64})/(?P<asset_id>[A-Za-z0-9_-]{1,64})/[^/]{1,255}")


class OptimisationNotInThisReleaseError(Exception):
    """An upload was received and cannot go further."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    asset: AssetVersion
    bucket: str
    key: str


def upload_from(event: object) -> Upload:
    """Reads an "Object Created" event; its keys, unlike those of S3's own notifications, are not URL-encoded."""
    kind = text(event, "detail-type")
    if kind != "Object Created":
        raise EventMalformedError(f"the event is {kind!r}; only 'Object Created' is expected on this queue")
    key = required(event, "detail", "object", "key")
    version = text(event, "detail", "object", "version-id")
    if version is None:
        raise EventMalformedError(f"the object {key} has no version; the upload bucket must keep versions")
    named = _KEY.fullmatch(key)
    if named is None:
        raise EventMalformedError(f"the object {key} is not named uploads/<product>/<asset>/<file>")
    return Upload(
        asset=AssetVersion(product_id=named["product_id"], asset_id=named["asset_id"], source_version=version),
        bucket=required(event, "detail", "bucket", "name"),
        key=key,
    )


def row(upload: Upload, *, size: int, region: str, now: str) -> Item:
    """The asset's row on receipt; the region is where its bucket is, whose functions look after it."""
    return {
        "state": s(RECEIVED),
        "source_bucket": s(upload.bucket),
        "source_key": s(upload.key),
        "bytes": n(size),
        "region": s(region),
        "updated_at": s(now),
    }


def messages(event: Mapping[str, object]) -> list[tuple[str, str]]:
    """The id and the body of each message of a batch."""
    return [(required(record, "messageId"), required(record, "body")) for record in entries(event, "Records")]
