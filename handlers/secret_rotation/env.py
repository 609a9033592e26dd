"""What the rotation is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Env:
    writer_cluster_id: str
    wait_seconds: int
    writer_region: str | None = None
    """Region of the writer cluster; the secret's own where it is not given."""

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Env:
        with reading(values) as env:
            return cls(
                writer_cluster_id=env.text("WRITER_CLUSTER_ID"),
                wait_seconds=env.number("WAIT_SECONDS", 240, least=20, most=840),
                writer_region=env.text("WRITER_REGION", "") or None,
            )
