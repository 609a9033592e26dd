"""No key policy lets strangers use a key."""

from collections.abc import Iterator

from policy.documents import document, statements
from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.kms._examples import ACCOUNT, DISKS
from policy.subject import Subject
from policy.values import get
from policy.views.keys import KEY, KEY_POLICY, REPLICA_KEY

EXTERNAL = ("aws:kms/externalKey:ExternalKey", "aws:kms/replicaExternalKey:ReplicaExternalKey")


def check(subject: Subject) -> Iterator[Complaint]:
    for position, statement in enumerate(statements(get(subject.props, "policy"))):
        if statement.open_to_strangers:
            yield wrong(f"policy::Statement[{position}]", "a principal, or a condition on whose they are")


RULE = Rule(
    id="kms-key-not-public",
    on=(KEY, REPLICA_KEY, KEY_POLICY, *EXTERNAL),
    severity=Severity.CRITICAL,
    controls=("KMS.5",),
    why="Anybody with an AWS account decrypts what this key protects",
    mend="Name the principals, or bind the statement to our account by kms:CallerAccount",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=KEY, props={"policy": document(ACCOUNT, DISKS)}),
            Declared(type=KEY_POLICY, name="apart", props={"policy": {"Statement": DISKS}}),
        ],
        refused=Change("policy::Statement[1].Condition", {}),
        unknown=Change("policy", None),
        absent=Absent(Remove("policy"), Verdict.ACCEPTED, "AWS's default policy lets in our own account only"),
        also_refused=[
            Change("policy::Statement[0].Principal", "*"),
            Change("policy::Statement[1].Condition.StringEquals", {"kms:CallerAccount": "*"}),
            Change("policy::Statement[1].Condition.StringEquals", {"kms:CallerAccount": ["123456789012", "*"]}),
            Change("policy::Statement[1].Condition", {"StringNotEquals": {"kms:CallerAccount": "123456789012"}}),
            Change("policy::Statement[1].Condition", {"StringEqualsIfExists": {"kms:CallerAccount": "123456789012"}}),
            Change("policy::Statement[1].Condition", {"Null": {"kms:CallerAccount": "false"}}),
            Change("policy::Statement[1].Condition", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/disks"}}),
            Change("policy.Statement.Condition", {"Bool": {"kms:GrantIsForAWSResource": "true"}}, on="apart"),
        ],
    ),
    breaks=[
        Break(on=KEY, path="policy::Statement[*].Principal.AWS", value="*"),
        Break(on=REPLICA_KEY, path="policy::Statement[*].Principal", value="*"),
    ],
)
