"""The base of every part of the configuration, and the types that several parts share."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


@dataclass(frozen=True, slots=True)
class Conflict:
    """Values of one section that are sound each but do not fit together."""

    keys: tuple[str, ...]
    """Every key that takes part, the likeliest cause first."""

    found: str
    allowed: str


class UnfitError(ValueError):
    """Everything that does not fit together in a section."""

    def __init__(self, conflicts: tuple[Conflict, ...]) -> None:
        super().__init__("; ".join(f"found {conflict.found}; allowed: {conflict.allowed}" for conflict in conflicts))
        self.conflicts = conflicts


class Section(BaseModel):
    """A group of settings: strict (no conversion), frozen, and without unknown keys."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )

    def conflicts(self) -> Iterable[Conflict]:
        """What does not fit together; only asked where every single value is sound."""
        return ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if conflicts := tuple(self.conflicts()):
            raise UnfitError(conflicts)
        return self


Ownership = Literal["create", "adopt", "off"]
"""Who owns what exists once in an account: this stack, somebody else (it is only used), or nobody."""

LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
"""The retention periods that CloudWatch Logs accepts, in days."""

Percent = Annotated[int, Field(ge=0, le=100)]

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def domain_name(value: str) -> str:
    """A DNS name of at least two labels in lower case, without a final dot; ValueError otherwise."""
    labels = value.split(".")
    if len(value) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("a domain name such as shop.example.com, in lower case and without a final dot")
    if labels[-1].isdigit():
        raise ValueError("a domain name whose last label is not a number")
    return value


DomainName = Annotated[
    str,
    AfterValidator(domain_name),
    Field(json_schema_extra={"format": "hostname", "pattern": rf"^({_LABEL.pattern}\.)+{_LABEL.pattern}$"}),
]

EmailAddress = Annotated[
    str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254, json_schema_extra={"format": "email"})
]
