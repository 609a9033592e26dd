"""Moments in seconds after a failure: the latest of several, and those that never come."""

import math
from collections.abc import Sequence

from preview.promises.exhibit import Cell
from preview.promises.figure import Figure, Kind, Quantity, figure


def latest(name: str, moments: Sequence[Figure], kind: Kind, /) -> Figure:
    """The last of several moments; 0 for none."""
    parts = {f"part{number}": moment for number, moment in enumerate(moments, start=1)}
    formula = f"max({', '.join(parts)})" if len(parts) > 1 else "".join(parts) or "0"
    return figure(name, "s", kind, formula, **parts)


def never(name: str, why: str, /, **uses: Quantity) -> Figure:
    """Infinitely many seconds, for what does not happen by itself."""
    return Figure(name=name, value=math.inf, unit="s", kind=Kind.BOUND, formula=f"never: {why}", uses=uses)


def reasons(moment: Figure) -> list[str]:
    """Why a moment never comes, sorted; empty where it does."""
    if moment.value < math.inf:
        return []
    deeper = [why for used in moment.uses.values() if isinstance(used, Figure) for why in reasons(used)]
    if moment.formula.startswith("never: "):
        deeper.append(f"{moment.name}: {moment.formula.removeprefix('never: ')}")
    return sorted(set(deeper))


def shown(moment: Figure | None) -> Cell:
    """A moment as a cell of a table."""
    if moment is None:
        return None
    return "never" if moment.value == math.inf else round(moment.value, 3)
