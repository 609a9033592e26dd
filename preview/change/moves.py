"""How a change moves each promise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from preview.graph import Graph
from preview.promises.deployed import SERVICE_LEVELS, Deployed
from preview.promises.judging import MODELS, judge
from preview.promises.promise import Better, Judgement, Model, Verdict

MONEY = "USD/month"


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One promise on both sides of a change."""

    before: Judgement | None
    """None where the base has no such promise."""

    after: Judgement

    @property
    def difference(self) -> float | None:
        """After less before, in the promise's unit; None where one side has no figure."""
        if self.before is None or self.before.finding.reached is None or self.after.finding.reached is None:
            return None
        return self.after.finding.reached.value - self.before.finding.reached.value

    @property
    def worse(self) -> bool | None:
        """Whether the promise moved the wrong way; None where it did not move."""
        if not self.difference or abs(self.difference) < 1e-9:
            return None
        return (self.difference > 0) == (self.after.finding.promise.better is Better.LOWER)

    @property
    def breaks(self) -> bool:
        """Whether the change breaks a promise that the base keeps."""
        was = self.before.verdict if self.before else None
        return self.after.verdict is Verdict.BROKEN and was is not Verdict.BROKEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A part of the bill on both sides of a change, in USD a month."""

    name: str
    before: float | None
    after: float


def bill(moves: Sequence[Move]) -> list[Amount]:
    """The amounts that stand beside the promises, each beside what it was."""
    was = {f.name: f.value for move in moves if move.before for f in move.before.finding.also if f.unit == MONEY}
    now = [figure for move in moves for figure in move.after.finding.also if figure.unit == MONEY]
    return [Amount(name=figure.name, before=was.get(figure.name), after=figure.value) for figure in now]


def moved(before: Graph, after: Graph, models: Sequence[Model] = MODELS) -> list[Move]:
    """Every promise of the new revision beside what it was, both at the load that each revision states.

    A base that states no load is judged at that of the new revision.
    """
    if SERVICE_LEVELS not in before.outputs:
        before = replace(before, outputs={**before.outputs, SERVICE_LEVELS: after.outputs.get(SERVICE_LEVELS)})
    was = (
        {judgement.finding.promise.id: judgement for judgement in judge(Deployed(before), models)}
        if before.nodes
        else {}
    )
    return [Move(before=was.get(now.finding.promise.id), after=now) for now in judge(Deployed(after), models)]
