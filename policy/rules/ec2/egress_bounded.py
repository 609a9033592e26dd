"""Towards the internet a security group names the ports that it needs."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.views.security_groups import EGRESS, GROUPS, SEPARATE_RULE, traffic

MANY = 1024
"""Ports that no service needs all of."""


def check(subject: Subject) -> Iterator[Complaint]:
    for rule in traffic(subject):
        if not rule.inward and rule.world and rule.ports[1] - rule.ports[0] >= MANY:
            yield wrong(rule.path, "a protocol and the ports that are needed")


HTTPS = {"fromPort": 443, "toPort": 443}
ALL = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}]
WORLD = ["0.0.0.0/0"]

RULE = Rule(
    id="ec2-egress-bounded",
    on=(*GROUPS, SEPARATE_RULE, EGRESS),
    severity=Severity.MEDIUM,
    why="Whoever breaks in talks to their own server over whatever port is open to the outside",
    mend="Allow the ports that the servers use, such as 443, and nothing else",
    check=check,
    examples=Examples(
        accepted=[
            Declared(
                type=GROUPS[0], name="group", props={"egress": [{**HTTPS, "protocol": "tcp", "cidrBlocks": WORLD}]}
            ),
            Declared(
                type=SEPARATE_RULE,
                name="rule",
                props={**HTTPS, "type": "egress", "protocol": "tcp", "cidrBlocks": WORLD},
            ),
            Declared(type=EGRESS, name="egress", props={**HTTPS, "ipProtocol": "tcp", "cidrIpv4": "0.0.0.0/0"}),
        ],
        refused=Change("egress", ALL, on="group"),
        also_refused=[
            Change("ipProtocol", "-1", on="egress"),
            Change("protocol", "all", on="rule"),
            Change("egress[0]", {"fromPort": 1, "toPort": 65535, "protocol": "tcp", "cidrBlocks": WORLD}, on="group"),
        ],
        unknown=Change("ipProtocol", None, on="egress"),
        absent=Absent(Remove("egress", on="group"), Verdict.ACCEPTED, "the provider takes AWS's open egress away"),
        stronger=[Change("cidrIpv4", "10.0.0.0/16", on="egress")],
    ),
    breaks=[
        Break(on=EGRESS, path="ipProtocol", value="-1", where=lambda rule: "cidrIpv4" in rule),
        Break(on=GROUPS[0], path="egress", value=ALL),
    ],
)
