"""A cluster has a writer and readers, each in a zone of its own."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.rds._examples import instance
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import CLUSTER, INSTANCE, instances

ZONE = "availabilityZone"
ZONES = 3
"""A region has them at least."""


def check(subject: Subject) -> Iterator[Complaint]:
    found = instances(subject)
    if not found:
        yield wrong("", "instances: a cluster without any keeps data and answers nobody")
    elif len(found) == 1:
        yield wrong("", "a second instance, in another zone", found=1)
    elif len({get(one.props, ZONE) for one in found}) < min(len(found), ZONES):
        yield wrong(ZONE, "a zone of its own for each instance, up to three", at=found[-1])


RULE = Rule(
    id="rds-cluster-zones",
    on=CLUSTER,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("RDS.15",),
    why="With its only zone, or its only instance, the region's database is gone for minutes and not for seconds",
    mend="Give the cluster at least two instances, and spread them over the zones",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CLUSTER),
            instance("a", "it", "eu-west-2a"),
            instance("b", "it", "eu-west-2b"),
            instance("c", "it", "eu-west-2c"),
            instance("d", "it", "eu-west-2a"),
        ],
        refused=Change(ZONE, "eu-west-2a", on="b"),
        unknown=Change(ZONE, None, on="b"),
        absent=Absent(Drop("c"), Verdict.REFUSED, "a cluster has the instances that are declared, and no others"),
    ),
    breaks=[
        Break(on=INSTANCE, path=ZONE, value="eu-west-2a", where=lambda inputs: inputs.get(ZONE) == "eu-west-2b"),
    ],
)
