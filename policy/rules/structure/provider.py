"""Providers say which account they may touch, and in which region."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get

PROVIDER = "pulumi:providers:aws"


def check(subject: Subject) -> Iterator[Complaint]:
    allowed = get(subject.props, "allowedAccountIds")
    if not allowed or allowed == "[]":  # a provider's inputs travel as JSON
        yield wrong("allowedAccountIds", "the account of the stack; a default provider has none")
    if not get(subject.props, "region"):
        yield wrong("region", "the region of the place")


RULE = Rule(
    id="structure-provider",
    on=PROVIDER,
    severity=Severity.HIGH,
    why="With the wrong credentials, or by the default provider, a stack is built in whichever account they belong to",
    mend="Use the places' providers, which name account and region",
    check=check,
    examples=Examples(
        accepted=one(PROVIDER, region="eu-west-2", allowedAccountIds='["123456789012"]'),
        refused=Change("allowedAccountIds", "[]"),
        unknown=Change("allowedAccountIds", None),
        absent=Absent(Remove("allowedAccountIds"), Verdict.REFUSED, "a provider touches whichever account it can"),
        stronger=[Change("allowedAccountIds", ["123456789012"])],
        also_refused=[Remove("region")],
    ),
    breaks=[Break(on=PROVIDER, path="allowedAccountIds")],
)
