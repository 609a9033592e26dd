"""Groups launch from a template, not from a launch configuration."""

from collections.abc import Iterator

from policy.examples import Change, Examples, Remove, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.autoscaling._fleet import GROUP, GROUP_PROPS
from policy.subject import Subject
from policy.views.stated import states


def check(subject: Subject) -> Iterator[Complaint]:
    if states(subject.props, "launchConfiguration"):
        yield wrong("launchConfiguration", "a launch template instead")
    elif not any(states(subject.props, name) for name in ("launchTemplate", "mixedInstancesPolicy")):
        yield wrong("launchTemplate", "a launch template, of its own or in a mixed-instances policy")


RULE = Rule(
    id="autoscaling-launch-template",
    on=GROUP,
    severity=Severity.MEDIUM,
    controls=("AutoScaling.9",),
    why="Launch configurations have no versions to go back to, and AWS adds nothing to them any more",
    mend="Launch from a launch template",
    check=check,
    examples=Examples(
        accepted=one(GROUP, **GROUP_PROPS),
        refused=Remove("mixedInstancesPolicy"),
        also_refused=[Change("launchConfiguration", "web-2019")],
        unknown=None,
        absent=None,
    ),
    breaks=[Break(on=GROUP, path="launchConfiguration", value="web-2019")],
)
