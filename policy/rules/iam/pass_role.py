"""A role may be passed by name, and to one service."""

from collections.abc import Iterator

from policy.examples import Change, Examples, Remove
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.iam._examples import ACCOUNT, policy
from policy.subject import Subject
from policy.views.actions import names_wildcard
from policy.views.roles import EQUALITY, HOLDERS, ROLE_POLICY, judged

PASSING = "iam:passrole"
PASSED_TO = "iam:PassedToService"


def check(subject: Subject) -> Iterator[Complaint]:
    for path, statement in judged(subject):
        if not (statement.allows and statement.covers(PASSING)):
            continue
        if any(names_wildcard(resource) for resource in statement.resources):
            yield wrong(f"{path}.Resource", "the ARN of each role that may be passed")
        receivers = statement.condition(PASSED_TO, *EQUALITY)
        if not receivers or any(names_wildcard(one) for one in receivers):
            yield wrong(f"{path}.Condition", f"{PASSED_TO} with the service that receives the role")


PASSES = {
    "Effect": "Allow",
    "Action": ["iam:PassRole"],
    "Resource": [f"arn:aws:iam::{ACCOUNT}:role/storefront-export-writer"],
    "Condition": {"StringEquals": {PASSED_TO: "export.rds.amazonaws.com"}},
}
CONDITION = "policy::Statement[0].Condition"

RULE = Rule(
    id="iam-pass-role-bound",
    on=HOLDERS,
    severity=Severity.HIGH,
    why="Who passes any role to any service acts with the rights of the strongest role of the account",
    mend="Name the role, and the service in a condition on iam:PassedToService",
    check=check,
    examples=Examples(
        accepted=policy(PASSES),
        refused=Change(f"{CONDITION}.StringEquals", {"aws:RequestedRegion": "eu-west-2"}),
        unknown=Change("policy", None),
        absent=None,
        also_refused=[
            Change("policy::Statement[0].Resource[0]", f"arn:aws:iam::{ACCOUNT}:role/*"),
            Change(CONDITION, {"StringLike": {PASSED_TO: "*"}}),
            Change(CONDITION, {"StringEqualsIfExists": {PASSED_TO: "export.rds.amazonaws.com"}}),
            Remove(CONDITION),
        ],
    ),
    breaks=[Break(on=ROLE_POLICY, path="policy::Statement[*].Action[0]", value="iam:PassRole")],
)
