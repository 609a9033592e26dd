"""Identity policies name the resources of actions that take an ARN."""

import re
from collections.abc import Iterator

from policy.documents import Statement
from policy.examples import Change, Examples
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.iam._examples import BUCKET, READS, policy
from policy.subject import Subject
from policy.views.actions import covered
from policy.views.roles import EQUALITY, HOLDERS, ROLE_POLICY, judged

RESOURCE = "policy::Statement[0].Resource[0]"
TABLES = "arn:aws:dynamodb:eu-west-2:123456789012:table/*"
HOLDING = frozenset({"dynamodb", "lambda", "rds-db", "secretsmanager", "ssm", "states"})
"""Services of which everything of one kind, such as `table/*`, is all data, or all code that runs, of the account."""


def check(subject: Subject) -> Iterator[Complaint]:
    for path, statement in judged(subject):
        if not statement.allows:
            continue
        if statement.not_resources:
            yield wrong(f"{path}.NotResource", "Resource, which names what may be touched")
        unbounded = [one for one in statement.resources if _unbounded(one)]
        if any(not _narrowed(statement, one) for one in unbounded):
            taking = sorted({one.name for action in statement.actions for one in covered(action) if one.arns})
            if taking:
                yield wrong(f"{path}.Resource", f"the ARNs that {', '.join(taking[:3])} is meant for")


def _unbounded(resource: str) -> bool:
    """Whether a resource is everything, or everything of a service."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return "*" in resource
    of_a_kind = parts[2] in HOLDING and not re.split("[:/]", parts[5], maxsplit=1)[-1].strip("*?/:")
    return "*" in parts[2] or not parts[5].strip("*?/:") or of_a_kind


def _narrowed(statement: Statement, resource: str) -> bool:
    """Whether a condition says what the resource does not: its tags, its aliases, or the owner of an S3 bucket."""
    for operator, key, values in statement.conditions:
        if operator.removeprefix("foranyvalue:") not in EQUALITY or any(not value.strip("*?") for value in values):
            continue
        if ":resourcetag/" in key or key == "kms:resourcealiases":
            return True
        if key in ("aws:resourceaccount", "s3:resourceaccount") and ":s3:::" in resource:  # its ARNs name no account
            return True
    return False


MENDER = {"StringEquals": {"s3:ResourceAccount": "123456789012"}}

RULE = Rule(
    id="iam-resource-named",
    on=HOLDERS,
    severity=Severity.HIGH,
    why="An action that takes an ARN and is given a wildcard reaches every resource of the account",
    mend="Build the ARNs from the names that the program chose",
    check=check,
    examples=Examples(
        accepted=policy(
            READS,
            {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": "s3:PutBucketPublicAccessBlock",
                "Resource": "arn:aws:s3:::*",
                "Condition": MENDER,
            },
        ),
        refused=Change(RESOURCE, "*"),
        unknown=Change("policy", None),
        absent=None,
        stronger=[Change(RESOURCE, f"{BUCKET}/models/*")],
        also_refused=[
            Change(RESOURCE, "arn:aws:s3:::*/*"),
            Change("policy::Statement[0]", {**READS, "Action": "dynamodb:GetItem", "Resource": TABLES}),
            Change("policy::Statement[1].Action", ["xray:PutTraceSegments", "sqs:SendMessage"]),
            Change("policy::Statement[2].Condition", {"Bool": {"aws:SecureTransport": "true"}}),
        ],
    ),
    breaks=[Break(on=ROLE_POLICY, path="policy::Statement[0].Resource", value="*")],
)
