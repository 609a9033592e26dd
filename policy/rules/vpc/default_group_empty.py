"""A default security group lets nothing through."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.views.security_groups import DEFAULT_GROUP, traffic

ANYTHING = [{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}]


def check(subject: Subject) -> Iterator[Complaint]:
    for rule in traffic(subject):
        yield wrong(rule.path, "no rules")


RULE = Rule(
    id="vpc-default-group-empty",
    on=DEFAULT_GROUP,
    severity=Severity.HIGH,
    controls=("EC2.2",),
    why="Whatever is created without a security group gets the default one, and everything that it allows",
    mend="Leave ingress and egress of the default security group empty",
    check=check,
    examples=Examples(
        accepted=one(DEFAULT_GROUP, ingress=[], egress=[]),
        refused=Change("ingress", ANYTHING),
        also_refused=[Change("egress", [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}])],
        unknown=Change("ingress", None),
        absent=Absent(Remove("ingress"), Verdict.ACCEPTED, "the provider removes every rule that is not stated"),
    ),
    breaks=[Break(on=DEFAULT_GROUP, path="ingress", value=ANYTHING)],
)
