"""Resource policies name nobody from outside: no other account and, where no rule of the service says it, not all."""

from collections.abc import Iterator

from policy.documents import EQUALITY, Statement, document
from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.iam._examples import ACCOUNT, OURS
from policy.rules.iam._grants import KEY, LOG_POLICY, OTHERS, POLICIES, REPLICA_KEY
from policy.subject import Subject
from policy.values import get
from policy.views.roles import account_in, accounts, is_ours, within

ACCOUNTS = ("aws:principalaccount", "kms:calleraccount")


def check(subject: Subject) -> Iterator[Complaint]:
    prop, ours = POLICIES[subject.type], accounts(subject)
    document_ = get(subject.props, prop)
    if document_ is None:
        raise NotApplicable("because it has no policy")
    for path, statement in within(prop, document_):
        named = [value for kind, value in statement.principals if kind.lower() == "aws" and value != "*"]
        outside = statement.allows and any(not is_ours(account_in(value) or value, ours) for value in named)
        if outside or _by_condition(statement, ours) or (statement.open_to_strangers and subject.type in OTHERS):
            yield wrong(f"{path}.Principal", "services by name, or identities of our own account")


def _by_condition(statement: Statement, ours: frozenset[str]) -> bool:
    """Whether everybody is let in who belongs to another account."""
    named = [value for key in ACCOUNTS for value in statement.condition(key, *EQUALITY)]
    return statement.allows and statement.names_anyone and any(not is_ours(value, ours) for value in named)


WRITES = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Principal": {"Service": "route53.amazonaws.com"}}
PRINCIPAL = "policyDocument::Statement[0].Principal"
USES = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
THEIRS = {"StringEquals": {"kms:CallerAccount": "999999999999"}}
STRANGER = {"AWS": "arn:aws:iam::999999999999:root"}

RULE = Rule(
    id="iam-grant-closed",
    on=tuple(POLICIES),
    severity=Severity.CRITICAL,
    why="A policy that names everybody, or another account, opens what it protects to them",
    mend="Name the service, or an identity of our own account",
    check=check,
    examples=Examples(
        accepted=[
            *one(LOG_POLICY, policyDocument=document({**WRITES, "Resource": "*", "Condition": OURS})),
            Declared(type=KEY, name="key", props={"policy": document({**USES, "Principal": {"AWS": ACCOUNT}})}),
        ],
        refused=Change(PRINCIPAL, STRANGER),
        unknown=Change("policyDocument", None),
        absent=Absent(Remove("policyDocument"), Verdict.ACCEPTED, "without a policy nobody from outside is let in"),
        not_applicable=one(LOG_POLICY),
        also_refused=[
            Change("policy::Statement[0].Principal", STRANGER, on="key"),
            Change("policy::Statement[0]", {**USES, "Principal": "*", "Condition": THEIRS}, on="key"),
        ],
        stronger=[Change(PRINCIPAL, {"AWS": "arn:aws:iam::123456789012:role/reader"}), Change(PRINCIPAL, "*")],
    ),
    breaks=[
        Break(on=LOG_POLICY, path="policyDocument::Statement[*].Principal", value=STRANGER),
        Break(on=REPLICA_KEY, path="policy::Statement[*].Principal.AWS", value="999999999999"),
    ],
)
