"""Runs every model over a graph."""

from collections.abc import Sequence

from preview.promises.availability import model as availability
from preview.promises.caching import model as cache
from preview.promises.capacity import model as capacity
from preview.promises.cost import model as cost
from preview.promises.database import model as database
from preview.promises.delivery import model as delivery
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.failover import model as failover
from preview.promises.latency import catalogue
from preview.promises.latency import model as latency
from preview.promises.promise import Finding, Judgement, Model, judged
from preview.promises.scaling import model as scaling

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
