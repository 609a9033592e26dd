"""A distribution answers its bare name with a document of its own."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.cloudfront._examples import SITE
from policy.subject import Subject
from policy.values import get
from policy.views.edge import DISTRIBUTION


def check(subject: Subject) -> Iterator[Complaint]:
    if not get(subject.props, "defaultRootObject"):
        yield wrong("defaultRootObject", "the name of a document, without a leading slash")


RULE = Rule(
    id="cloudfront-root-object",
    on=DISTRIBUTION,
    severity=Severity.HIGH,
    controls=("CloudFront.1",),
    why="Asked for its bare name, an origin may list all that it holds",
    mend="Set defaultRootObject to the name of a document such as index.html",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, **SITE),
        refused=Change("defaultRootObject", ""),
        unknown=Change("defaultRootObject", None),
        absent=Absent(Remove("defaultRootObject"), Verdict.REFUSED, "without one the origin answers the bare name"),
    ),
    breaks=[Break(on=DISTRIBUTION, path="defaultRootObject", value="")],
)
