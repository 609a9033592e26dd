"""To the internet nothing is open but HTTP and HTTPS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.ec2._examples import https_from
from policy.rules.ec2.risky_ports import RISKY
from policy.subject import Subject
from policy.views.security_groups import DEFAULT_GROUP, GROUP, INGRESS, SEPARATE_RULE, Traffic, traffic

WEB = (80, 443)


def check(subject: Subject) -> Iterator[Complaint]:
    for rule in traffic(subject):
        if rule.inward and rule.world and not _only_web(rule):
            yield wrong(rule.path, "TCP on port 80 or 443, or sources narrower than the internet")


def _only_web(rule: Traffic) -> bool:
    """Ports that are worse than unauthorised are left to the rule about them."""
    first, last = rule.ports
    harmless = {*WEB, *RISKY} if rule.protocol in {"tcp", "udp"} else set[int]()
    return last - first < len(harmless) and all(port in harmless for port in range(first, last + 1))


RULE = Rule(
    id="ec2-open-ports",
    on=(GROUP, DEFAULT_GROUP, SEPARATE_RULE, INGRESS),
    severity=Severity.HIGH,
    controls=("EC2.18",),
    why="A port that nobody meant for the public is a way in that nobody watches",
    mend="Open it to the security groups or prefix lists that need it, and to nobody else",
    check=check,
    examples=Examples(
        accepted=https_from("0.0.0.0/0"),
        refused=Change("ingress[0].toPort", 444, on="group"),
        also_refused=[
            Change("ipProtocol", "-1", on="ingress"),
            Change("ipProtocol", "icmp", on="ingress"),
            Change("toPort", 8443, on="rule"),
        ],
        unknown=Change("ingress[0].toPort", None, on="group"),
        absent=Absent(Remove("ingress", on="group"), Verdict.ACCEPTED, "a group lets nobody in until it is told to"),
        stronger=[Change("cidrIpv4", "10.0.0.0/16", on="ingress")],
    ),
    breaks=[
        Break(on=INGRESS, path="cidrIpv6", value="::/0", where=lambda rule: rule["toPort"] == 8443),
        Break(
            on=GROUP,
            path="ingress",
            value=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
            also=("ec2-risky-ports",),
        ),
    ],
)
