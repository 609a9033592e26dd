"""What the watch over stuck assets is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Env:
    catalogue_table: str
    asset_queue_url: str
    stuck_after_seconds: int
    region: str

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Env:
        with reading(values) as env:
            return cls(
                catalogue_table=env.text("CATALOGUE_TABLE"),
                asset_queue_url=env.text("ASSET_QUEUE_URL"),
                stuck_after_seconds=env.number("STUCK_AFTER_SECONDS", least=60, most=7 * 86_400),
                region=env.text("AWS_REGION"),
            )
