"""Every key encrypts or signs something."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.keys import ALIAS, KEY, KEYS, REPLICA_KEY, used
from policy.views.stores import QUEUE


def check(subject: Subject) -> Iterator[Complaint]:
    named = {subject.urn, *(alias.urn for alias in subject.users("targetKeyId", ALIAS))}
    if not named & used(subject.stack):
        yield wrong("", "something that uses it")


RULE = Rule(
    id="kms-key-used",
    on=KEYS,
    scope=Scope.STACK,
    severity=Severity.LOW,
    why="A key that protects nothing is paid for, and hides that what it was made for is not encrypted",
    mend="Encrypt by the key what it was made for, or take it away",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=KEY, name="key"),
            Declared(type=KEY, name="named"),
            Declared(type=REPLICA_KEY, name="far", links={"primaryKeyArn": ["key"]}, region="us-east-2"),
            Declared(type=ALIAS, name="alias", links={"targetKeyId": ["named"]}),
            Declared(type=QUEUE, name="queue", links={"kmsMasterKeyId": ["key"]}),
            Declared(type=QUEUE, name="other", links={"kmsMasterKeyId": ["alias"]}),
            Declared(type=QUEUE, name="beyond", links={"kmsMasterKeyId": ["far"]}, region="us-east-2"),
        ],
        refused=Unlink("kmsMasterKeyId", on="queue"),
        unknown=None,
        absent=Absent(Drop("other"), Verdict.REFUSED, "an alias names a key and uses nothing"),
        also_refused=[Unlink("kmsMasterKeyId", on="beyond"), Link("kmsMasterKeyId", ["key"], on="other")],
    ),
    breaks=[
        Break(
            on="aws:route53/keySigningKey:KeySigningKey",
            path="keyManagementServiceArn",
            unlink=True,
            also=("route53-dnssec-key",),
        )
    ],
)
