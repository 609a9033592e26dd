"""Custom origins are reached over HTTPS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import each, get

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
PROTOCOL = "customOriginConfig.originProtocolPolicy"


def check(subject: Subject) -> Iterator[Complaint]:
    for position, origin in each(subject.props, "origins"):
        if "customOriginConfig" in origin and get(origin, PROTOCOL) != "https-only":
            yield wrong(f"origins[{position}].{PROTOCOL}", "https-only", found=get(origin, PROTOCOL))


ORIGIN = {"originId": "site", "domainName": "origin.example.com"}
CONFIG = {"httpPort": 80, "httpsPort": 443, "originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1.2"]}

RULE = Rule(
    id="cloudfront-origin-https",
    on=DISTRIBUTION,
    severity=Severity.HIGH,
    controls=("CloudFront.9",),
    why="Clear text between the edge and a region exposes sessions and orders",
    mend="Set originProtocolPolicy to https-only",
    check=check,
    examples=Examples(
        accepted=one(DISTRIBUTION, origins=[{**ORIGIN, "customOriginConfig": CONFIG}]),
        refused=Change(f"origins[0].{PROTOCOL}", "match-viewer"),
        unknown=Change(f"origins[0].{PROTOCOL}", None),
        absent=Absent(
            Remove("origins[0].customOriginConfig"),
            Verdict.ACCEPTED,
            "it is a bucket then, reached over HTTPS",
        ),
    ),
    breaks=[Break(on=DISTRIBUTION, path=f"origins[*].{PROTOCOL}", value="match-viewer")],
)
