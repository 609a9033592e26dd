"""Roles trust services and identities that are named, and nobody from outside."""

from collections.abc import Iterator
from dataclasses import replace

from policy.documents import Statement
from policy.examples import Change, Examples
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.iam._examples import ACCOUNT, role, trust
from policy.subject import Subject
from policy.views.actions import names_wildcard
from policy.views.roles import EQUALITY, ROLE, TRUST, account_in, accounts, is_ours, trusts

PRINCIPAL = f"{TRUST}::Statement[0].Principal"


def check(subject: Subject) -> Iterator[Complaint]:
    ours = accounts(subject)
    for path, statement in trusts(subject):
        if not statement.allows:
            continue
        if statement.not_principals:
            yield wrong(f"{path}.NotPrincipal", "Principal, which names whom the role trusts")
        if any(not _trusted(kind.lower(), value, statement, ours) for kind, value in statement.principals):
            yield wrong(f"{path}.Principal", "AWS services by name, or identities of our own account")


def _trusted(kind: str, value: str, statement: Statement, ours: frozenset[str]) -> bool:
    if kind == "service":
        return not names_wildcard(value) and value.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    if kind == "aws":
        return is_ours(account_in(value) or value, ours)
    if kind == "federated":  # of a provider in our own account, whose subject is narrowed
        own = not value.startswith("arn:") or is_ours(account_in(value), ours)
        subjects = [values for op, key, values in statement.conditions if key.endswith(":sub") and op in EQUALITY]
        return own and any(all(not names_wildcard(_owner(one)) for one in values) for values in subjects)
    return False


def _owner(subject: str) -> str:
    """The part of a subject that says whose it is: of `repo:shop/platform:ref:refs/heads/main` the first two steps."""
    return ":".join(subject.split(":")[:2])


PIPELINE = {
    **trust("lambda.amazonaws.com"),
    "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},
    "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:shop/platform:*"}},
}
ANYBODYS = {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}}

RULE = Rule(
    id="iam-trust-named",
    on=ROLE,
    severity=Severity.CRITICAL,
    why="Whoever a role trusts has all its rights; a stranger's account is beyond our control",
    mend="Trust a service, or an identity of our own account",
    check=check,
    examples=Examples(
        accepted=[*role(trust("lambda.amazonaws.com")), replace(role(PIPELINE)[0], name="pipeline")],
        refused=Change(PRINCIPAL, {"AWS": "999999999999"}),
        unknown=Change(TRUST, None),
        absent=None,
        stronger=[Change(PRINCIPAL, {"AWS": f"arn:aws:iam::{ACCOUNT}:role/deployer"})],
        also_refused=[
            Change(PRINCIPAL, "*"),
            Change(PRINCIPAL, {"AWS": ["*"]}),
            Change(PRINCIPAL, {"AWS": "arn:aws:iam::999999999999:root"}),
            Change(PRINCIPAL, {"Federated": "token.actions.githubusercontent.com"}),
            Change(f"{TRUST}::Statement[0].Condition", ANYBODYS, on="pipeline"),
        ],
    ),
    breaks=[
        Break(on=ROLE, path=PRINCIPAL, value={"AWS": "arn:aws:iam::999999999999:root"}),
        Break(on=ROLE, path=PRINCIPAL, value="*"),
    ],
)
