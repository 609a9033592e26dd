"""Runs every model over a graph."""

from collections.abc import Sequence

from preview.promises import availability, cache, capacity, catalogue, cost, database, delivery, failover, latency, scaling
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.promise import Finding, Judgement, Model, judged

MODELS: tuple[Model, ...] = (
    failover.MODEL,
    database.MODEL,
    scaling.MODEL,
    capacity.MODEL,
    availability.MODEL,
    latency.MODEL,
    catalogue.MODEL,
    delivery.MODEL,
    cache.MODEL,
    cost.MODEL,
)
"""Every model, in the order of the report."""


def judge(deployed: Deployed, models: Sequence[Model] = MODELS) -> list[Judgement]:
    """Every promise with its verdict; one that a stack declares too little for is broken and says what is missing."""
    return [judged(deployed, finding) for model in models for finding in _findings(model, deployed)]


def _findings(model: Model, deployed: Deployed) -> Sequence[Finding]:
    try:
        return model.findings(deployed)
    except UndeclaredError as missing:
        return [Finding(promise=promise, reached=None, why=str(missing)) for promise in model.promises]
