"""New servers of a group that serves visitors come step by step, and go back when they fail."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.autoscaling._fleet import GROUP, fleet, serves
from policy.subject import Subject
from policy.values import get, truth
from policy.views.stated import stated

PREFERENCES = "instanceRefresh.preferences"
LEAST_HEALTHY_PERCENT = 90


def check(subject: Subject) -> Iterator[Complaint]:
    if not serves(subject):
        raise NotApplicable("no visitor notices which version its servers are of")
    if stated(subject, "instanceRefresh") is None:
        yield wrong("instanceRefresh", "a rolling refresh")
        return
    kept = get(subject.props, f"{PREFERENCES}.minHealthyPercentage", LEAST_HEALTHY_PERCENT)
    if float(kept) < LEAST_HEALTHY_PERCENT:
        yield wrong(f"{PREFERENCES}.minHealthyPercentage", f"{LEAST_HEALTHY_PERCENT} or more", found=kept)
    if not truth(get(subject.props, f"{PREFERENCES}.autoRollback", False)):
        yield wrong(f"{PREFERENCES}.autoRollback", "true")
    if not len(get(subject.props, f"{PREFERENCES}.alarmSpecification.alarms", ())):
        yield wrong(f"{PREFERENCES}.alarmSpecification.alarms", "the alarms that end and undo a refresh")


RULE = Rule(
    id="autoscaling-instance-refresh",
    on=GROUP,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A release that fails replaces every good server before anybody looks",
    mend="Set instanceRefresh with autoRollback true and the alarms of the load balancer",
    check=check,
    examples=Examples(
        accepted=fleet(),
        refused=Change(f"{PREFERENCES}.autoRollback", False, on="web"),
        also_refused=[
            Change(f"{PREFERENCES}.minHealthyPercentage", 50, on="web"),
            Change(f"{PREFERENCES}.alarmSpecification.alarms", [], on="web"),
            Remove(f"{PREFERENCES}.autoRollback", on="web"),
        ],
        unknown=Change(f"{PREFERENCES}.autoRollback", None, on="web"),
        absent=Absent(Remove("instanceRefresh", on="web"), Verdict.REFUSED, "AWS replaces no server by itself"),
        not_applicable=[one for one in fleet() if one.name == "workers"],
    ),
    breaks=[
        Break(on=GROUP, path=f"{PREFERENCES}.autoRollback", value=False),
        Break(on=GROUP, path=f"{PREFERENCES}.minHealthyPercentage", value=50),
    ],
)
