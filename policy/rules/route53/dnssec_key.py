"""Route 53 may use the key that signs a zone, for our zones alone."""

from collections.abc import Iterator

from policy.documents import Statement, statements
from policy.examples import Absent, Change, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.edge import SIGNING_KEY
from policy.views.roles import EQUALITY, accounts, bound

KEY = "aws:kms/key:Key"
KEY_OF = "keyManagementServiceArn"
SIGNER = ("Service", "dnssec-route53.amazonaws.com")
USES = ("kms:DescribeKey", "kms:GetPublicKey", "kms:Sign")


def check(subject: Subject) -> Iterator[Complaint]:
    keys = subject.links(KEY_OF, KEY)
    if not keys:
        yield wrong(KEY_OF, "the ARN of a key of this stack")
    for key in keys:
        allowed = [one for one in statements(get(key.props, "policy")) if one.allows and SIGNER in one.principals]
        for action in USES:
            if not any(one.covers(action) for one in allowed):
                yield wrong("policy", f"an Allow of {action} to dnssec-route53.amazonaws.com", at=key)
        for one in allowed:
            if not bound(one, accounts(key)) and not _one_zone(one):
                yield wrong("policy", "a condition on aws:SourceAccount or aws:SourceArn for Route 53", at=key)


def _one_zone(statement: Statement) -> bool:
    zones = statement.condition("aws:SourceArn", *EQUALITY)
    return bool(zones) and not any("*" in zone for zone in zones)


OURS = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
ALLOW = {"Effect": "Allow", "Principal": {"Service": SIGNER[1]}, "Action": list(USES), "Resource": "*"}
RULE = Rule(
    id="route53-dnssec-key",
    on=SIGNING_KEY,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Where Route 53 cannot use the key the signatures run out, and where it may for anybody, they sign for others",
    mend="Allow dnssec-route53.amazonaws.com DescribeKey, GetPublicKey and Sign for zones of this account",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=SIGNING_KEY, name="signer", links={KEY_OF: ["key"]}),
            Declared(type=KEY, name="key", props={"policy": {"Statement": [{**ALLOW, "Condition": OURS}]}}),
        ],
        refused=Change("policy", {"Statement": [ALLOW]}, on="key"),
        unknown=Change("policy", None, on="key"),
        absent=Absent(Drop("key"), Verdict.REFUSED, "Route 53 has no key of its own for a zone"),
        also_refused=[
            Unlink(KEY_OF, on="signer"),
            Change("policy.Statement[0].Action", ["kms:DescribeKey", "kms:Sign"], on="key"),
            Change("policy.Statement[0].Principal", {"Service": "route53.amazonaws.com"}, on="key"),
        ],
    ),
    breaks=[
        Break(
            on=KEY, path="policy::Statement[1].Action", value=["kms:DescribeKey"],
            where=lambda props: props.get("keyUsage") == "SIGN_VERIFY",
        ),
        Break(on=SIGNING_KEY, path=KEY_OF, unlink=True, also=("kms-key-used",)),
    ],
)  # fmt: skip
