"""A group with spot servers replaces those at risk before AWS takes them."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.autoscaling._fleet import DISTRIBUTION, GROUP, GROUP_PROPS, spot_share
from policy.subject import Subject
from policy.values import get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    if spot_share(get(subject.props, "mixedInstancesPolicy")) == 0:
        raise NotApplicable("it launches on demand alone")
    if not truth(get(subject.props, "capacityRebalance", False)):
        yield wrong("capacityRebalance", "true", found=get(subject.props, "capacityRebalance"))


RULE = Rule(
    id="autoscaling-rebalance",
    on=GROUP,
    severity=Severity.MEDIUM,
    why="Without it the replacement starts when the server is gone, and not when AWS warns of it",
    mend="Set capacityRebalance to true",
    check=check,
    examples=Examples(
        accepted=one(GROUP, **GROUP_PROPS),
        refused=Change("capacityRebalance", False),
        unknown=Change("capacityRebalance", None),
        absent=Absent(Remove("capacityRebalance"), Verdict.REFUSED, "AWS's default is false"),
        not_applicable=one(GROUP, mixedInstancesPolicy={DISTRIBUTION: {"onDemandPercentageAboveBaseCapacity": 100}}),
    ),
)
