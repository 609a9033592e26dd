"""Identity policies decrypt with keys that they name."""

from collections.abc import Iterator

from policy.documents import Statement
from policy.examples import Change, Examples, Remove
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.iam._examples import ACCOUNT, policy
from policy.subject import Subject
from policy.views.roles import EQUALITY, HOLDERS, ROLE_POLICY, judged

DECRYPTING = ("kms:decrypt", "kms:reencryptfrom")
NAMING = ("kms:resourcealiases", "kms:encryptioncontext:", "aws:resourcetag/")
"""Condition keys that say which keys, or whose data."""


def check(subject: Subject) -> Iterator[Complaint]:
    for path, statement in judged(subject):
        decrypts = statement.allows and any(statement.covers(action) for action in DECRYPTING)
        if decrypts and any(_every_key(one) for one in statement.resources or ("*",)) and not _named(statement):
            yield wrong(f"{path}.Resource", "the ARN of a key, or a condition on kms:ResourceAliases")


def _every_key(resource: str) -> bool:
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return "*" in resource
    return parts[5].removeprefix("key/").strip("*?") == "" or "*" in parts[5].split("/", 1)[0]


def _named(statement: Statement) -> bool:
    return any(
        key.startswith(NAMING) and all(value.removeprefix("alias/").strip("*?") for value in values)
        for operator, key, values in statement.conditions
        if operator.removeprefix("foranyvalue:") in EQUALITY
    )


DECRYPTS = {
    "Effect": "Allow",
    "Action": ["kms:Decrypt"],
    "Resource": [f"arn:aws:kms:eu-west-2:{ACCOUNT}:key/*"],
    "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/storefront-test-data"}},
}
CONDITION = "policy::Statement[0].Condition"
ALIASES = "policy::Statement[*].Condition.ForAnyValue:StringEquals.kms:ResourceAliases"

RULE = Rule(
    id="iam-decrypt-bound",
    on=HOLDERS,
    severity=Severity.MEDIUM,
    controls=("KMS.1", "KMS.2"),
    why="Whoever may decrypt with every key reads the data of every class",
    mend="Name the key, or its alias in a condition on kms:ResourceAliases",
    check=check,
    examples=Examples(
        accepted=policy(DECRYPTS),
        refused=Change(f"{CONDITION}.ForAnyValue:StringEquals.kms:ResourceAliases", "*"),
        unknown=Change("policy", None),
        absent=None,
        stronger=[Change("policy::Statement[0].Resource", f"arn:aws:kms:eu-west-2:{ACCOUNT}:key/1234abcd")],
        also_refused=[
            Remove(CONDITION),
            Change(CONDITION, {"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/*"}}),
            Change(CONDITION, {"StringEquals": {"kms:ViaService": "s3.eu-west-2.amazonaws.com"}}),
        ],
    ),
    breaks=[Break(on=ROLE_POLICY, path=ALIASES, value="*")],
)
