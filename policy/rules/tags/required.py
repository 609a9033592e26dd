"""Everything that takes tags says whose it is."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.tags._tags import REQUIRED, TAGGABLE, default_tags, missing, own_tags
from policy.subject import Subject

TABLE = "aws:dynamodb/table:Table"


def check(subject: Subject) -> Iterator[Complaint]:
    lacking = missing({**default_tags(subject), **own_tags(subject)})
    if lacking:
        yield wrong("tags", f"{', '.join(lacking)}, here or among the provider's default tags")


def remedy(subject: Subject) -> Mapping[str, Any] | None:
    """Gives an empty tag of the resource's own the value that its provider gives to everything.

    In place: a copy of the properties would hold the secrets among them in clear.
    """
    own: Any = subject.props.get("tags") or {}
    given = default_tags(subject)
    empty = [key for key in REQUIRED if key in own and not str(own[key]).strip() and key in given]
    for key in empty:
        own[key] = given[key]
    return subject.props if empty else None


OWN = {"owner": "platform-team", "cost-centre": "storefront", "data-classification": "confidential"}

RULE = Rule(
    id="tags-required",
    on=TAGGABLE,
    severity=Severity.MEDIUM,
    why="What says neither whose it is nor what it is for cannot be billed, judged or cleaned up",
    mend="Leave the tag to the provider's default tags, or give it a value",
    check=check,
    remedy=remedy,
    examples=Examples(
        accepted=one(TABLE, name="carts", tags=OWN),  # the example's provider gives project and environment
        refused=Change("tags.owner", ""),
        unknown=Change("tags.owner", None),
        absent=Absent(
            Remove("tags"), Verdict.REFUSED, "without tags of its own only the provider's default tags count"
        ),
        stronger=[Change("tags.project", "storefront")],
        also_refused=[Remove("tags.cost-centre"), Change("tags.environment", " ")],
    ),
    breaks=[
        Break(on=TABLE, path="tags.owner", value="", where=lambda inputs: "tags" in inputs),
    ],
)
