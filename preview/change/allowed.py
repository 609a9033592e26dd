"""What stateful may be replaced or deleted: one resource, a reason, an owner, and the last day on which it counts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from preview.change.comparison import Change

FILE = Path(__file__).with_name("allowed.yaml")


class Allowance(BaseModel):
    """One stateful resource that may go."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    urn: Annotated[str, Field(pattern=r"^urn:pulumi:[^*?\s]+::[^*?\s]+::[^*?\s]+::[^*?\s]+$")]
    reason: Annotated[str, Field(min_length=20)]
    owner: Annotated[str, Field(min_length=3)]
    expires: date
    """The last day on which it counts."""


def read(file: Path = FILE) -> tuple[list[Allowance], list[str]]:
    """The file's entries, and its faults with their path; no entries where one is not well-formed."""
    content: Any = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    try:
        return TypeAdapter(list[Allowance]).validate_python(content), []
    except ValidationError as error:
        return [], [f"{file.name} at {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]


def refused(changes: Iterable[Change], allowances: Iterable[Allowance], today: date | None = None) -> list[Change]:
    """The changes that lose state and that nobody allowed for today."""
    day = today or datetime.now(UTC).date()
    valid = {allowance.urn for allowance in allowances if allowance.expires >= day}
    return [change for change in changes if change.loses_state and change.node.urn not in valid]
