"""A new version takes over step by step, and an alarm takes it back."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import each, get, truth

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
CONFIG, EVENTS = "deploymentConfigName", "autoRollbackConfiguration.events"
STOPPED = "DEPLOYMENT_STOP_ON_ALARM"


def check(subject: Subject) -> Iterator[Complaint]:
    if "AllAtOnce" in str(get(subject.props, CONFIG, "CodeDeployDefault.OneAtATime")):
        yield wrong(CONFIG, "a canary or linear one", found=get(subject.props, CONFIG))
    if not truth(get(subject.props, "autoRollbackConfiguration.enabled")):
        yield wrong("autoRollbackConfiguration.enabled", "true")
    if STOPPED not in [event for _, event in each(subject.props, EVENTS)]:
        yield wrong(EVENTS, f"{STOPPED} among them")
    if not truth(get(subject.props, "alarmConfiguration.enabled")):
        yield wrong("alarmConfiguration.enabled", "true, with the alarm on the function's errors")


RULE = Rule(
    id="codedeploy-gradual",
    on=GROUP,
    severity=Severity.MEDIUM,
    why="A version that fails meets all visitors at once, and stays until somebody wakes up",
    mend="Shift traffic gradually, and roll back on the alarm",
    check=check,
    examples=Examples(
        accepted=one(
            GROUP,
            deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
            autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE", STOPPED]},
            alarmConfiguration={"enabled": True, "alarms": ["carts-errors"]},
        ),
        refused=Change(CONFIG, "CodeDeployDefault.LambdaAllAtOnce"),
        unknown=Change(CONFIG, None),
        absent=Absent(Remove("alarmConfiguration"), Verdict.REFUSED, "no alarm stops a deployment by default"),
        also_refused=[
            Change("autoRollbackConfiguration.enabled", False),
            Change(EVENTS, ["DEPLOYMENT_FAILURE"]),
            Change("alarmConfiguration.enabled", False),
        ],
        stronger=[Change(CONFIG, "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes")],
    ),
    breaks=[
        Break(on=GROUP, path=CONFIG, value="CodeDeployDefault.LambdaAllAtOnce"),
        Break(on=GROUP, path="alarmConfiguration.enabled", value=False),
    ],
)
