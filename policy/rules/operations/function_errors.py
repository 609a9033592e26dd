"""Somebody hears of functions that fail or are refused."""

from policy.rules.functions._types import FUNCTION
from policy.rules.operations._promises import Watch, promise

RULE = promise(
    id="operations-function-errors",
    why="A function that fails, or is refused for want of concurrency, leaves work undone in silence",
    needs={
        FUNCTION: [
            Watch(namespace="AWS/Lambda", name="Errors", queried=True),
            Watch(namespace="AWS/Lambda", name="Throttles", queried=True),
        ]
    },
)
