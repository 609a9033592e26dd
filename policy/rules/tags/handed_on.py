"""Servers and their disks carry the tags of their fleet."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.tags._tags import REQUIRED, missing
from policy.subject import Subject
from policy.values import each, get, plain, truth

GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.type == GROUP:
        handed = {tag["key"]: tag["value"] for _, tag in each(subject.props, "tags") if truth(tag["propagateAtLaunch"])}
        path, what = "tags", "with propagateAtLaunch: default tags do not reach servers"
    else:
        said = [one for _, one in each(subject.props, "tagSpecifications") if one["resourceType"] == "volume"]
        handed = {key: value for one in said for key, value in plain(get(one, "tags") or {}).items()}
        path, what = "tagSpecifications", "for volume: default tags do not reach disks"
    lacking = missing(handed)
    if lacking:
        yield wrong(path, f"{', '.join(lacking)} {what}")


TAGS = dict.fromkeys(REQUIRED, "storefront")

RULE = Rule(
    id="tags-handed-on",
    on=(GROUP, TEMPLATE),
    severity=Severity.LOW,
    why="Servers and disks are most of the bill, and a provider's default tags do not reach them",
    mend="Hand the region's tags on to what the fleet starts",
    check=check,
    examples=Examples(
        accepted=[
            Declared(
                type=GROUP, props={"tags": [{"key": k, "value": v, "propagateAtLaunch": True} for k, v in TAGS.items()]}
            ),
            Declared(
                type=TEMPLATE, name="server", props={"tagSpecifications": [{"resourceType": "volume", "tags": TAGS}]}
            ),
        ],
        refused=Change("tags[0].propagateAtLaunch", False),
        unknown=Change("tags[1].value", None),
        absent=Absent(Remove("tags"), Verdict.REFUSED, "a group without tags hands none on"),
        also_refused=[
            Change("tags[2].value", ""),
            Remove("tagSpecifications", on="server"),
            Change("tagSpecifications[0].resourceType", "instance", on="server"),
        ],
    ),
    breaks=[
        Break(on=GROUP, path="tags[1].propagateAtLaunch", value=False),
        Break(on=TEMPLATE, path="tagSpecifications"),
    ],
)
