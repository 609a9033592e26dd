"""What the receipt of assets is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Env:
    catalogue_table: str
    event_bus: str
    region: str

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Env:
        with reading(values) as env:
            return cls(
                catalogue_table=env.text("CATALOGUE_TABLE"),
                event_bus=env.text("EVENT_BUS_NAME"),
                region=env.text("AWS_REGION"),
            )
