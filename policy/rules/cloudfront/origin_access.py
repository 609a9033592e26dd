"""CloudFront signs each request to a bucket by an origin access control."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.cloudfront._examples import SERVER, SITE
from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import DISTRIBUTION, is_bucket
from policy.views.stated import states

ACCESS = "aws:cloudfront/originAccessControl:OriginAccessControl"
CONTROL, SIGNING = "originAccessControlId", "signingBehavior"


def check(subject: Subject) -> Iterator[Complaint]:
    origins = [(position, one) for position, one in each(subject.props, "origins") if is_bucket(one)]
    if not origins:
        raise NotApplicable("no origin of it is a bucket")
    for position, origin in origins:
        if not states(origin, CONTROL):
            yield wrong(f"origins[{position}].{CONTROL}", "an origin access control")
    controls = subject.links("origins", ACCESS)
    if not controls:
        yield wrong("origins", "an origin access control of this stack")
    for control in controls:
        if get(control.props, SIGNING) != "always":
            yield wrong(SIGNING, "always", found=get(control.props, SIGNING), at=control)


RULE = Rule(
    id="cloudfront-origin-access",
    on=DISTRIBUTION,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("CloudFront.13",),
    why="A bucket that answers unsigned requests of CloudFront answers everybody's",
    mend="Give each bucket origin an originAccessControlId whose control signs always",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site", props=SITE, links={"origins": ["signed"]}),
            Declared(type=ACCESS, name="signed", props={SIGNING: "always"}),
        ],
        refused=Change(SIGNING, "never", on="signed"),
        unknown=Change(SIGNING, None, on="signed"),
        absent=Absent(Remove(f"origins[1].{CONTROL}", on="site"), Verdict.REFUSED, "CloudFront asks unsigned then"),
        not_applicable=[Declared(type=DISTRIBUTION, props={**SITE, "origins": [SERVER]})],
        also_refused=[Drop("signed"), Change(SIGNING, "no-override", on="signed")],
    ),
    breaks=[
        Break(on=DISTRIBUTION, path=f"origins[*].{CONTROL}", value=None),
        Break(on=ACCESS, path=SIGNING, value="no-override"),
    ],
)
