"""Origins are spoken to in TLS 1.2 or newer."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.cloudfront._examples import SITE
from policy.subject import Subject
from policy.values import each
from policy.views.edge import DISTRIBUTION
from policy.views.edge_tls import oldest

PROTOCOLS = "customOriginConfig.originSslProtocols"
FLOOR = (12, 0)


def check(subject: Subject) -> Iterator[Complaint]:
    for position, origin in each(subject.props, "origins"):
        for _, protocol in each(origin, PROTOCOLS):
            if oldest(protocol) < FLOOR:
                yield wrong(f"origins[{position}].{PROTOCOLS}", "nothing older than TLSv1.2", found=protocol)


RULE = Rule(
    id="cloudfront-origin-tls",
    on=DISTRIBUTION,
    severity=Severity.MEDIUM,
    controls=("CloudFront.10",),
    why="What the edge and a region say in TLS 1.1 or older can be read and changed on the way",
    mend="Let originSslProtocols hold TLSv1.2 alone",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, **SITE),
        refused=Change(f"origins[0].{PROTOCOLS}", ["TLSv1.1", "TLSv1.2"]),
        unknown=Change(f"origins[0].{PROTOCOLS}", None),
        absent=Absent(Remove("origins[0].customOriginConfig"), Verdict.ACCEPTED, "S3 itself refuses what is older"),
        stronger=[Change(f"origins[0].{PROTOCOLS}", ["TLSv1.3"])],
        also_refused=[Change(f"origins[0].{PROTOCOLS}[0]", "SSLv3"), Change(f"origins[0].{PROTOCOLS}[0]", "TLSv1")],
    ),
    breaks=[Break(on=DISTRIBUTION, path=f"origins[*].{PROTOCOLS}", value=["TLSv1", "TLSv1.2"])],
)
