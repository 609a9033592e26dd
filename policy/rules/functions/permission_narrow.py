"""Who may call a function is one caller, not anybody, and not anybody's service."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.functions._types import PERMISSION
from policy.subject import Subject
from policy.values import get
from policy.views.alarms import known
from policy.views.roles import account_in, accounts, is_ours
from policy.views.stated import states

SOURCES = ("sourceArn", "sourceAccount", "principalOrgId")


def check(subject: Subject) -> Iterator[Complaint]:
    principal = str(get(subject.props, "principal"))
    if get(subject.props, "functionUrlAuthType") == "NONE":
        yield wrong("functionUrlAuthType", "AWS_IAM", found="NONE")
    elif principal == "*" and not states(subject.props, "principalOrgId"):
        yield wrong("principal", "one account, role or service", found="*")
    elif not principal.endswith(".amazonaws.com") and principal != "*" and not _is_ours(principal, subject):
        yield wrong("principal", "an identity of our own account, or a service")
    elif principal.endswith(".amazonaws.com") and _anybodys(known(subject.props, "sourceArn")):
        if not states(subject.props, "sourceAccount"):
            yield wrong("sourceArn", "an ARN of our account, or sourceAccount beside it")
    elif principal.endswith(".amazonaws.com") and not any(states(subject.props, source) for source in SOURCES):
        yield wrong("sourceArn", "the ARN of the resource that calls: a service calls for everybody's resources")


def _is_ours(principal: str, subject: Subject) -> bool:
    return is_ours(account_in(principal) or principal, accounts(subject))


def _anybodys(arn: str | None) -> bool:
    """Whether a source that is known names no account, as a bucket's does, or any."""
    return arn is not None and not account_in(arn).isdigit()


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
        also_refused=[
            Change("functionUrlAuthType", "NONE"),
            Change("principal", "999999999999"),
            Change("sourceArn", "arn:aws:events:*:*:rule/*"),
            Change("principal", "arn:aws:iam::999999999999:root"),
        ],
        stronger=[Change("principal", "123456789012")],
    ),
    breaks=[
        Break(on=PERMISSION, path="principal", value="*"),
        Break(on=PERMISSION, path="sourceArn", value=None),
    ],
)
