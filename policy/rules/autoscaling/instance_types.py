"""Groups may launch several types of instances."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.autoscaling._fleet import GROUP, GROUP_PROPS
from policy.subject import Subject
from policy.values import each, get

OVERRIDES = "mixedInstancesPolicy.launchTemplate.overrides"


def check(subject: Subject) -> Iterator[Complaint]:
    overrides = [override for _, override in each(subject.props, OVERRIDES)]
    chosen_by_traits = any(get(override, "instanceRequirements") for override in overrides)
    kinds = {get(override, "instanceType") for override in overrides}
    if len(kinds) < 2 and not chosen_by_traits:
        yield wrong(OVERRIDES, "two instance types or more, or instanceRequirements", found=len(kinds))


RULE = Rule(
    id="autoscaling-instance-types",
    on=GROUP,
    severity=Severity.MEDIUM,
    controls=("AutoScaling.6",),
    why="When AWS is short of the one type, in a zone or as spot, nothing can be launched",
    mend="Add overrides with further instance types to the mixed-instances policy",
    check=check,
    examples=Examples(
        accepted=one(GROUP, **GROUP_PROPS),
        refused=Change(OVERRIDES, [{"instanceType": "m7g.large"}]),
        also_refused=[Change(OVERRIDES, [{"instanceType": "m7g.large"}, {"instanceType": "m7g.large"}])],
        unknown=Change(f"{OVERRIDES}[1].instanceType", None),
        absent=Absent(
            Remove("mixedInstancesPolicy"), Verdict.REFUSED, "the one type of its launch template is all then"
        ),
        stronger=[Change(OVERRIDES, [{"instanceRequirements": {"vcpuCount": {"min": 2}}}])],
    ),
    breaks=[Break(on=GROUP, path=OVERRIDES, value=[{"instanceType": "m7g.large"}])],
)
