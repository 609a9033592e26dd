"""The warehouse is encrypted with a key of ours."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.redshift._types import NAMESPACE
from policy.subject import Subject
from policy.views.stated import states

KEY = "kmsKeyId"


def check(subject: Subject) -> Iterator[Complaint]:
    if not states(subject.props, KEY):
        yield wrong(KEY, "the key of this class of data, in this region")


RULE = Rule(
    id="redshift-own-key",
    on=NAMESPACE,
    severity=Severity.MEDIUM,
    controls=("RedshiftServerless.4",),
    why="A key of AWS's own has a policy that is not ours, and cannot be taken away from whoever copies the data",
    mend="Set kmsKeyId to the region's data key",
    check=check,
    examples=Examples(
        accepted=[Declared(type=NAMESPACE, props={KEY: "arn:aws:kms:eu-west-2:123456789012:key/data"})],
        refused=Remove(KEY),
        unknown=None,
        absent=Absent(Remove(KEY), Verdict.REFUSED, "AWS encrypts with a key of its own"),
    ),
    breaks=[Break(on=NAMESPACE, path=KEY, value=None, also=("kms-own-key",))],
)
