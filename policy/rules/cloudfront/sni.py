"""A distribution tells its names apart by SNI, not by addresses of its own."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.cloudfront._examples import SITE
from policy.subject import Subject
from policy.values import get, truth
from policy.views.edge import DISTRIBUTION

METHOD = "viewerCertificate.sslSupportMethod"


def check(subject: Subject) -> Iterator[Complaint]:
    if truth(get(subject.props, "viewerCertificate.cloudfrontDefaultCertificate", False)):
        raise NotApplicable("CloudFront's own certificate has no addresses of its own")
    if get(subject.props, METHOD) != "sni-only":
        yield wrong(METHOD, "sni-only", found=get(subject.props, METHOD))


RULE = Rule(
    id="cloudfront-sni",
    on=DISTRIBUTION,
    severity=Severity.LOW,
    controls=("CloudFront.8",),
    why="Addresses of its own cost 600 USD a month at every edge, for browsers from before 2010",
    mend="Set sslSupportMethod to sni-only",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, **SITE),
        refused=Change(METHOD, "vip"),
        unknown=Change(METHOD, None),
        absent=Absent(Remove(METHOD), Verdict.REFUSED, "AWS wants it said beside a certificate"),
        not_applicable=one(DISTRIBUTION, viewerCertificate={"cloudfrontDefaultCertificate": True}),
        also_refused=[Change(METHOD, "static-ip")],
    ),
    breaks=[Break(on=DISTRIBUTION, path=METHOD, value="vip")],
)
