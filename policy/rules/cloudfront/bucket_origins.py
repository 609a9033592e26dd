"""Buckets that a distribution reads are there: they stand in the same stack."""

from collections import Counter
from collections.abc import Iterator

from policy.examples import Change, Declared, Drop, Examples, Link
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.cloudfront._examples import SERVER, SITE
from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import BUCKET, DISTRIBUTION, is_bucket


def check(subject: Subject) -> Iterator[Complaint]:
    """Origins with one path in common cannot be one bucket, so there are as many buckets as such origins."""
    asked = [origin for _, origin in each(subject.props, "origins") if is_bucket(origin)]
    if not asked:
        raise NotApplicable("no origin of it is a bucket")
    needed = max(Counter(str(get(origin, "originPath", "")) for origin in asked).values())
    found = len(subject.links("origins", BUCKET))
    if found < needed:
        yield wrong("origins", f"{needed} buckets of this stack", found=found)


RULE = Rule(
    id="cloudfront-bucket-origins",
    on=DISTRIBUTION,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("CloudFront.12",),
    why="Whoever creates a bucket of a missing name serves what they like under ours",
    mend="Take the domain name of each bucket origin from a bucket of this stack",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site", props=SITE, links={"origins": ["near", "far"]}),
            Declared(type=BUCKET, name="near"),
            Declared(type=BUCKET, name="far", region="us-east-1"),
        ],
        refused=Drop("far"),
        unknown=Change("origins", None, on="site"),
        absent=None,
        not_applicable=[Declared(type=DISTRIBUTION, name="site", props={**SITE, "origins": [SERVER]})],
        stronger=[Change("origins[1].originPath", "/old", on="site")],
        also_refused=[Link("origins", ["near"], on="site")],
    ),
    breaks=[
        Break(
            on=DISTRIBUTION,
            path="origins",
            unlink=True,
            also=("api-behind-edge", "edge-balancer-proof", "cloudfront-origin-access"),
        )
    ],
)
