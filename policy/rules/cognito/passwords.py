"""Customers' passwords are long, of mixed characters, and can be joined by a second factor."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth

POOL = "aws:cognito/userPool:UserPool"
LENGTH = "passwordPolicy.minimumLength"
LEAST, USUAL = 12, 8
KINDS = ("requireLowercase", "requireUppercase", "requireNumbers")


def check(subject: Subject) -> Iterator[Complaint]:
    length = get(subject.props, LENGTH, USUAL)
    if length < LEAST:
        yield wrong(LENGTH, f"{LEAST} or more", found=length)
    for kind in KINDS:
        if not truth(get(subject.props, f"passwordPolicy.{kind}", False)):
            yield wrong(f"passwordPolicy.{kind}", "true", found=False)
    if get(subject.props, "mfaConfiguration", "OFF") not in ("ON", "OPTIONAL"):
        yield wrong("mfaConfiguration", "OPTIONAL or ON", found=get(subject.props, "mfaConfiguration"))


POLICY = {"minimumLength": 12, **dict.fromkeys(KINDS, True)}
RULE = Rule(
    id="cognito-passwords",
    on=POOL,
    severity=Severity.MEDIUM,
    why="Short passwords are guessed, and without a second factor a guess is enough",
    mend="Ask for 12 characters, lower and upper case and numbers, and set mfaConfiguration to OPTIONAL or ON",
    check=check,
    examples=Examples(
        accepted=one(POOL, passwordPolicy=POLICY, mfaConfiguration="OPTIONAL"),
        refused=Change(LENGTH, 8),
        unknown=Change(LENGTH, None),
        absent=Absent(Remove("passwordPolicy"), Verdict.REFUSED, "Cognito asks for eight characters"),
        stronger=[Change(LENGTH, 16), Change("mfaConfiguration", "ON")],
        also_refused=[Change("mfaConfiguration", "OFF"), Change("passwordPolicy.requireNumbers", False)],
    ),
    breaks=[Break(on=POOL, path=LENGTH, value=8), Break(on=POOL, path="mfaConfiguration", value="OFF")],
)
