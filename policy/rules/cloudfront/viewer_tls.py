"""Visitors speak TLS 1.2 or newer, with the ciphers of 2021 or later."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.cloudfront._examples import SITE
from policy.subject import Subject
from policy.values import get
from policy.views.edge import DISTRIBUTION
from policy.views.edge_tls import oldest

VERSION = "viewerCertificate.minimumProtocolVersion"
FLOOR_VERSION, FLOOR_YEAR = 12, 2021


def check(subject: Subject) -> Iterator[Complaint]:
    policy = get(subject.props, VERSION, "TLSv1")
    version, year = oldest(policy)
    if version < FLOOR_VERSION or year < FLOOR_YEAR:
        yield wrong(VERSION, "TLSv1.2_2021 or newer", found=policy)


RULE = Rule(
    id="cloudfront-viewer-tls",
    on=DISTRIBUTION,
    severity=Severity.MEDIUM,
    controls=("CloudFront.15",),
    why="Old versions of TLS and their ciphers let what visitors send be read and changed on the way",
    mend="Set minimumProtocolVersion to TLSv1.2_2021 or a newer policy",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, **SITE),
        refused=Change(VERSION, "TLSv1.2_2019"),
        unknown=Change(VERSION, None),
        absent=Absent(Remove(VERSION), Verdict.REFUSED, "CloudFront takes TLSv1 where nothing is said"),
        stronger=[Change(VERSION, "TLSv1.2_2025"), Change(VERSION, "TLSv1.3_2025")],
        also_refused=[Change(VERSION, "TLSv1"), Change(VERSION, "TLSv1.1_2016"), Change(VERSION, "SSLv3")],
    ),
    breaks=[Break(on=DISTRIBUTION, path=VERSION, value="TLSv1.1_2016")],
)
