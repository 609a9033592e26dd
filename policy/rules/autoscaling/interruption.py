"""A group with spot servers lets them finish what they have begun."""

import json
from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.autoscaling._fleet import DISTRIBUTION, GROUP, fleet, spot_share
from policy.subject import Subject
from policy.values import each, get
from policy.views.stated import stated

HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook"
EVENTS = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
STOPPING = "autoscaling:EC2_INSTANCE_TERMINATING"
WARNING = "EC2 Spot Instance Interruption Warning"


def check(subject: Subject) -> Iterator[Complaint]:
    if spot_share(stated(subject, "mixedInstancesPolicy")) == 0:
        raise NotApplicable("it launches on demand alone")
    if not _has_hook(subject) and not _is_heard(subject):
        yield wrong("", "a LifecycleHook for EC2_INSTANCE_TERMINATING, or an EventRule for interruption warnings")


def _has_hook(group: Subject) -> bool:
    inline = stated(group, "initialLifecycleHooks") is not None and any(
        get(hook, "lifecycleTransition") == STOPPING for _, hook in each(group.props, "initialLifecycleHooks")
    )
    hooks = group.users("autoscalingGroupName", HOOK)
    return inline or any(get(hook.props, "lifecycleTransition") == STOPPING for hook in hooks)


def _is_heard(group: Subject) -> bool:
    """Whether a rule of the region takes the warnings of EC2 somewhere."""
    rules = [one for one in group.stack.of_type(EVENTS) if one.region == group.region]
    return any(one.users("rule", TARGET) and WARNING in _kinds(stated(one, "eventPattern")) for one in rules)


def _kinds(pattern: str | None) -> list[str]:
    try:
        return json.loads(pattern or "{}").get("detail-type", [])
    except ValueError:  # the provider refuses it
        return []


RULE = Rule(
    id="autoscaling-interruption",
    on=GROUP,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="AWS takes a spot server back with two minutes of notice, which nobody hears otherwise",
    mend="Give the group a LifecycleHook that waits while its servers drain",
    check=check,
    examples=Examples(
        accepted=[
            *fleet(),
            Declared(
                type=HOOK,
                name="drain",
                props={"lifecycleTransition": STOPPING},
                links={"autoscalingGroupName": ["web"]},
            ),
            Declared(
                type=HOOK,
                name="stop",
                props={"lifecycleTransition": STOPPING},
                links={"autoscalingGroupName": ["workers"]},
            ),
        ],
        refused=Change("lifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCHING", on="drain"),
        also_refused=[Unlink("autoscalingGroupName", on="stop")],
        unknown=Change("lifecycleTransition", None, on="drain"),
        absent=Absent(Drop("stop"), Verdict.REFUSED, "a group terminates at once where no hook makes it wait"),
        not_applicable=[Declared(type=GROUP, props={"mixedInstancesPolicy": {DISTRIBUTION: {}}})],
    ),
    breaks=[
        Break(on=HOOK, path=""),
        Break(on=HOOK, path="lifecycleTransition", value="autoscaling:EC2_INSTANCE_LAUNCHING"),
    ],
)
