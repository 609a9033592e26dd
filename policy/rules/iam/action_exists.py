"""Identity policies name actions that AWS has."""

from collections.abc import Iterator

from policy.examples import Change, Examples
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.iam._examples import READS, policy
from policy.subject import Subject
from policy.views.actions import covered
from policy.views.roles import HOLDERS, ROLE_POLICY, judged


def check(subject: Subject) -> Iterator[Complaint]:
    for path, statement in judged(subject):
        if any(not covered(action) for action in (*statement.actions, *statement.not_actions)):
            yield wrong(f"{path}.Action", "actions of AWS's service authorization reference")


RULE = Rule(
    id="iam-action-exists",
    on=HOLDERS,
    severity=Severity.LOW,
    why="An action that does not exist grants nothing: what needs it fails in production, and a Deny denies nothing",
    mend="Correct the name of the action",
    check=check,
    examples=Examples(
        accepted=policy(READS),
        refused=Change("policy::Statement[0].Action[0]", "s3:GetObjekt"),
        unknown=Change("policy", None),
        absent=None,
        stronger=[Change("policy::Statement[0].Action", "S3:GETOBJECT")],
        also_refused=[Change("policy::Statement[0].Action[0]", "GetObject")],
    ),
    breaks=[Break(on=ROLE_POLICY, path="policy::Statement[*].Action[*]", value="logs:PutLogEvent")],
)
