"""A public zone can be changed again soon after us-east-1, where zones are kept, has failed."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import each, get, truth
from policy.views.edge import ZONE

RECOVERY = "enableAcceleratedRecovery"


def check(subject: Subject) -> Iterator[Complaint]:
    if list(each(subject.props, "vpcs")):
        raise NotApplicable("accelerated recovery is for public zones alone")
    if not truth(get(subject.props, RECOVERY, False)):
        yield wrong(RECOVERY, "true", found=False)


RULE = Rule(
    id="route53-zone-recovery",
    on=ZONE,
    severity=Severity.MEDIUM,
    controls=("resilience:zone-recovery-in-one-region",),
    why="While us-east-1 is down no record can be changed, so nobody can be led elsewhere by hand",
    mend="Set enableAcceleratedRecovery of the zone",
    check=check,
    examples=Examples(
        accepted=one(ZONE, name="example.com", enableAcceleratedRecovery=True),
        refused=Change(RECOVERY, False),
        unknown=Change(RECOVERY, None),
        absent=Absent(Remove(RECOVERY), Verdict.REFUSED, "a zone waits for us-east-1 until it is told otherwise"),
        not_applicable=one(ZONE, name="inside.example.com", vpcs=[{"vpcId": "vpc-1"}]),
        stronger=[Change(RECOVERY, "true")],
    ),
    breaks=[Break(on=ZONE, path=RECOVERY, value=False)],
)
