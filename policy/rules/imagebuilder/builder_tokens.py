"""The server that is made into an image answers questions about itself to holders of a session token alone (IMDSv2)."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.imagebuilder._examples import BUILDER, BUILDER_PROPS
from policy.subject import Subject
from policy.values import get

TOKENS = "instanceMetadataOptions.httpTokens"


def check(subject: Subject) -> Iterator[Complaint]:
    if get(subject.props, TOKENS) != "required":
        yield wrong(TOKENS, "required", found=get(subject.props, TOKENS))


RULE = Rule(
    id="imagebuilder-builder-tokens",
    on=BUILDER,
    severity=Severity.HIGH,
    why="A building server that gives its role's keys away lets a stranger write what every server will boot from",
    mend="Set httpTokens to required",
    check=check,
    examples=Examples(
        accepted=one(BUILDER, **BUILDER_PROPS),
        refused=Change(TOKENS, "optional"),
        unknown=Change(TOKENS, None),
        absent=Absent(Remove("instanceMetadataOptions"), Verdict.REFUSED, "Image Builder's default is optional"),
    ),
)
