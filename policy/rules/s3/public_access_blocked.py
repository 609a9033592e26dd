"""Blocks of public access block all of it."""

from collections.abc import Iterator
from typing import Any

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.buckets import ACCOUNT_BLOCK, BLOCK

FOUR = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def check(subject: Subject) -> Iterator[Complaint]:
    for prop in FOUR:
        if not truth(get(subject.props, prop)):
            yield wrong(prop, "true", found=get(subject.props, prop))


ALL: dict[str, Any] = dict.fromkeys(FOUR, True)

RULE = Rule(
    id="s3-public-access-blocked",
    on=(ACCOUNT_BLOCK, BLOCK),
    severity=Severity.HIGH,
    controls=("S3.1", "S3.8"),
    why="A policy or a list of grants that is wrong by one line shows a bucket to everybody",
    mend="Set all four properties to true",
    check=check,
    examples=Examples(
        accepted=[Declared(type=BLOCK, props=ALL), Declared(type=ACCOUNT_BLOCK, name="account", props=ALL)],
        refused=Change("blockPublicPolicy", False),
        unknown=Change("blockPublicPolicy", None),
        absent=Absent(Remove("blockPublicAcls"), Verdict.REFUSED, "each of the four is false until it is set"),
        stronger=[Change(prop, "true") for prop in FOUR],
        also_refused=[Change(prop, False, on="account") for prop in FOUR],
    ),
    breaks=[
        *(Break(on=ACCOUNT_BLOCK, path=prop, value=False) for prop in FOUR),
        *(Break(on=BLOCK, path=prop, value=False, also=("cloudtrail-bucket",)) for prop in FOUR),
    ],
)
