"""Keys are renewed each year, or oftener."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.keys import KEY

ROTATES, PERIOD, SPEC, USAGE = "enableKeyRotation", "rotationPeriodInDays", "customerMasterKeySpec", "keyUsage"
A_YEAR = 365


def check(subject: Subject) -> Iterator[Complaint]:
    spec, usage = get(subject.props, SPEC, "SYMMETRIC_DEFAULT"), get(subject.props, USAGE, "ENCRYPT_DECRYPT")
    if spec != "SYMMETRIC_DEFAULT" or usage != "ENCRYPT_DECRYPT":
        raise NotApplicable("AWS rotates symmetric encryption keys only")
    if not truth(get(subject.props, ROTATES)):
        yield wrong(ROTATES, "true", found=get(subject.props, ROTATES))
    if float(get(subject.props, PERIOD, A_YEAR)) > A_YEAR:
        yield wrong(PERIOD, f"at most {A_YEAR}", found=get(subject.props, PERIOD))


RULE = Rule(
    id="kms-key-rotates",
    on=KEY,
    severity=Severity.MEDIUM,
    controls=("KMS.4",),
    why="A key that leaked, or was counted out, opens everything that was ever written",
    mend="Set enableKeyRotation to true",
    check=check,
    examples=Examples(
        accepted=one(KEY, enableKeyRotation=True, rotationPeriodInDays=365),
        refused=Change(ROTATES, False),
        unknown=Change(ROTATES, None),
        absent=Absent(Remove(ROTATES), Verdict.REFUSED, "a key does not rotate until it is told to"),
        not_applicable=one(KEY, customerMasterKeySpec="ECC_NIST_P256", keyUsage="SIGN_VERIFY"),
        stronger=[Change(PERIOD, 90.0), Remove(PERIOD), Change(ROTATES, "true"), Change(SPEC, "SYMMETRIC_DEFAULT")],
        also_refused=[Change(PERIOD, 366)],
    ),
    breaks=[Break(on=KEY, path=ROTATES, value=False), Break(on=KEY, path=PERIOD, value=2560)],
)
