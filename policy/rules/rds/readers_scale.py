"""Readers are added while they are busy."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import CLUSTER

TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"
READERS = "rds:cluster:ReadReplicaCount"


def check(subject: Subject) -> Iterator[Complaint]:
    targets = [one for one in subject.users("resourceId", TARGET) if get(one.props, "scalableDimension") == READERS]
    if not targets:
        yield wrong("", f"an autoscaling target over {READERS}")
    for target in targets:
        least, most = float(get(target.props, "minCapacity", 0)), float(get(target.props, "maxCapacity", 0))
        if not 1 <= least < most:
            yield wrong("maxCapacity", "a reader at least, and room for more", found=most, at=target)
        if not target.users("resourceId", POLICY):
            yield wrong("", "a policy that moves the number of readers", at=target)


RULE = Rule(
    id="rds-readers-scale",
    on=CLUSTER,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A single reader that is busy slows every page down, and nobody is awake to add another",
    mend="Give the cluster an autoscaling target over its readers, with a policy",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CLUSTER),
            Declared(
                type=TARGET, name="readers", links={"resourceId": ["it"]},
                props={"scalableDimension": READERS, "minCapacity": 1, "maxCapacity": 3},
            ),
            Declared(type=POLICY, name="busy", links={"resourceId": ["readers"]}),
        ],
        refused=Change("maxCapacity", 1, on="readers"),
        unknown=Change("maxCapacity", None, on="readers"),
        absent=Absent(Drop("readers"), Verdict.REFUSED, "a cluster keeps the instances that it was given"),
        also_refused=[
            Drop("busy"),
            Change("minCapacity", 0, on="readers"),
            Change("scalableDimension", "rds:cluster:Capacity", on="readers"),
        ],
        stronger=[Change("minCapacity", 2.0, on="readers")],
    ),
    breaks=[
        Break(on=TARGET, path="maxCapacity", value=1, where=lambda inputs: inputs.get("scalableDimension") == READERS),
        Break(on=POLICY, path="", where=lambda inputs: inputs.get("scalableDimension") == READERS),
    ],
)  # fmt: skip
