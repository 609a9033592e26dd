"""A promise, what the stack reaches of it, and the verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from preview.promises.deployed import Deployed
from preview.promises.exhibit import Exhibit
from preview.promises.figure import Figure, Reading


class Better(StrEnum):
    """Which way a figure improves."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What the shop's owners were told."""

    id: str
    """Key of the pledge in the configuration, `region_failover_seconds`."""

    title: str
    """In the owners' words: `A failed region is out of DNS`."""

    unit: str
    better: Better

    def meets(self, reached: float, asked: float) -> bool:
        """Whether a value is at least as good as another; equal up to the noise of floating point."""
        slack = 1e-9 * max(1.0, abs(asked))
        return reached <= asked + slack if self.better is Better.LOWER else reached >= asked - slack


class Verdict(StrEnum):
    """How a promise stands."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_ACHIEVABLE = "not achievable as stated"
    """AWS supports no configuration that keeps it as stated; what the owners accepted in its place is reached."""

    NOT_PROMISED = "not promised"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a model says of one promise, before it is compared with what was pledged."""

    promise: Promise
    reached: Figure | None
    """None where the stack declares nothing to compute it from; `why` says what is missing."""

    achievable: Figure | None = None
    """The best that AWS supports, where that may fall short of what was pledged."""

    why: str = ""
    """Why AWS supports no better, and what stands in its place; or what is missing."""

    condition: str = ""
    """What must hold that no resource declares, and what is reached where it does not; said with the verdict."""

    also: tuple[Figure, ...] = ()
    """Figures beside the one that decides: other journeys, other routes, other clocks."""

    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A finding beside its pledge."""

    finding: Finding
    promised: Reading | None
    accepted: Reading | None
    """What the owners accepted where AWS does not support the promise as stated."""

    @property
    def verdict(self) -> Verdict:
        """Kept, broken, not achievable as stated, or never promised."""
        promise, reached = self.finding.promise, self.finding.reached
        if self.promised is None:
            return Verdict.NOT_PROMISED
        if reached is None:
            return Verdict.BROKEN
        if promise.meets(reached.value, self.promised.value):
            return Verdict.KEPT
        achievable = self.finding.achievable
        if achievable is None or promise.meets(achievable.value, self.promised.value):
            return Verdict.BROKEN
        if self.accepted is not None and promise.meets(reached.value, self.accepted.value):
            return Verdict.NOT_ACHIEVABLE
        return Verdict.BROKEN

    @property
    def failed(self) -> bool:
        """Whether the preview must fail."""
        return self.verdict is Verdict.BROKEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """What computes one or several promises from a graph."""

    promises: tuple[Promise, ...]

    reached: Callable[[Deployed], Mapping[str, Figure]]
    """Promise id → the figure that decides, alone and quickly: what sensitivity and comparison ask again and again.

    The same figures as `findings` gives; UndeclaredError where the stack declares nothing to compute them from.
    """

    findings: Callable[[Deployed], Sequence[Finding]]
    """All that the report shows; UndeclaredError as above."""


def judged(deployed: Deployed, finding: Finding) -> Judgement:
    """A finding beside what the stack pledged."""
    promise = finding.promise
    pledge = deployed.promised(promise.id)
    if pledge is None:
        return Judgement(finding=finding, promised=None, accepted=None)
    path = f"promises.{promise.id}"
    return Judgement(
        finding=finding,
        promised=deployed.expected(f"{path}.promised", promise.unit),
        accepted=deployed.expected(f"{path}.accepted", promise.unit) if pledge.get("accepted") is not None else None,
    )
