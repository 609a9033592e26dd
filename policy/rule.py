"""What a rule is: a pure check of one resource, or of one resource among all, and the examples that prove it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pulumi_policy import Severity

from policy.examples import Examples
from policy.subject import Subject

__all__ = ["Break", "Check", "Complaint", "NotApplicable", "Rule", "Scope", "Setting", "Severity", "wrong"]

WHOLE_STACK = "the whole stack"
"""The subject of a rule that looks at nothing in particular: it is checked once."""


class Scope(Enum):
    """What a rule needs to see."""

    RESOURCE = "one resource, by its inputs, before it is created"
    STACK = "one resource and those related to it, at the end of a preview or an update"


class NotApplicable(Exception):  # noqa: N818 - it is a verdict, not an error
    """The rule has looked and leaves this resource alone; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Complaint:
    """One finding: where, what is expected there and, when it is no secret, what was found."""

    path: str
    """Property path from the resource's inputs, e.g. `origins[0].customOriginConfig.originProtocolPolicy`."""

    expected: str
    found: str | None = None
    urn: str | None = None
    """The resource at fault, where it is not the subject itself."""


def wrong(path: str, expected: str, *, found: Any = None, at: Subject | None = None) -> Complaint:
    """A complaint. `found` is shown, so it is a number, a truth value or a word of AWS's; never free text."""
    return Complaint(path=path, expected=expected, found=_shown(found), urn=at.urn if at else None)


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    return repr(str(value))


Check = Callable[[Subject], Iterable[Complaint]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A figure of a rule that a stack may set, between bounds."""

    says: str
    default: float | None
    """None where a stack that uses the rule has to state it."""

    minimum: float
    maximum: float

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value."""
        default = {} if self.default is None else {"default": self.default}
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {"type": "number", "description": self.says, **bounds, **default}


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """One change of the real program that this rule must catch."""

    on: str
    """Type token of the resource that is changed: the first, by URN, that the rule is content with."""

    path: str
    """As in `policy.examples.Change`; empty to take the resource away."""

    value: Any = None
    where: Callable[[Mapping[str, Any]], bool] = lambda _: True
    """Narrows the resources by their inputs."""

    unlink: bool = False
    """Cuts the property dependency at `path` instead of setting a value."""

    unprotect: bool = False
    """Takes Pulumi's protection from the resource."""

    also: tuple[str, ...] = ()
    """Ids of other rules that see the same fault by right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule of the pack."""

    id: str
    """In words, joined by hyphens, the service first: `cloudfront-origin-https`."""

    on: str | tuple[str, ...]
    """Type tokens of the subjects; `WHOLE_STACK` for a rule that is checked once for a stack."""

    scope: Scope = Scope.RESOURCE
    severity: Severity
    controls: tuple[str, ...] = ()
    """Ids of `controls.csv`, e.g. `CloudFront.9`; empty for a rule of this architecture."""

    why: str
    """What goes wrong without it, in a sentence."""

    mend: str
    """How to mend it, in a sentence."""

    check: Check
    examples: Examples
    breaks: Sequence[Break] = ()
    """Of the real program; a rule of one resource that names none is broken as its refused example is."""

    settings: Mapping[str, Setting] = field(default_factory=dict[str, Setting])
    remedy: Callable[[Subject], Mapping[str, Any] | None] | None = None
    """Mends a resource's tags, and nothing else, before it is judged: all its inputs, or None to leave them."""

    @property
    def types(self) -> tuple[str, ...]:
        """Type tokens of the subjects."""
        return (self.on,) if isinstance(self.on, str) else self.on
