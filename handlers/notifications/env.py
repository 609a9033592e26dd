"""What the notifications are told by their environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Env:
    topic_arn: str
    sessions_table: str

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Env:
        with reading(values) as env:
            return cls(topic_arn=env.text("NOTIFICATION_TOPIC_ARN"), sessions_table=env.text("SESSIONS_TABLE"))
