"""Certificates have RSA keys of 2,048 bits or more, or keys on elliptic curves."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.edge import CERTIFICATE

BITS = 2048


def check(subject: Subject) -> Iterator[Complaint]:
    algorithm = str(get(subject.props, "keyAlgorithm", "RSA_2048"))
    kind, _, size = algorithm.partition("_")
    if kind == "RSA" and int(size) < BITS:
        yield wrong("keyAlgorithm", "RSA_2048 or stronger", found=algorithm)


RULE = Rule(
    id="acm-key-algorithm",
    on=CERTIFICATE,
    severity=Severity.HIGH,
    controls=("ACM.2",),
    why="A short key can be computed, and whoever has it is taken for us",
    mend="Set keyAlgorithm to RSA_2048, a longer RSA key or an elliptic curve",
    check=check,
    examples=Examples(
        accepted=one(CERTIFICATE, domainName="example.com", keyAlgorithm="RSA_2048"),
        refused=Change("keyAlgorithm", "RSA_1024"),
        unknown=Change("keyAlgorithm", None),
        absent=Absent(Remove("keyAlgorithm"), Verdict.ACCEPTED, "ACM makes RSA keys of 2,048 bits"),
        stronger=[Change("keyAlgorithm", "RSA_4096"), Change("keyAlgorithm", "EC_prime256v1")],
    ),
    breaks=[Break(on=CERTIFICATE, path="keyAlgorithm", value="RSA_1024")],
)
