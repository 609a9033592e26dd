"""What the platform needs of a quota, and whether it is granted."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from preview.facts.quotas import GLOBAL_REGION, Quota
from preview.promises.capacity.limits.limit import COMFORTABLE_PERCENT, comfortable
from preview.promises.figure import Figure


class Standing(StrEnum):
    """How a need stands against what is granted."""

    WITHIN = "within"
    TIGHT = "tight"
    """Granted, but more than comfortable of it is used."""

    SHORT = "too small"


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """What the platform needs of one quota."""

    quota: Quota
    region: str | None
    """None for a quota of the whole account."""

    of: str = ""
    """What has it, where it is one of several: a zone, a load balancer, a table."""

    needed: Figure
    applied: float | None = None
    """The account's own value, where it was asked for."""

    @property
    def granted(self) -> float:
        """The account's own value, else AWS's default."""
        return self.quota.default.value if self.applied is None else self.applied

    @property
    def used_percent(self) -> float:
        """Share of the granted that is used; infinite where nothing is granted."""
        if self.needed.value == 0:
            return 0.0
        return 100 * self.needed.value / self.granted if self.granted else math.inf

    @property
    def standing(self) -> Standing:
        """Within, tight, or too small."""
        if self.used_percent > 100:
            return Standing.SHORT
        return Standing.TIGHT if self.used_percent > COMFORTABLE_PERCENT else Standing.WITHIN

    @property
    def increase(self) -> float | None:
        """Value to ask AWS for; None where enough is granted, or where AWS raises nothing."""
        if self.standing is not Standing.SHORT or not self.quota.adjustable:
            return None
        return comfortable(self.needed.value)

    @property
    def request(self) -> str | None:
        """The command that asks for it; None where none is due or where AWS Support must be asked."""
        if self.increase is None or not self.quota.code:
            return None
        return (
            f"aws service-quotas request-service-quota-increase --service-code {self.quota.service}"
            f" --quota-code {self.quota.code} --desired-value {self.increase:g} --region {self.region or GLOBAL_REGION}"
        )

    def described(self) -> dict[str, Any]:
        """The need as the JSON file holds it."""
        fact = self.quota.default
        return {
            "quota": self.quota.name,
            "service": self.quota.service,
            "code": self.quota.code or None,
            "per": self.quota.per,
            "region": self.region,
            "of": self.of or None,
            "unit": fact.unit,
            "default": fact.value,
            "applied": self.applied,
            "needed": self.needed.value,
            "formula": self.needed.formula,
            "used_percent": self.used_percent if math.isfinite(self.used_percent) else None,
            "standing": self.standing.value,
            "increase_to": self.increase,
            "request": self.request,
            "adjustable": self.quota.adjustable,
            "source": fact.source,
            "as_of": fact.as_of,
            "quality": fact.quality,
        }
