"""Resource policies of logs, buses, secrets, vaults and tables name nobody from outside."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.iam._examples import OURS, document
from policy.rules.iam._grants import LOG_POLICY, OTHERS
from policy.subject import Subject
from policy.values import get
from policy.views.roles import account_in, accounts, is_ours, within


def check(subject: Subject) -> Iterator[Complaint]:
    prop, ours = OTHERS[subject.type], accounts(subject)
    document_ = get(subject.props, prop)
    if document_ is None:
        raise NotApplicable("because it has no policy")
    for path, statement in within(prop, document_):
        named = [value for kind, value in statement.principals if kind.lower() == "aws" and value != "*"]
        outside = statement.allows and any(not is_ours(account_in(value) or value, ours) for value in named)
        if statement.open_to_strangers or outside:
            yield wrong(f"{path}.Principal", "services by name, or identities of our own account")


WRITES = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Principal": {"Service": "route53.amazonaws.com"}}
PRINCIPAL = "policyDocument::Statement[0].Principal"
STRANGER = {"AWS": "arn:aws:iam::999999999999:root"}

RULE = Rule(
    id="iam-grant-closed",
    on=tuple(OTHERS),
    severity=Severity.CRITICAL,
    why="A policy that names everybody, or another account, opens what it protects to them",
    mend="Name the service, or an identity of our own account",
    check=check,
    examples=Examples(
        accepted=one(LOG_POLICY, policyDocument=document({**WRITES, "Resource": "*", "Condition": OURS})),
        refused=Change(PRINCIPAL, STRANGER),
        unknown=Change("policyDocument", None),
        absent=Absent(
            Remove("policyDocument"), Verdict.NOT_APPLICABLE, "without a policy nobody from outside is let in"
        ),
        stronger=[Change(PRINCIPAL, {"AWS": "arn:aws:iam::123456789012:role/reader"}), Change(PRINCIPAL, "*")],
    ),
    breaks=[Break(on=LOG_POLICY, path="policyDocument::Statement[*].Principal", value=STRANGER)],
)
