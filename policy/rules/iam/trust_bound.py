"""Services assume roles only on behalf of our own account."""

from collections.abc import Iterator

from policy.documents import document
from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.iam._examples import OURS, role, trust
from policy.subject import Subject
from policy.views.roles import ROLE, TRUST, accounts, bound, services, trusts

SOURCELESS = frozenset({
    "ec2.amazonaws.com", "lambda.amazonaws.com", "edgelambda.amazonaws.com",
    # "The role policy doesn't support the use of aws:SourceArn and aws:SourceAccount": CloudTrail user guide, "Role
    # policy document for CloudTrail to use CloudWatch Logs for monitoring".
    "cloudtrail.amazonaws.com",
    # Trust policies as their guides give them, without a source: S3, "Setting up permissions for live replication" and
    # "Configuring an IAM role for S3 Batch Replication"; RDS, "Configuring IAM authentication for RDS Proxy"; AWS
    # Backup, "IAM service roles". iam:PassRole never crosses accounts, and these take a role from nobody else.
    "s3.amazonaws.com", "batchoperations.s3.amazonaws.com", "rds.amazonaws.com", "backup.amazonaws.com",
})  # fmt: skip
"""Services that state no source when they assume a role: a condition on one would lock them out.

Whatever is not here has to be bound, as most services do state one.
"""


def check(subject: Subject) -> Iterator[Complaint]:
    ours = accounts(subject)
    trusted = [(path, one) for path, one in trusts(subject) if one.allows and set(services(one)) - SOURCELESS]
    if not trusted:
        raise NotApplicable("because whom the role trusts states no source")
    for path, statement in trusted:
        if not bound(statement, ours):
            yield wrong(f"{path}.Condition", "aws:SourceAccount, or aws:SourceArn with our account, by equality")


CONDITION = f"{TRUST}::Statement[0].Condition"

RULE = Rule(
    id="iam-trust-bound",
    on=ROLE,
    severity=Severity.MEDIUM,
    why="A service that serves every customer can be talked into using our role for another one: a confused deputy",
    mend="Give the trust policy a condition on aws:SourceAccount or aws:SourceArn",
    check=check,
    examples=Examples(
        accepted=role(trust("scheduler.amazonaws.com", OURS)),
        refused=Change(f"{CONDITION}.StringEquals.aws:SourceAccount", "999999999999"),
        unknown=Change(TRUST, None),
        absent=Absent(
            Remove(CONDITION), Verdict.REFUSED, "a trust policy without a condition holds for every customer"
        ),
        not_applicable=[Declared(type=ROLE, props={TRUST: document(trust("lambda.amazonaws.com"))})],
        stronger=[
            Change(CONDITION, {"ArnLike": {"aws:SourceArn": "arn:aws:scheduler:eu-west-2:123456789012:schedule/*"}})
        ],
        also_refused=[Change(CONDITION, {"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}})],
    ),
    breaks=[
        Break(
            on=ROLE,
            path=f"{TRUST}::Statement[*].Condition.StringEquals",
            value={"aws:RequestedRegion": "eu-west-2"},
            where=lambda inputs: "aws:SourceArn" not in str(inputs[TRUST]),
        )
    ],
)
