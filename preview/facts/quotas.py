"""AWS's quotas: what an account may have or use until it asks for more (`quotas.csv`)."""

from dataclasses import dataclass
from functools import cache

from preview.facts import Fact, UnknownFactError, rows

GLOBAL_REGION = "us-east-1"
"""Region in which quotas of the whole account are looked up and raised."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """One quota, with what AWS grants before anybody asks."""

    id: str
    service: str
    """Service code of Service Quotas, `elasticloadbalancing`."""

    code: str
    """Quota code, `L-7E6692B2`; empty where Service Quotas does not list it: AWS Support raises it then."""

    name: str
    per: str
    """What it holds for: `region`, `account`, or each `zone`, `network`, `load balancer` …"""

    default: Fact
    adjustable: bool

    @property
    def of_account(self) -> bool:
        """Whether it counts the whole account rather than a region."""
        return self.per == "account" or self.service in {"cloudfront", "iam", "route53"}


@cache
def quota(identifier: str, region: str | None = None) -> Quota:
    """A quota by its id as it is by default in a region; UnknownFactError for an id that the table lacks."""
    found = [row for row in rows("quotas") if row["id"] == identifier]
    if not found:
        raise UnknownFactError(f"quotas.csv has no row {identifier!r}")
    of_region = [row for row in found if region in row["regions"].split()]
    return _read((of_region or [row for row in found if not row["regions"]])[0])


def quota_ids() -> tuple[str, ...]:
    """Every quota that the table holds, once."""
    return tuple(dict.fromkeys(row["id"] for row in rows("quotas")))


def _read(row: dict[str, str]) -> Quota:
    default = Fact(
        id=f"quota.{row['id']}",
        statement=row["name"],
        value=float(row["default"]),
        unit=row["unit"],
        source=row["source"],
        as_of=row["as_of"],
        quality=row["quality"],
    )
    return Quota(
        id=row["id"],
        service=row["service"],
        code=row["code"],
        name=row["name"],
        per=row["per"],
        default=default,
        adjustable=row["adjustable"] == "yes",
    )
