"""How a pack speaks: the texts of its verdicts, and how they are read again on the other side of the protocol."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy.rule import Complaint, Rule
from policy.subject import Subject

CANNOT_RUN = "can't run policy"
"""How the SDK begins what it says of a rule that met an unknown value."""

UNDECIDED = re.compile(r"^undecided: (?P<urn>\S+) at (?P<path>\S+)$", re.MULTILINE)
LEFT_ALONE = re.compile(r"^not applicable: (?P<urn>\S+) because (?P<reason>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A subject that a rule could not judge, and the path of the unknown value."""

    urn: str
    path: str


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A subject that a rule does not apply to, and why."""

    urn: str
    reason: str


def complaint_text(rule: Rule, complaint: Complaint, subject: Subject | None) -> str:
    """Resource, property, what was found, what is expected, how to mend it."""
    where = f"{subject.name} ({subject.type})" if subject else "the stack"
    found = f" is {complaint.found};" if complaint.found else ":"
    path = f", {complaint.path}{found}" if complaint.path else ":"
    return f"{where}{path} expected: {complaint.expected}. {rule.mend}."


def undecided_text(undecided: Sequence[Undecided], left_alone: Sequence[LeftAlone]) -> str:
    """Every subject that was not judged, a line each; `read` takes it apart."""
    lines = [f"undecided: {one.urn} at {one.path}" for one in undecided]
    # On lines of their own: the server writes its own words before them.
    return "\n".join(["", *lines, *([left_alone_text(left_alone)] if left_alone else [])])


def left_alone_text(left_alone: Sequence[LeftAlone]) -> str:
    """Every subject that the rule does not apply to, a line each."""
    return "\n".join(f"not applicable: {one.urn} because {one.reason}" for one in left_alone)


def read(text: str) -> tuple[list[Undecided], list[LeftAlone]]:
    """The two lists in such a text."""
    undecided = [Undecided(found["urn"], found["path"]) for found in UNDECIDED.finditer(text)]
    return undecided, [LeftAlone(found["urn"], found["reason"]) for found in LEFT_ALONE.finditer(text)]
