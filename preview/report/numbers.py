"""Numbers as people read them."""

import math
import re

from preview.promises.promise import Better, Promise

SPACE = "\u00a0"
"""Between a number and its unit, where no line may break."""

POINTS = "points"
"""Unit of what lies between two shares."""

UNITLESS = frozenset({"", "fraction", "ratio"})
_ONE_OF_MANY = re.compile(r"[a-z]{2}[a-oq-rt-z]s$")


def text(value: float, unit: str) -> str:
    """A number with its unit, as precise as it is useful: `24.2 s`, `1,000,000 users`, `99.995 %`."""
    if not math.isfinite(value):
        return "unlimited" if value > 0 else "undefined"
    shown = f"{value:,.{_decimals(value, unit)}f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    shown = "0" if shown in {"-0", ""} else shown.replace("-", "\u2212")
    if unit in UNITLESS:
        return shown
    return f"{shown}{SPACE}{unit[:-1] if value == 1 and _ONE_OF_MANY.search(unit) else unit}"


def pledge(promise: Promise, value: float) -> str:
    """A pledged bound: `≤ 30 s`."""
    return f"{'≤' if promise.better is Better.LOWER else '≥'}{SPACE}{text(value, promise.unit)}"


def margin(promise: Promise, promised: float, reached: float) -> str:
    """How far a figure is from its pledge, in words: `8 s to spare`, `0.03 points short`."""
    if math.isclose(promised, reached, rel_tol=1e-9, abs_tol=1e-9):
        return "as promised"
    apart = text(abs(reached - promised), POINTS if promise.unit == "%" else promise.unit)
    if promise.better is Better.LOWER:
        return f"{apart} to spare" if reached < promised else f"{apart} over"
    return f"{apart} above" if reached > promised else f"{apart} short"


def plain(value: float) -> float | None:
    """A number as JSON can hold it, to twelve digits; None where it is not finite."""
    return float(f"{value:.12g}") if math.isfinite(value) else None


def _decimals(value: float, unit: str) -> int:
    """Three digits that tell something; of a share close to all, two digits of what is missing."""
    missing = 100 - value
    if unit == "%" and 0 < missing < 1:
        return min(7, math.ceil(-math.log10(missing)) + 1)
    size = abs(value)
    if size >= 100 or size == 0:
        return 0
    digits = 1 if unit == POINTS and size < 1 else 2
    return min(9, max(0, digits - math.floor(math.log10(size))))
