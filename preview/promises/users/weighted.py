"""Percentiles and shares of users who do not all weigh the same."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def percentile(values: Floats, weights: Floats, percent: float) -> float:
    """The least value that this many percent of the weight does not exceed."""
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    sought = float(percent / 100 * reached[-1]) * (1 - 1e-12)
    return float(values[order[int((reached < sought).sum())]])


def share_below(values: Floats, weights: Floats, limit: float) -> float:
    """Share of the weight whose value is below a limit, in percent."""
    return float(100 * weights[values < limit].sum() / weights.sum())


def mean(values: Floats, weights: Floats) -> float:
    """Weighted mean."""
    return float((values * weights).sum() / weights.sum())
