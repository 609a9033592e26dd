"""Somebody hears of answers that took too long."""

from policy.examples import Change
from policy.rules.operations._promises import API, LOAD_BALANCER, Watch, promise, slow_enough

RULE = promise(
    id="operations-latency",
    why="An average hides the visitors who wait; the promise is about the slowest twentieth",
    needs={
        LOAD_BALANCER: [
            Watch(namespace="AWS/ApplicationELB", name="TargetResponseTime", statistic="p95", enough=slow_enough)
        ],
        API: [Watch(namespace="AWS/ApiGateway", name="Latency", statistic="p95", enough=slow_enough)],
    },
    also_refused=[Change("statistic", "Average", on="api-latency"), Change("statistic", "p90", on="api-latency")],
)
