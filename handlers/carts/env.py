"""What the cart function is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Env:
    carts_table: str
    cart_days: int

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Env:
        with reading(values) as env:
            return cls(carts_table=env.text("CARTS_TABLE"), cart_days=env.number("CART_DAYS", 30, least=1, most=365))
