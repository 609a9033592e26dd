"""What is read from buckets is read from a second one when the first fails."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.cloudfront._examples import SITE
from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import DISTRIBUTION, behaviours, is_bucket

CODES = "failoverCriteria.statusCodes"
FAILING = {500, 502, 503, 504}


def check(subject: Subject) -> Iterator[Complaint]:
    groups = list(each(subject.props, "originGroups"))
    if not groups:
        yield wrong("originGroups", "a group of two origins")
    for position, group in groups:
        missing = FAILING - {int(code) for _, code in each(group, CODES)}
        if missing:
            yield wrong(f"originGroups[{position}].{CODES}", f"also {', '.join(map(str, sorted(missing)))}")
        members = {get(member, "originId") for _, member in each(group, "members")}
        if len(members) < 2:
            yield wrong(f"originGroups[{position}].members", "two origins", found=len(members))
    alone = {get(origin, "originId") for _, origin in each(subject.props, "origins") if is_bucket(origin)}
    for path, behaviour in behaviours(subject.props):
        if get(behaviour, "targetOriginId") in alone:
            yield wrong(f"{path}.targetOriginId", "a group of origins, since this bucket has no second")


RULE = Rule(
    id="cloudfront-origin-failover",
    on=DISTRIBUTION,
    severity=Severity.LOW,
    controls=("CloudFront.4",),
    why="Pages and models are gone with the region that keeps them, though another has them too",
    mend="Lead behaviours that read from a bucket to a group of two origins that fails over on 500, 502, 503 and 504",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, **SITE),
        refused=Change("defaultCacheBehavior.targetOriginId", "site-near"),
        unknown=Change("defaultCacheBehavior.targetOriginId", None),
        absent=Absent(Remove("originGroups"), Verdict.REFUSED, "CloudFront asks one origin and no other"),
        stronger=[Change(f"originGroups[0].{CODES}", [403, 404, 500, 502, 503, 504])],
        also_refused=[
            Change(f"originGroups[0].{CODES}", [500]),
            Change("originGroups[0].members[1].originId", "site-near"),
        ],
    ),
    breaks=[
        Break(on=DISTRIBUTION, path=f"originGroups[*].{CODES}", value=[404]),
        Break(on=DISTRIBUTION, path="originGroups", value=None),
    ],
)
