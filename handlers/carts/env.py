"""What the cart function is told by its environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Env:
    carts_table: str
    cart_days: int
    origin_digests: tuple[str, ...]
    """SHA-256 of each accepted origin secret, two while it is being rotated; none: every origin may call."""

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Env:
        with reading(values) as env:
            digests = env.listed("ORIGIN_HEADER_DIGESTS")
            for position, digest in enumerate(digests, start=1):
                if not re.fullmatch(r"[0-9a-f]{64}", digest):
                    env.refuse(f"ORIGIN_HEADER_DIGESTS entry {position} is not a SHA-256 in lower-case hex")
            return cls(
                carts_table=env.text("CARTS_TABLE"),
                cart_days=env.number("CART_DAYS", 30, least=1, most=365),
                origin_digests=digests,
            )
