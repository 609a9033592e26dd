"""Identity policies reach no other account."""

from collections.abc import Iterator

from policy.examples import Change, Examples
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.iam._examples import READS, policy
from policy.subject import Subject
from policy.views.roles import HOLDERS, ROLE_POLICY, account_in, accounts, is_ours, judged

AWS_OWN = ("", "aws")
"""ARNs without an account (S3), and of what AWS owns."""


def check(subject: Subject) -> Iterator[Complaint]:
    ours = accounts(subject)
    for path, statement in judged(subject):
        named = {account_in(resource) for resource in statement.resources} if statement.allows else set[str]()
        if any(account not in AWS_OWN and not is_ours(account, ours) for account in named):
            yield wrong(f"{path}.Resource", "ARNs of an account that the provider may touch")


RULE = Rule(
    id="iam-own-account",
    on=HOLDERS,
    severity=Severity.HIGH,
    why="Rights in another account, an assumed role above all, carry data and a break-in over the border",
    mend="Name our own account in the ARN",
    check=check,
    examples=Examples(
        accepted=policy(
            {**READS, "Action": ["sqs:SendMessage"], "Resource": ["arn:aws:sqs:eu-west-2:123456789012:work"]}
        ),
        refused=Change("policy::Statement[0].Resource[0]", "arn:aws:sqs:eu-west-2:999999999999:work"),
        unknown=Change("policy", None),
        absent=None,
        also_refused=[Change("policy::Statement[0].Resource", "arn:aws:sqs:*:*:work")],
    ),
    breaks=[
        Break(
            on=ROLE_POLICY,
            path="policy::Statement[0].Resource[0]",
            value="arn:aws:logs:eu-west-2:999999999999:log-group:a",
        ),
    ],
)
