"""Somebody hears of servers that are ill, or too few."""

from policy.rule import Severity
from policy.rules.operations._promises import TARGET_GROUP, Watch, promise

RULE = promise(
    id="operations-servers",
    severity=Severity.HIGH,
    why="The last servers of a region carry its load until they fall too, and nobody adds any",
    needs={
        TARGET_GROUP: [
            Watch(namespace="AWS/ApplicationELB", name="HealthyHostCount", statistic="Minimum"),
            Watch(namespace="AWS/ApplicationELB", name="UnHealthyHostCount", statistic="Maximum"),
        ]
    },
)
