"""Which AWS regions exist, where they are, and what the platform can rely on in each.

`aws_regions.csv` holds one row a region. Sources: regions and the services each one lacks, of those the
platform needs, from the endpoint data of botocore 1.44.5 (2026-11); availability zones as a new account sees
them, from moto 5.2.5's copy of the EC2 API; the Origin Shield region next to each from the table "choosing the
AWS Region for your Origin Shield" in the CloudFront developer guide. The program asks AWS nothing while it
builds the graph, so what it must know beforehand stands there.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("aws_regions.csv")


@dataclass(frozen=True, slots=True)
class AwsRegion:
    """One AWS region as the platform sees it."""

    name: str
    city: str
    continent: str
    zone_letters: tuple[str, ...]
    origin_shield: str
    lacking: tuple[str, ...]

    def zones(self, count: int) -> list[str]:
        """The first `count` availability zones, e.g. `["eu-west-2a", "eu-west-2b"]`."""
        return [f"{self.name}{letter}" for letter in self.zone_letters[:count]]


@cache
def aws_regions() -> dict[str, AwsRegion]:
    """Every commercial AWS region by its name."""
    with _TABLE.open(encoding="utf-8", newline="") as source:
        return {row["region"]: _region(row) for row in csv.DictReader(source)}


def _region(row: dict[str, str]) -> AwsRegion:
    return AwsRegion(
        name=row["region"],
        city=row["city"],
        continent=row["continent"],
        zone_letters=tuple(row["zones"].split()),
        origin_shield=row["origin_shield"],
        lacking=tuple(part for part in row["lacking"].split("; ") if part),
    )
