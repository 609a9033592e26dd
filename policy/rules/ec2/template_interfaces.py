"""An instance has one network interface."""

from collections.abc import Iterator

from policy.examples import Change, Examples, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.ec2._examples import TEMPLATE, TEMPLATE_PROPS
from policy.subject import Subject
from policy.values import each


def check(subject: Subject) -> Iterator[Complaint]:
    count = sum(1 for _ in each(subject.props, "networkInterfaces"))
    if count > 1:
        yield wrong("networkInterfaces", "one interface", found=count)


RULE = Rule(
    id="ec2-template-interfaces",
    on=TEMPLATE,
    severity=Severity.LOW,
    controls=("EC2.17",),
    why="A second interface joins two networks past their firewalls",
    mend="Leave one interface in the template",
    check=check,
    examples=Examples(
        accepted=one(TEMPLATE, **TEMPLATE_PROPS),
        refused=Change("networkInterfaces", [{"deviceIndex": 0}, {"deviceIndex": 1}]),
        unknown=Change("networkInterfaces", None),
        absent=None,
    ),
    breaks=[
        Break(
            on=TEMPLATE,
            path="networkInterfaces",
            value=[{"deviceIndex": at, "associatePublicIpAddress": "false"} for at in (0, 1)],
        )
    ],
)
