"""The rules of carts: whose they are, what may be put in them, how two become one."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.common.http import RefusalError, json_object, whole_number

MOST_OF_ONE_PRODUCT = 99
_GUEST = re.compile(r"anon-[0-9a-f]{32}")
_PRODUCT = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class CartItem:
    product_id: str
    quantity: int
    version: int
    expires_at: int

    def lives(self, now: int) -> bool:
        """DynamoDB deletes an expired item up to days late; until then it is there and does not count."""
        return self.expires_at > now

    def view(self) -> dict[str, object]:
        return {"product_id": self.product_id, "quantity": self.quantity, "version": self.version}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    quantity: int
    version: int | None
    """The version the caller saw: 0 for an item not there yet, None to write whatever is there."""


def origin_known(digests: Sequence[str], presented: str | None) -> bool:
    """Whether a request came through the distribution; compares in constant time and with every digest."""
    actual = hashlib.sha256((presented or "").encode()).hexdigest()
    return sum(hmac.compare_digest(actual, digest) for digest in digests) > 0


def is_guest(cart_id: str) -> bool:
    return _GUEST.fullmatch(cart_id) is not None


def require_owner(cart_id: str, subject: str | None) -> None:
    """A cart belongs to the subject it is named after, who may not be called like a guest's cart."""
    if cart_id != subject or is_guest(cart_id):
        raise RefusalError(403, "this cart belongs to someone else")


def require_guest(cart_id: str) -> None:
    """A guest's cart belongs to whoever knows its 128 random bits; no customer's can be asked for in this way."""
    if not is_guest(cart_id):
        raise RefusalError(403, "a guest's cart is called anon- and 32 hexadecimal digits")


def require_product(product_id: str) -> str:
    if problems := product_problems(product_id):
        raise RefusalError(400, *problems)
    return product_id


def product_problems(product_id: str) -> list[str]:
    return [] if _PRODUCT.fullmatch(product_id) else ["product_id must be 1 to 64 letters, digits, '-' or '_'"]


def change_from(product_id: str, body: bytes) -> Change:
    """The wanted change, or one refusal naming everything wrong with it."""
    document = json_object(body)
    quantity, problems = whole_number(document.get("quantity"), "quantity", 1, MOST_OF_ONE_PRODUCT)
    version: int | None = None
    if document.get("version") is not None:
        version, more = whole_number(document["version"], "version", 0, 2**53 - 1)
        problems += more
    unknown = sorted(document.keys() - {"quantity", "version"})
    problems += [f"{name} is not a field of a cart item" for name in unknown]
    problems += product_problems(product_id)
    if problems:
        raise RefusalError(400, *problems)
    return Change(quantity=quantity, version=version)


def merge_source(body: bytes) -> str:
    """The guest's cart to move over; customers' carts stay theirs."""
    source = json_object(body).get("from")
    if not isinstance(source, str) or not is_guest(source):
        raise RefusalError(400, "from must be the guest's cart to merge: anon- and 32 hexadecimal digits")
    return source


def merged(ours: int, theirs: int) -> int:
    return min(MOST_OF_ONE_PRODUCT, ours + theirs)
