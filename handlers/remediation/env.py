"""What the remediation is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Env:
    alert_topic_arn: str

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Env:
        with reading(values) as env:
            return cls(alert_topic_arn=env.text("ALERT_TOPIC_ARN"))
