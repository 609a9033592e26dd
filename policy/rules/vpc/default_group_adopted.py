"""Every network has its default security group taken in hand, and nothing adds rules to it."""

from collections.abc import Iterator

from policy.examples import Absent, Add, Declared, Drop, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.vpc._examples import network
from policy.subject import Subject
from policy.views.network import VPC, attached
from policy.views.security_groups import DEFAULT_GROUP, INGRESS, RULE_FORMS

ADDED = Declared(type=INGRESS, name="added", props={"ipProtocol": "-1"}, links={"securityGroupId": ["closed"]})


def check(subject: Subject) -> Iterator[Complaint]:
    groups = attached(subject, "vpcId", DEFAULT_GROUP)
    if not groups:
        yield wrong("", "a DefaultSecurityGroup of this network, which takes its rules away")
    for group in groups:
        for rule in group.users("securityGroupId", *RULE_FORMS):
            yield wrong("securityGroupId", "a security group that is not the network's default", at=rule)


RULE = Rule(
    id="vpc-default-group-adopted",
    on=VPC,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("EC2.2",),
    why="AWS gives each network a default security group whose members reach each other and everything outside",
    mend="Declare a DefaultSecurityGroup of the network without rules",
    check=check,
    examples=Examples(
        accepted=[*network(), Declared(type=DEFAULT_GROUP, name="closed", links={"vpcId": ["network"]})],
        refused=Drop("closed"),
        also_refused=[Unlink("vpcId", on="closed"), Add(ADDED)],
        unknown=None,
        absent=Absent(Drop("closed"), Verdict.REFUSED, "AWS makes the default group with rules that allow everything"),
    ),
    breaks=[Break(on=DEFAULT_GROUP, path=""), Break(on=DEFAULT_GROUP, path="vpcId", unlink=True)],
)
