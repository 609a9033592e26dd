"""Who may call a function is one caller, not anybody, and not anybody's service."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.functions._types import PERMISSION
from policy.subject import Subject
from policy.values import get
from policy.views.stated import states

SOURCES = ("sourceArn", "sourceAccount", "principalOrgId")


def check(subject: Subject) -> Iterator[Complaint]:
    principal = str(get(subject.props, "principal"))
    if get(subject.props, "functionUrlAuthType") == "NONE":
        yield wrong("functionUrlAuthType", "AWS_IAM", found="NONE")
    elif principal == "*" and not states(subject.props, "principalOrgId"):
        yield wrong("principal", "one account, role or service", found="*")
    elif principal.endswith(".amazonaws.com") and not any(states(subject.props, source) for source in SOURCES):
        yield wrong("sourceArn", "the ARN of the resource that calls: a service calls for everybody's resources")


RULE = Rule(
    id="functions-permission-narrow",
    on=PERMISSION,
    severity=Severity.CRITICAL,
    controls=("Lambda.1",),
    why="A function that anybody may call does its work, with its role, for strangers",
    mend="Name one principal and, for a service, the sourceArn of what calls",
    check=check,
    examples=Examples(
        accepted=one(
            PERMISSION,
            action="lambda:InvokeFunction",
            function="carts",
            principal="events.amazonaws.com",
            sourceArn="arn:aws:events:eu-west-2:123456789012:rule/uploads",
        ),
        refused=Change("principal", "*"),
        unknown=Change("principal", None),
        absent=Absent(Remove("sourceArn"), Verdict.REFUSED, "without it the service may call for any account"),
        also_refused=[Change("functionUrlAuthType", "NONE")],
        stronger=[Change("principal", "123456789012")],
    ),
    breaks=[
        Break(on=PERMISSION, path="principal", value="*"),
        Break(on=PERMISSION, path="sourceArn", value=None),
    ],
)
