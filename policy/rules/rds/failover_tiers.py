"""A reader is as ready to write as the writer."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.rds._examples import instance
from policy.subject import Subject
from policy.values import get
from policy.views.clusters import CLUSTER, INSTANCE, instances

TIER = "promotionTier"
READY = 1


def check(subject: Subject) -> Iterator[Complaint]:
    found = instances(subject)
    if len(found) < 2:
        raise NotApplicable("because it has no instance to fail over to, of which rds-cluster-zones speaks")
    if sum(float(get(one.props, TIER, 0)) <= READY for one in found) < 2:
        yield wrong(TIER, "two instances in tier 0 or 1")


RULE = Rule(
    id="rds-failover-tiers",
    on=CLUSTER,
    scope=Scope.STACK,
    controls=("resilience:single-reader",),
    severity=Severity.MEDIUM,
    why="Instances in later tiers do not grow with a serverless writer, so the one that takes over is too small",
    mend="Give two instances of each cluster the promotion tiers 0 and 1",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CLUSTER),
            instance("a", "it", "eu-west-2a", 0),
            instance("b", "it", "eu-west-2b", 1),
        ],
        refused=Change(TIER, 2, on="b"),
        unknown=Change(TIER, None, on="b"),
        absent=Absent(Remove(TIER, on="b"), Verdict.UNDECIDED, "whether it was stated is not seen among outputs"),
        not_applicable=[Declared(type=CLUSTER), instance("a", "it", "eu-west-2a")],
        stronger=[Change(TIER, 0.0, on="b")],
    ),
    breaks=[
        Break(on=INSTANCE, path=TIER, value=15, where=lambda inputs: inputs.get(TIER) == 0),
        Break(on=INSTANCE, path=TIER, value=15, where=lambda inputs: inputs.get(TIER) == 1),
    ],
)
