"""What people are told, in their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.document import EventMalformedError, required

LONGEST_SUBJECT = 100
"""What SNS takes; it also refuses control characters and anything outside ASCII."""


@dataclass(frozen=True, slots=True)
class Notice:
    subject: str
    message: str


def notice(event: Mapping[str, object]) -> Notice:
    kind = required(event, "detail-type")
    match kind:
        case "AssetReady":
            product, asset = required(event, "detail", "product_id"), required(event, "detail", "asset_id")
            return _notice(f"Model {asset} is ready", f"The model {asset} of product {product} is ready to be shown.")
        case "AssetRejected":
            product, asset = required(event, "detail", "product_id"), required(event, "detail", "asset_id")
            reason = required(event, "detail", "reason")
            return _notice(f"Model {asset} was rejected", f"The model {asset} of product {product}: {reason}.")
        case "OrderPlaced":
            order = required(event, "detail", "order_id")
            return _notice(f"Order {order} was placed", f"The order {order} was placed and its goods are reserved.")
        case _:
            raise EventMalformedError(f"nobody is notified of {kind!r}; the event rule must not send it here")


def _notice(subject: str, message: str) -> Notice:
    plain = "".join(character if " " <= character <= "~" else "?" for character in subject)
    return Notice(plain[:LONGEST_SUBJECT], message)
