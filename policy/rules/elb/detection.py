"""A server that answers no more leaves its target group in time."""

from collections.abc import Iterator
from typing import Any

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Setting, Severity, wrong
from policy.rules.elb._examples import TARGETS, TARGETS_PROPS
from policy.subject import Subject
from policy.values import get

DEFAULTS = {"interval": 30, "unhealthyThreshold": 3, "timeout": 5}
"""The provider's own, for HTTP and HTTPS."""


def detection_seconds(health_check: Any) -> float:
    """How long a server that hangs goes on being sent requests: every check that fails, and the last one's timeout."""
    interval, threshold, timeout = (float(get(health_check, name, value)) for name, value in DEFAULTS.items())
    return interval * threshold + timeout


def check(subject: Subject) -> Iterator[Complaint]:
    found = detection_seconds(get(subject.props, "healthCheck", {}))
    if found > subject.settings["seconds"]:
        expected = f"interval × unhealthyThreshold + timeout of at most {subject.settings['seconds']:g} seconds"
        yield wrong("healthCheck", expected, found=found)


RULE = Rule(
    id="elb-target-detection",
    on=TARGETS,
    severity=Severity.MEDIUM,
    controls=("resilience:timeouts-beyond-objective",),
    why="Until its target group sees that a server is dead, its share of the visitors gets errors",
    mend="Shorten interval, timeout or unhealthyThreshold of the health check",
    check=check,
    settings={
        "seconds": Setting(says="Longest time to see a dead server, in seconds", default=30, minimum=5, maximum=300)
    },
    examples=Examples(
        accepted=one(TARGETS, **TARGETS_PROPS),
        refused=Change("healthCheck.unhealthyThreshold", 3),
        also_refused=[Change("healthCheck.interval", 30)],
        unknown=Change("healthCheck.interval", None),
        absent=Absent(Remove("healthCheck"), Verdict.REFUSED, "the defaults are three checks, 30 seconds apart"),
        stronger=[Change("healthCheck.interval", 5.0)],
    ),
    breaks=[
        Break(on=TARGETS, path="healthCheck.interval", value=60, also=("autoscaling-dead-server",)),
        Break(on=TARGETS, path="healthCheck.unhealthyThreshold", value=5),
    ],
)
