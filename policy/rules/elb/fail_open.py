"""When a load balancer sends visitors to servers that are not healthy is chosen."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.elb._examples import TARGETS, TARGETS_PROPS
from policy.subject import Subject
from policy.values import get

DNS = "targetGroupHealth.dnsFailover"
ROUTING = "targetGroupHealth.unhealthyStateRouting"
PERCENTAGE = "minimumHealthyTargetsPercentage"


def check(subject: Subject) -> Iterator[Complaint]:
    leaves, opens = _share(subject, DNS), _share(subject, ROUTING)
    for path, share in ((DNS, leaves), (ROUTING, opens)):
        if share is None:
            yield wrong(f"{path}.{PERCENTAGE}", "a share of healthy targets in percent")
    if leaves is not None and opens is not None and leaves < opens:
        yield wrong(f"{DNS}.{PERCENTAGE}", f"{opens:g} or more: a zone leaves DNS before it fails open", found=leaves)


def _share(subject: Subject, section: str) -> float | None:
    value = get(subject.props, f"{section}.{PERCENTAGE}", "off")
    return None if value == "off" else float(value)


RULE = Rule(
    id="elb-fail-open",
    on=TARGETS,
    severity=Severity.MEDIUM,
    controls=("resilience:no-fail-open-choice",),
    why="By default the last healthy server of a zone is sent all its traffic, and dies of it",
    mend="State both thresholds as percentages, the one of DNS no lower than the one of routing",
    check=check,
    examples=Examples(
        accepted=one(TARGETS, **TARGETS_PROPS),
        refused=Change(f"{ROUTING}.{PERCENTAGE}", "off"),
        also_refused=[Change(f"{DNS}.{PERCENTAGE}", "10"), Remove(DNS)],
        unknown=Change(f"{ROUTING}.{PERCENTAGE}", None),
        absent=Absent(
            Remove("targetGroupHealth"), Verdict.REFUSED, "AWS's default is one healthy target, in DNS and in routing"
        ),
        stronger=[Change(f"{DNS}.{PERCENTAGE}", "100")],
    ),
    breaks=[
        Break(on=TARGETS, path=f"{ROUTING}.{PERCENTAGE}", value="off"),
        Break(on=TARGETS, path=f"{DNS}.{PERCENTAGE}", value="10"),
    ],
)
