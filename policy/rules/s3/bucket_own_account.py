"""No other account may change what protects a bucket."""

from collections.abc import Iterator

from policy.documents import Statement, document, statements
from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.s3._examples import KEEPER, TLS_ONLY
from policy.subject import Subject
from policy.values import get
from policy.views.buckets import BUCKET, BUCKETS, POLICY
from policy.views.roles import account_in, accounts
from policy.views.stated import states

SENSITIVE = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)


def check(subject: Subject) -> Iterator[Complaint]:
    if not states(subject.props, "policy"):
        raise NotApplicable("its policy is a resource of its own, or it has none")
    ours = accounts(subject)
    for position, statement in enumerate(statements(get(subject.props, "policy"))):
        if any(statement.covers(action) for action in SENSITIVE) and _strangers(statement, ours):
            yield wrong(f"policy::Statement[{position}].Principal", "our own account")


def _strangers(statement: Statement, ours: frozenset[str]) -> bool:
    named = [value for kind, value in statement.principals if kind.lower() == "aws" and value != "*"]
    return statement.allows and any((account_in(value) or value) not in ours for value in named)


PARTNER = "arn:aws:iam::999999999999:root"

RULE = Rule(
    id="s3-bucket-own-account",
    on=(POLICY, *BUCKETS),
    severity=Severity.HIGH,
    controls=("S3.6",),
    why="Another account lays its own policy, key or grants over our data",
    mend="Take the other account's principal, or the right to change policy, grants and encryption, out of the policy",
    check=check,
    examples=Examples(
        accepted=[Declared(type=POLICY, props={"policy": document(TLS_ONLY, KEEPER)})],
        refused=Change("policy::Statement[1].Principal.AWS", PARTNER),
        unknown=Change("policy", None),
        absent=Absent(Remove("policy::Statement[1]"), Verdict.ACCEPTED, "without a statement nobody else has a right"),
        not_applicable=[Declared(type=BUCKET, props={"bucket": "bare"})],
        stronger=[Change("policy::Statement[1].Action", "s3:GetObject")],
        also_refused=[Change("policy::Statement[1].Principal.AWS", ["123456789012", "999999999999"])],
    ),
    breaks=[
        Break(
            on=POLICY,
            path="policy::Statement[*]",
            value={"Effect": "Allow", "Principal": {"AWS": PARTNER}, "Action": "s3:PutBucketPolicy", "Resource": "*"},
            also=("s3-bucket-tls-only", "iam-grant-closed"),
        )
    ],
)
