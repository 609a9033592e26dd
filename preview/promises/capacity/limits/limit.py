"""A limit: what there is, what one user takes of it, and so how many users reach it."""

import math
from dataclasses import dataclass
from enum import StrEnum

from preview.facts.quotas import Quota
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure

COMFORTABLE_PERCENT = 80
"""Use of a quota that leaves room for what else the account holds; an increase is asked for accordingly."""


class Sort(StrEnum):
    """Who sets a limit, and so who moves it."""

    DECLARED = "declared by the stack"
    QUOTA = "quota of the account"
    """AWS raises it when asked."""

    HARD = "limit of AWS"
    """Nobody raises it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """Something that a number of users uses up."""

    name: str
    sort: Sort
    region: str | None = None
    """None where all users of the world share it."""

    place: str
    """What declares it or has it: a resource and its property, a partition, an account."""

    room: Quantity
    """What there is."""

    each: Figure
    """What one of its users takes, in the room's unit."""

    share: Figure | None = None
    """Those of the world's users who are its users, in percent; None for all."""

    setting: Reading | None = None
    """The declared number that moves it in proportion."""

    remedy: str
    """How to move it: the configuration's key, or what else to do."""

    quota: Quota | None = None

    @property
    def users(self) -> Figure:
        """Users of the whole world at which it is reached."""
        name = f"users at the limit of {self.name}" + (f" in {self.region}" if self.region else "")
        uses: dict[str, Quantity] = {"room": self.room, "each": self.each}
        if self.share is None:
            return figure(name, "users", Kind.ESTIMATE, "room / each", **uses)
        return figure(name, "users", Kind.ESTIMATE, "room / each / (share / 100)", **uses, share=self.share)

    def taken(self, users: Quantity) -> Figure:
        """Room that so many users of the world take."""
        uses: dict[str, Quantity] = {"users": users, "each": self.each}
        if self.share is None:
            return figure(self.name, self.room.unit, Kind.ESTIMATE, "users * each", **uses)
        return figure(self.name, self.room.unit, Kind.ESTIMATE, "users * each * share / 100", **uses, share=self.share)


def comfortable(needed: float) -> float:
    """The smallest value of two digits that leaves a need comfortable: `comfortable(120)` is 150."""
    wanted = needed * 100 / COMFORTABLE_PERCENT
    step = 10.0 ** max(0, math.floor(math.log10(wanted)) - 1) if wanted > 0 else 1.0
    return math.ceil(wanted / step - 1e-9) * step
