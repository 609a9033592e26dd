"""The findings of all regions are gathered in one."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import each, get

HUB = "aws:securityhub/account:Account"
AGGREGATOR = "aws:securityhub/findingAggregator:FindingAggregator"
ALL, EXCEPT = "ALL_REGIONS", "ALL_REGIONS_EXCEPT_SPECIFIED"


def check(subject: Subject) -> Iterator[Complaint]:
    hubs = {one.region for one in subject.stack.of_type(HUB)}
    if len(hubs) < 2:
        raise NotApplicable("because there is one hub at most")
    aggregators = subject.stack.of_type(AGGREGATOR)
    if not aggregators:
        yield wrong("", "a FindingAggregator")
    for one in aggregators:
        mode = get(one.props, "linkingMode")
        if mode == ALL:
            continue
        named = {region for _, region in each(one.props, "specifiedRegions")}
        missed = hubs & named if mode == EXCEPT else hubs - named - {one.region}
        if missed:
            yield wrong("specifiedRegions", f"to gather from {', '.join(sorted(map(str, missed)))} too", at=one)


RULE = Rule(
    id="securityhub-gathers",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A finding in a region that nobody looks into is not found",
    mend="Let the aggregator gather from every region that has a hub",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=HUB, name="london"),
            Declared(type=HUB, name="tokyo", region="ap-northeast-1"),
            Declared(
                type=AGGREGATOR,
                name="gathers",
                props={"linkingMode": "SPECIFIED_REGIONS", "specifiedRegions": ["ap-northeast-1"]},
            ),
        ],
        refused=Change("specifiedRegions", ["us-east-1"], on="gathers"),
        unknown=Change("linkingMode", None, on="gathers"),
        absent=Absent(Drop("gathers"), Verdict.REFUSED, "each region keeps its findings to itself"),
        not_applicable=[Declared(type=HUB, name="london")],
        stronger=[Change("linkingMode", "ALL_REGIONS", on="gathers")],
        also_refused=[Change("linkingMode", EXCEPT, on="gathers")],
    ),
    breaks=[
        Break(on=AGGREGATOR, path=""),
        Break(on=AGGREGATOR, path="linkingMode", value=EXCEPT),
        Break(on=AGGREGATOR, path="specifiedRegions", value=["eu-north-1"]),
    ],
)
