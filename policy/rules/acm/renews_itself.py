"""Certificates are validated by DNS: those renew themselves."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.edge import CERTIFICATE
from policy.views.stated import states


def check(subject: Subject) -> Iterator[Complaint]:
    if states(subject.props, "certificateAuthorityArn"):
        raise NotApplicable("a private authority asks for no validation")
    if get(subject.props, "validationMethod") != "DNS":
        yield wrong("validationMethod", "DNS", found=get(subject.props, "validationMethod"))


RULE = Rule(
    id="acm-renews-itself",
    on=CERTIFICATE,
    severity=Severity.MEDIUM,
    why="A certificate that waits for somebody's mail, or was imported, ends one day and the site with it",
    mend="Request the certificate with validationMethod DNS and keep its records",
    check=check,
    examples=Examples(
        accepted=one(CERTIFICATE, domainName="example.com", validationMethod="DNS"),
        refused=Change("validationMethod", "EMAIL"),
        unknown=Change("validationMethod", None),
        absent=Absent(Remove("validationMethod"), Verdict.REFUSED, "without one it is imported, and never renewed"),
        not_applicable=one(CERTIFICATE, certificateAuthorityArn="arn:aws:acm-pca:eu-west-2:123456789012:ca/1"),
    ),
    breaks=[Break(on=CERTIFICATE, path="validationMethod", value="EMAIL")],
)
