"""Visitors are served over HTTPS alone."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.cloudfront._examples import SITE
from policy.subject import Subject
from policy.values import get
from policy.views.edge import DISTRIBUTION, behaviours

POLICY = "viewerProtocolPolicy"


def check(subject: Subject) -> Iterator[Complaint]:
    for path, behaviour in behaviours(subject.props):
        if get(behaviour, POLICY) not in ("https-only", "redirect-to-https"):
            yield wrong(f"{path}.{POLICY}", "https-only or redirect-to-https", found=get(behaviour, POLICY))


RULE = Rule(
    id="cloudfront-viewer-https",
    on=DISTRIBUTION,
    severity=Severity.MEDIUM,
    controls=("CloudFront.3",),
    why="A visitor's session and orders can be read by everybody on the way to the edge",
    mend="Set viewerProtocolPolicy of every behaviour to redirect-to-https or https-only",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, **SITE),
        refused=Change(f"orderedCacheBehaviors[0].{POLICY}", "allow-all"),
        unknown=Change(f"orderedCacheBehaviors[0].{POLICY}", None),
        absent=Absent(Remove("orderedCacheBehaviors"), Verdict.ACCEPTED, "the default behaviour then serves all paths"),
        stronger=[Change(f"defaultCacheBehavior.{POLICY}", "https-only")],
        also_refused=[Change(f"defaultCacheBehavior.{POLICY}", "allow-all")],
    ),
    breaks=[
        Break(on=DISTRIBUTION, path=f"defaultCacheBehavior.{POLICY}", value="allow-all"),
        Break(on=DISTRIBUTION, path=f"orderedCacheBehaviors[*].{POLICY}", value="allow-all"),
    ],
)
