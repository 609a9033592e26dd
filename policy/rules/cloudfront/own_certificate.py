"""A distribution shows a certificate of the stack's that is good for each of its names."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.cloudfront._examples import SITE
from policy.subject import Subject
from policy.values import get
from policy.views.edge import CERTIFICATE, DISTRIBUTION, VALIDATION, certificates, certifies
from policy.views.stated import stated

SHOWN = "viewerCertificate"


def check(subject: Subject) -> Iterator[Complaint]:
    found = certificates(subject, SHOWN)
    if not found:
        yield wrong(f"{SHOWN}.acmCertificateArn", "a certificate of this stack")
        return
    for position, host in enumerate(stated(subject, "aliases") or ()):
        if not any(certifies(certificate, host) for certificate in found):
            yield wrong(f"aliases[{position}]", "a name that the certificate is good for")


LINKED = {key: value for key, value in SITE.items() if key != SHOWN}
RULE = Rule(
    id="cloudfront-own-certificate",
    on=DISTRIBUTION,
    scope=Scope.STACK,
    severity=Severity.LOW,
    controls=("CloudFront.7",),
    why="Browsers refuse a site whose certificate bears another name",
    mend="Give viewerCertificate the ARN of a validated certificate with every alias among its names",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION, name="site", props=LINKED, links={SHOWN: ["proven"]}),
            Declared(type=VALIDATION, name="proven", links={"certificateArn": ["names"]}),
            Declared(
                type=CERTIFICATE, name="names",
                props={"domainName": "example.com", "subjectAlternativeNames": ["*.example.com"]},
            ),
        ],
        refused=Change("subjectAlternativeNames", ["api.example.com"], on="names"),
        unknown=Change("domainName", None, on="names"),
        absent=Absent(Drop("names"), Verdict.REFUSED, "CloudFront's own certificate is for cloudfront.net alone"),
        stronger=[Link(SHOWN, ["names"], on="site"), Change("aliases", ["example.com"], on="site")],
        also_refused=[Unlink(SHOWN, on="site"), Change("aliases", ["a.b.example.com"], on="site")],
    ),
    breaks=[
        Break(on=DISTRIBUTION, path=SHOWN, unlink=True),
        Break(
            on=CERTIFICATE, path="subjectAlternativeNames", value=["elsewhere.example.net"],
            where=lambda props: len(get(props, "subjectAlternativeNames", [])) > 2,
        ),
    ],
)  # fmt: skip
