"""A cluster's storage is encrypted with a key of ours."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.clusters import CLUSTER, GLOBAL
from policy.views.stated import states

ENCRYPTED, KEY = "storageEncrypted", "kmsKeyId"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, ENCRYPTED)):
        yield wrong(ENCRYPTED, "true", found=get(subject.props, ENCRYPTED))
    if subject.type == CLUSTER and not states(subject.props, KEY):
        yield wrong(KEY, "the key of this class of data, in this region")


RULE = Rule(
    id="rds-encrypted",
    on=(CLUSTER, GLOBAL),
    severity=Severity.MEDIUM,
    controls=("RDS.27",),
    why="Clear storage, or a key of AWS's own whose policy is not ours, lets a copied snapshot be read",
    mend="Set storageEncrypted to true and kmsKeyId to the region's data key",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CLUSTER, props={ENCRYPTED: True, KEY: "arn:aws:kms:eu-west-2:123456789012:key/data"}),
            Declared(type=GLOBAL, name="world", props={ENCRYPTED: True}),
        ],
        refused=Change(ENCRYPTED, False),
        unknown=Change(ENCRYPTED, None),
        absent=Absent(Remove(ENCRYPTED), Verdict.REFUSED, "a cluster that is no copy is unencrypted by default"),
        also_refused=[Remove(KEY), Change(ENCRYPTED, False, on="world")],
        stronger=[Change(ENCRYPTED, "true")],
    ),
    breaks=[
        Break(on=CLUSTER, path=ENCRYPTED, value=False),
        Break(on=CLUSTER, path=KEY, value=None, also=("rds-global-keys",)),
        Break(on=GLOBAL, path=ENCRYPTED, value=False),
    ],
)
