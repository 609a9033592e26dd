"""An API's own name takes TLS 1.2 or newer."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.edge import API_DOMAIN
from policy.views.edge_tls import oldest

POLICY = "domainNameConfiguration.securityPolicy"
FLOOR = (12, 0)


def check(subject: Subject) -> Iterator[Complaint]:
    policy = get(subject.props, POLICY, "")
    if oldest(policy) < FLOOR:
        yield wrong(POLICY, "TLS_1_2 or newer", found=policy or None)


RULE = Rule(
    id="api-domain-tls",
    on=API_DOMAIN,
    severity=Severity.MEDIUM,
    controls=("APIGateway.11",),
    why="What goes to the API in TLS 1.0 or 1.1 can be read and changed on the way",
    mend="Set securityPolicy of domainNameConfiguration to TLS_1_2 or a newer policy",
    check=check,
    examples=Examples(
        accepted=one(API_DOMAIN, domainNameConfiguration={"endpointType": "REGIONAL", "securityPolicy": "TLS_1_2"}),
        refused=Change(POLICY, "TLS_1_0"),
        unknown=Change(POLICY, None),
        absent=Absent(Remove(POLICY), Verdict.REFUSED, "AWS wants the policy said"),
        stronger=[
            Change(POLICY, "SecurityPolicy_TLS13_1_2_2021_06"),
            Change(POLICY, "SecurityPolicy_TLS13_1_3_2025_09"),
        ],
    ),
    breaks=[Break(on=API_DOMAIN, path=POLICY, value="TLS_1_0")],
)
