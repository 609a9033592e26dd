"""Every data store is encrypted by a key of ours that stands in its own region."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import each, get
from policy.views.keys import KEY, keys
from policy.views.stated import stated
from policy.views.stores import BUS, LOG_GROUP, NAMESPACE, QUEUE, SECRET, TABLE, TABLE_REPLICA, TOPIC, VAULT

KEYED = {
    BUS: "kmsKeyIdentifier", LOG_GROUP: "kmsKeyId", NAMESPACE: "kmsKeyId", QUEUE: "kmsMasterKeyId",
    SECRET: "kmsKeyId", TABLE: "serverSideEncryption", TABLE_REPLICA: "kmsKeyArn", TOPIC: "kmsMasterKeyId",
    VAULT: "kmsKeyArn",
}  # fmt: skip
COPIES = {SECRET: "region", TABLE: "regionName"}
"""What their `replicas` call a region."""


def check(subject: Subject) -> Iterator[Complaint]:
    prop = KEYED[subject.type]
    if subject.region not in {key.region for key in keys(subject, prop)}:
        yield wrong(prop, "a key of this stack in the same region")
    if subject.type in COPIES and stated(subject, "replicas") is not None:
        held = {key.region for key in keys(subject, "replicas")}
        for position, replica in each(subject.props, "replicas"):
            if get(replica, COPIES[subject.type]) not in held:
                yield wrong(f"replicas[{position}]", "a key of this stack in the replica's region")


FAR = "us-east-2"
CARTS = Declared(
    type=TABLE, name="carts", props={"replicas": [{"regionName": FAR}]},
    links={"serverSideEncryption": ["key"], "replicas": ["far-key"]},
)  # fmt: skip
LINKED = [Declared(type=type_, name=type_, links={KEYED[type_]: ["key"]}) for type_ in KEYED if type_ != TABLE]

RULE = Rule(
    id="kms-own-key",
    on=tuple(KEYED),
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("Backup.1", "SNS.1", "SQS.1"),
    why="Nobody but us should decide who decrypts; a key in another region fails with that region",
    mend="Encrypt by the region's key, and each replica by the key of its own region",
    check=check,
    examples=Examples(
        accepted=[Declared(type=KEY, name="key"), Declared(type=KEY, name="far-key", region=FAR), CARTS, *LINKED],
        refused=Link("kmsMasterKeyId", ["far-key"], on=QUEUE),
        unknown=None,
        absent=Absent(Unlink("kmsMasterKeyId", on=QUEUE), Verdict.REFUSED, "SQS then encrypts under a key of its own"),
        also_refused=[
            *(Unlink(KEYED[type_], on=type_) for type_ in KEYED if type_ not in (TABLE, QUEUE)),
            Unlink("serverSideEncryption", on="carts"), Link("replicas", ["key"], on="carts"), Drop("far-key"),
        ],
    ),
    breaks=[
        *(Break(on=type_, path=KEYED[type_], unlink=True) for type_ in KEYED if type_ != TABLE_REPLICA),
        Break(on=SECRET, path="replicas", unlink=True),
        Break(on=TABLE, path="replicas", unlink=True),
    ],
)  # fmt: skip
