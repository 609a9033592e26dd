"""A health check can fail: it is neither switched off, nor turned round, nor content with no healthy child."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.edge_dns import HEALTH_CHECK

NEEDED = "childHealthThreshold"


def check(subject: Subject) -> Iterator[Complaint]:
    for name in ("disabled", "invertHealthcheck"):
        if truth(get(subject.props, name, False)):
            yield wrong(name, "false", found=True)
    if get(subject.props, "type") == "CALCULATED" and get(subject.props, NEEDED, 0) < 1:
        yield wrong(NEEDED, "1 or more", found=get(subject.props, NEEDED))


RULE = Rule(
    id="route53-health-check",
    on=HEALTH_CHECK,
    severity=Severity.HIGH,
    why="A check that cannot fail keeps leading visitors to a region that is down",
    mend="Remove disabled and invertHealthcheck, and have a calculated check need at least one healthy child",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=HEALTH_CHECK, name="region", props={"type": "CALCULATED", NEEDED: 1}),
            Declared(type=HEALTH_CHECK, name="pages", props={"type": "HTTPS", "disabled": False}),
        ],
        refused=Change(NEEDED, 0, on="region"),
        unknown=Change(NEEDED, None, on="region"),
        absent=Absent(Remove("disabled", on="pages"), Verdict.ACCEPTED, "a check is on until it is told otherwise"),
        stronger=[Change(NEEDED, 2, on="region")],
        also_refused=[Change("disabled", "true", on="pages"), Change("invertHealthcheck", True, on="pages")],
    ),
    breaks=[
        Break(on=HEALTH_CHECK, path=NEEDED, value=0),
        Break(on=HEALTH_CHECK, path="disabled", value=True),
        Break(on=HEALTH_CHECK, path="invertHealthcheck", value=True),
    ],
)
