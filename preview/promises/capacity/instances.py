"""What instance types hold: virtual processors and memory (`instance_types.csv`)."""

from functools import cache

from preview.facts import Fact, rows
from preview.promises.deployed import UndeclaredError


@cache
def processors(instance_type: str) -> Fact:
    """Virtual processors of a type, `m7g.large`; UndeclaredError for a type that the table lacks."""
    row = _row(instance_type)
    return _fact(row, "vcpus", float(row["vcpus"]), "vCPUs")


@cache
def memory(instance_type: str) -> Fact:
    """Memory of a type, in GiB; UndeclaredError for a type that the table lacks."""
    row = _row(instance_type)
    return _fact(row, "memory", float(row["memory_mib"]) / 1024, "GiB")


@cache
def _types() -> dict[str, dict[str, str]]:
    return {row["type"]: row for row in rows("instance_types")}


def _row(instance_type: str) -> dict[str, str]:
    found = _types().get(instance_type)
    if found is None:
        raise UndeclaredError(f"nothing is known of instance type {instance_type}: instance_types.csv has no such row")
    return found


def _fact(row: dict[str, str], what: str, value: float, unit: str) -> Fact:
    return Fact(
        id=f"ec2.{what}.{row['type']}",
        statement=f"{what} of {row['type']}",
        value=value,
        unit=unit,
        source=row["source"],
        as_of=row["as_of"],
        quality=row.get("quality", "official"),
    )
