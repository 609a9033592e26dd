"""Where the schema is applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.common.environment import reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Env:
    cluster_arn: str
    secret_arn: str
    database: str
    writer_region: str | None = None
    """Region of the writer cluster; the function's own where it is not given."""

    @classmethod
    def read(cls, values: Mapping[str, str] | None = None) -> Env:
        with reading(values) as env:
            return cls(
                cluster_arn=env.text("CLUSTER_ARN"),
                secret_arn=env.text("SECRET_ARN"),
                database=env.text("DATABASE"),
                writer_region=env.text("WRITER_REGION", "") or None,
            )
