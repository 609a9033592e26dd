"""Instances are of generations that run on Nitro or hardware virtualisation."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.ec2._examples import TEMPLATE
from policy.subject import Subject
from policy.values import each, get

GROUP = "aws:autoscaling/group:Group"
OVERRIDES = "mixedInstancesPolicy.launchTemplate.overrides"
PARAVIRTUAL = {"c1", "c3", "hi1", "hs1", "m1", "m2", "m3", "t1"}


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.type == TEMPLATE:
        kinds = [("instanceType", get(subject.props, "instanceType"))]
    else:
        overrides = each(subject.props, OVERRIDES)
        kinds = [(f"{OVERRIDES}[{position}].instanceType", get(one, "instanceType")) for position, one in overrides]
    for path, kind in kinds:
        if kind is not None and str(kind).partition(".")[0] in PARAVIRTUAL:
            yield wrong(path, "a current generation", found=kind)


RULE = Rule(
    id="ec2-no-paravirtual",
    on=(GROUP, TEMPLATE),
    severity=Severity.MEDIUM,
    controls=("EC2.24",),
    why="Paravirtual instances lack the isolation and the speed of current hardware, and AWS retires them",
    mend="Choose a current generation, such as m7g",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=TEMPLATE, name="template", props={"instanceType": "t4g.small"}),
            Declared(
                type=GROUP,
                name="group",
                props={"mixedInstancesPolicy": {"launchTemplate": {"overrides": [{"instanceType": "m7g.large"}]}}},
            ),
        ],
        refused=Change(f"{OVERRIDES}[0].instanceType", "m1.large", on="group"),
        also_refused=[Change("instanceType", "t1.micro", on="template")],
        unknown=Change("instanceType", None, on="template"),
        absent=Absent(
            Remove("instanceType", on="template"), Verdict.ACCEPTED, "the group that uses it chooses the type"
        ),
    ),
    breaks=[
        Break(on=GROUP, path=f"{OVERRIDES}[*].instanceType", value="c3.large"),
        Break(on=TEMPLATE, path="instanceType", value="m3.large"),
    ],
)
