"""Somebody hears of answers that failed."""

from policy.rule import Severity
from policy.rules.operations._promises import API, LOAD_BALANCER, Watch, promise

RULE = promise(
    id="operations-server-errors",
    severity=Severity.HIGH,
    why="Visitors get errors, and the first to tell is one of them",
    needs={
        LOAD_BALANCER: [
            Watch(namespace="AWS/ApplicationELB", name="HTTPCode_ELB_5XX_Count", queried=True),
            Watch(namespace="AWS/ApplicationELB", name="HTTPCode_Target_5XX_Count", queried=True),
        ],
        API: [Watch(namespace="AWS/ApiGateway", name="5xx", queried=True)],
    },
)
