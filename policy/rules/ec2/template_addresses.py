"""Instances get no public address."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Complaint, Rule, Severity, wrong
from policy.rules.ec2._examples import INSTANCE, TEMPLATE, TEMPLATE_PROPS
from policy.subject import Subject
from policy.values import each, get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.type == INSTANCE:
        if truth(get(subject.props, "associatePublicIpAddress", True)):
            yield wrong("associatePublicIpAddress", "false")
        return
    interfaces = list(each(subject.props, "networkInterfaces"))
    if not interfaces:
        yield wrong("networkInterfaces", "an interface with associatePublicIpAddress false")
    for position, interface in interfaces:
        if truth(get(interface, "associatePublicIpAddress", True)):
            yield wrong(f"networkInterfaces[{position}].associatePublicIpAddress", "false")


RULE = Rule(
    id="ec2-template-addresses",
    on=(TEMPLATE, INSTANCE),
    severity=Severity.HIGH,
    controls=("EC2.9", "EC2.25", "AutoScaling.5"),
    why="An instance with a public address can be reached past the load balancer and its firewall",
    mend="State associatePublicIpAddress false on its interface",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=TEMPLATE, props=TEMPLATE_PROPS),
            Declared(type=INSTANCE, name="single", props={"associatePublicIpAddress": False}),
        ],
        refused=Change("networkInterfaces[0].associatePublicIpAddress", "true"),
        also_refused=[
            Change("networkInterfaces[0].associatePublicIpAddress", True),
            Change("associatePublicIpAddress", True, on="single"),
        ],
        unknown=Change("networkInterfaces[0].associatePublicIpAddress", None),
        absent=Absent(
            Remove("networkInterfaces[0].associatePublicIpAddress"),
            Verdict.REFUSED,
            "the subnet decides then, and the public ones of a packaged VPC hand addresses out",
        ),
    ),
)
