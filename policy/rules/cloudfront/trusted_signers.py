"""Signed addresses are checked against key groups, not against keys of the root user."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.cloudfront._examples import PAGES, SITE
from policy.subject import Subject
from policy.values import each
from policy.views.edge import DISTRIBUTION, behaviours

SIGNERS = "trustedSigners"
GROUPS = "trustedKeyGroups"


def check(subject: Subject) -> Iterator[Complaint]:
    for path, behaviour in behaviours(subject.props):
        if any(True for _ in each(behaviour, SIGNERS)):
            yield wrong(f"{path}.{SIGNERS}", f"none; {GROUPS} instead")


RULE = Rule(
    id="cloudfront-trusted-signers",
    on=DISTRIBUTION,
    severity=Severity.MEDIUM,
    controls=("CloudFront.17",),
    why="Key pairs of the root user can neither be made nor renewed without the root user",
    mend="Name the key groups that may sign in trustedKeyGroups and remove trustedSigners",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, **{**SITE, "defaultCacheBehavior": {**PAGES, SIGNERS: [], GROUPS: ["kg-1"]}}),
        refused=Change(f"defaultCacheBehavior.{SIGNERS}", ["self"]),
        unknown=Change(f"defaultCacheBehavior.{SIGNERS}", None),
        absent=Absent(Remove(f"defaultCacheBehavior.{SIGNERS}"), Verdict.ACCEPTED, "CloudFront then trusts no signer"),
        also_refused=[Change(f"orderedCacheBehaviors[0].{SIGNERS}", ["123456789012"])],
    ),
    breaks=[Break(on=DISTRIBUTION, path=f"defaultCacheBehavior.{SIGNERS}", value=["self"])],
)
