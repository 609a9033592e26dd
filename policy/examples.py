"""The examples beside a rule: what it accepts, what it refuses, and what it says of values unknown and absent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

SUBJECT = "it"
"""The name of the one resource in an example of a single resource."""


class Verdict(Enum):
    """What a rule says of an example."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """A resource in an example."""

    type: str
    name: str = SUBJECT
    props: Mapping[str, Any] = field(default_factory=dict[str, Any])
    links: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Property → names of the resources that it depends on; the value stays unknown where `props` has none."""

    parent: str | None = None
    region: str | None = "eu-west-2"
    protect: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One property with another value.

    A path has dots, positions and `[*]`, which is the first element that has the rest of the path; `::` enters a JSON
    text: `policy::Statement[0].Condition`.
    """

    path: str
    value: Any
    on: str = SUBJECT


@dataclass(frozen=True, slots=True)
class Remove:
    """A property that is not there."""

    path: str
    on: str = SUBJECT


@dataclass(frozen=True, slots=True)
class Drop:
    """A resource that is not there; links to it go with it."""

    on: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """A property that does not depend on other resources any more."""

    path: str
    on: str = SUBJECT


@dataclass(frozen=True, slots=True)
class Link:
    """A property that depends on other resources than before."""

    path: str
    to: Sequence[str]
    on: str = SUBJECT


@dataclass(frozen=True, slots=True)
class Unprotect:
    """A resource without Pulumi's protection."""

    on: str = SUBJECT


@dataclass(frozen=True, slots=True)
class Add:
    """A resource more."""

    declared: Declared


Alteration = Change | Remove | Drop | Unlink | Link | Unprotect | Add


@dataclass(frozen=True, slots=True)
class Absent:
    """What the rule says when a property is not stated, and AWS's own default that makes it right."""

    change: Remove | Drop | Unlink
    verdict: Verdict
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Examples:
    """The proof of a rule. All but `accepted` is stated as one alteration of it."""

    accepted: Sequence[Declared]
    refused: Alteration
    unknown: Change | None
    """Set to UNKNOWN; None for a rule that only asks whether a resource is there, and which nothing can hide from."""

    absent: Absent | None
    """None where the property has no absence: the provider requires it, or the rule is about a resource's presence."""

    not_applicable: Sequence[Declared] = ()
    """Resources of the rule's type that it leaves alone; empty where it applies to every one of them."""

    stronger: Sequence[Alteration] = ()
    """Alterations that ask for more than the rule does, and are accepted."""

    also_refused: Sequence[Alteration] = ()
    """Further faults that the rule sees."""


def one(type_: str, **props: Any) -> list[Declared]:
    """An example of a single resource."""
    return [Declared(type=type_, props=props)]
