"""What the service is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseSettings:
    writer_host: str
    """The proxy of the region; it has a writer behind it while the region is the writer's."""
    forwarding_host: str
    """The cluster of the region, which forwards writes while the writer is elsewhere."""
    reader_host: str
    port: int
    name: str
    user: str
    ca_bundle: str | None
    """Certificates trusted besides the system's: those of RDS, for the cluster, which is reached without a proxy."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    region: str
    catalogue_table: str
    sessions_table: str
    session_seconds: int
    event_bus: str | None
    database: DatabaseSettings

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Settings:
        with reading(values) as env:
            region = env.text("AWS_REGION")
            return cls(
                region=region,
                catalogue_table=env.text("CATALOGUE_TABLE"),
                sessions_table=env.text("SESSIONS_TABLE"),
                session_seconds=env.number("SESSION_SECONDS", 43_200, least=300, most=30 * 86_400),
                event_bus=env.text("EVENT_BUS_NAME", "") or None,
                database=DatabaseSettings(
                    writer_host=env.text("DB_WRITER_HOST"),
                    forwarding_host=env.text("DB_FORWARDING_HOST"),
                    reader_host=env.text("DB_READER_HOST"),
                    port=env.number("DB_PORT", 5432, least=1, most=65_535),
                    name=env.text("DB_NAME"),
                    user=env.text("DB_USER", "storefront"),
                    ca_bundle=env.text("DB_CA_BUNDLE", "") or None,
                ),
            )
