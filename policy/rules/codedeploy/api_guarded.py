"""What the API calls is deployed under the eye of its own alarm."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.functions._types import ALIAS, FUNCTION, INTEGRATION
from policy.subject import Subject
from policy.views.alarms import ALARM

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"


def check(subject: Subject) -> Iterator[Complaint]:
    called = subject.links("integrationUri", ALIAS, FUNCTION)
    if not called:
        raise NotApplicable("because it calls no function of this stack")
    for one in called:
        watched = [*one.users("dimensions", ALARM), *one.users("metricQueries", ALARM)]
        if not any(alarm.users("alarmConfiguration", GROUP) for alarm in watched):
            yield wrong("", "a DeploymentGroup that stops on an alarm about this alias", at=one)


RULE = Rule(
    id="codedeploy-api-guarded",
    on=INTEGRATION,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A faulty version of what visitors call reaches all of them, and nothing takes it back",
    mend="Deploy the function by a DeploymentGroup with an alarm on its alias",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=INTEGRATION, links={"integrationUri": ["live"]}),
            Declared(type=ALIAS, name="live"),
            Declared(type=ALARM, name="errors", links={"metricQueries": ["live"]}),
            Declared(type=GROUP, name="shift", links={"alarmConfiguration": ["errors"]}),
        ],
        refused=Unlink("alarmConfiguration", on="shift"),
        unknown=None,
        absent=Absent(Drop("shift"), Verdict.REFUSED, "without one the alias moves at once"),
        not_applicable=[Declared(type=INTEGRATION)],
        also_refused=[Unlink("metricQueries", on="errors")],
    ),
    breaks=[
        Break(on=GROUP, path="", where=lambda inputs: "carts" in str(inputs.get("deploymentGroupName"))),
        Break(
            on=GROUP,
            path="alarmConfiguration",
            unlink=True,
            where=lambda inputs: "carts" in str(inputs.get("deploymentGroupName")),
        ),
    ],
)
