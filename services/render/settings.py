"""What the worker is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    region: str
    queue_url: str
    catalogue_table: str
    event_bus: str
    visibility_seconds: int
    """How long a message stays taken without a sign of life; a worker that dies loses it after that."""
    metadata: str

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Settings:
        with reading(values) as env:
            return cls(
                region=env.text("AWS_REGION"),
                queue_url=env.text("RENDER_QUEUE_URL"),
                catalogue_table=env.text("CATALOGUE_TABLE"),
                event_bus=env.text("EVENT_BUS_NAME"),
                visibility_seconds=env.number("VISIBILITY_SECONDS", 120, least=30, most=3600),
                metadata=env.text("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254"),
            )
