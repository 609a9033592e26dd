"""Somebody hears that a region has left DNS."""

from policy.examples import Declared
from policy.rule import Severity
from policy.rules.operations._promises import EVERYWHERE, HEALTH_CHECK, RECORD, Watch, promise
from policy.subject import Subject


def _undeciding(subject: Subject) -> str | None:
    if not subject.users("healthCheckId", RECORD):
        return "because no record goes by it: the check that it is part of has the alarm"
    return None


RULE = promise(
    id="operations-health",
    severity=Severity.HIGH,
    why="A region that DNS no longer answers with serves nobody, and the others carry its load unasked",
    needs={
        HEALTH_CHECK: [Watch(namespace="AWS/Route53", name="HealthCheckStatus", statistic="Minimum", region=EVERYWHERE)]
    },
    applies=_undeciding,
    around=[Declared(type=RECORD, name="record", links={"healthCheckId": ["healthcheck"]})],
    not_applicable=[Declared(type=HEALTH_CHECK)],
)
