"""A web ACL of CloudFront's kind stands before each distribution."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.edge import DISTRIBUTION, WEB_ACL

WORLDWIDE = "CLOUDFRONT"


def check(subject: Subject) -> Iterator[Complaint]:
    guards = subject.links("webAclId", WEB_ACL)
    if not guards:
        yield wrong("webAclId", "the ARN of a web ACL of this stack")
    for acl in guards:
        if get(acl.props, "scope") != WORLDWIDE:
            yield wrong("scope", WORLDWIDE, found=get(acl.props, "scope"), at=acl)


RULE = Rule(
    id="cloudfront-web-acl",
    on=DISTRIBUTION,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("CloudFront.6",),
    why="Floods and known attacks pass the edge, and the regions pay for them",
    mend="Set webAclId of the distribution to a web ACL with scope CLOUDFRONT",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site", links={"webAclId": ["acl"]}),
            Declared(type=WEB_ACL, name="acl", props={"scope": WORLDWIDE}, region="us-east-1"),
        ],
        refused=Change("scope", "REGIONAL", on="acl"),
        unknown=Change("scope", None, on="acl"),
        absent=Absent(Unlink("webAclId", on="site"), Verdict.REFUSED, "a distribution has no web ACL of AWS's own"),
        also_refused=[Drop("acl")],
    ),
    breaks=[
        Break(on=DISTRIBUTION, path="webAclId", unlink=True, also=("api-behind-edge",)),
        Break(on=WEB_ACL, path="scope", value="REGIONAL", where=lambda props: props["scope"] == WORLDWIDE),
    ],
)
