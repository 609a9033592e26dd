"""Ports of administration, databases and clear text are closed to the internet."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.ec2._examples import ssh_from
from policy.subject import Subject
from policy.views.security_groups import DEFAULT_GROUP, GROUP, INGRESS, SEPARATE_RULE, traffic

RISKY = (
    20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5439, 5500, 5601, 6379,
    8080, 8088, 8888, 9200, 9300, 11211, 27017,
)  # fmt: skip
"""AWS's own list of EC2.19, and the ports of Redshift, Redis, Memcached and MongoDB."""

WORLD = "0.0.0.0/0"


def check(subject: Subject) -> Iterator[Complaint]:
    for rule in traffic(subject):
        opened = rule.opens(RISKY) if rule.inward and rule.world else []
        if opened:
            named = ", ".join(map(str, opened)) if len(opened) < len(RISKY) else "every port"
            yield wrong(rule.path, f"sources narrower than the internet for {named}")


RULE = Rule(
    id="ec2-risky-ports",
    on=(GROUP, DEFAULT_GROUP, SEPARATE_RULE, INGRESS),
    severity=Severity.CRITICAL,
    controls=("EC2.13", "EC2.14", "EC2.19", "EC2.53", "EC2.54"),
    why="What listens there is tried by the whole internet within minutes",
    mend="Let other security groups or private blocks in, and use Session Manager for administration",
    check=check,
    examples=Examples(
        accepted=ssh_from("10.0.0.0/16"),
        refused=Change("ingress[0].cidrBlocks", [WORLD], on="group"),
        also_refused=[
            Change("ingress[0].cidrBlocks", ["0.0.0.0/1", "128.0.0.0/1"], on="group"),
            Change("ingress[0].ipv6CidrBlocks", ["::/0"], on="group"),
            Change("cidrBlocks", [WORLD], on="rule"),
            Change("cidrIpv4", WORLD, on="ingress"),
            Change("cidrIpv6", "::/0", on="ingress"),
        ],
        unknown=Change("cidrIpv4", None, on="ingress"),
        absent=Absent(Remove("ingress", on="group"), Verdict.ACCEPTED, "a group lets nobody in until it is told to"),
        stronger=[Change("cidrIpv4", "10.0.0.7/32", on="ingress")],
    ),
    breaks=[
        Break(
            on=GROUP, path="ingress", value=[{"protocol": "tcp", "fromPort": 22, "toPort": 22, "cidrBlocks": [WORLD]}]
        ),
        Break(
            on=GROUP,
            path="ingress[*].cidrBlocks",
            value=["0.0.0.0/1", "128.0.0.0/1"],
            where=lambda group: group.get("ingress", [{}])[0].get("fromPort") == 5432,
        ),
    ],
)
