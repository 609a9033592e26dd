"""Why no picture is made yet."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.common.document import EventMalformedError, required, text


class ThumbnailingNotInThisReleaseError(Exception):
    """A finished model asks for its pictures and nothing here can draw them."""


def refusal(event: Mapping[str, object]) -> ThumbnailingNotInThisReleaseError:
    kind = text(event, "detail-type")
    if kind != "AssetReady":
        raise EventMalformedError(f"the event is {kind!r}; only 'AssetReady' is expected here")
    product, asset = required(event, "detail", "product_id"), required(event, "detail", "asset_id")
    return ThumbnailingNotInThisReleaseError(
        f"no thumbnail was made for asset {asset} of product {product}: thumbnailing is not part of this release"
    )
