"""Lines of a bill, and what they add up to."""

import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from preview.facts import Fact
from preview.promises.cost.prices import price, scale
from preview.promises.figure import Figure, Kind, Quantity, figure

EDGE = "edge"
"""Stands in the place of a region for what AWS bills worldwide."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """An amount of something in a region, times its price."""

    service: str
    region: str
    item: str
    types: tuple[str, ...]
    """Resource types that it bills."""

    quantity: Quantity
    """In single units, whatever number of them the price is for."""

    price: Fact | Figure

    @property
    def amount(self) -> float:
        """What it costs, in USD a month."""
        return self.quantity.value / scale(self.price.unit) * self.price.value

    @property
    def cost(self) -> Figure:
        """The same with its derivation."""
        each = scale(self.price.unit)
        formula = "quantity * price" if each == 1 else f"quantity / {each:.0f} * price"
        name = f"{self.service}: {self.item}"
        return figure(name, "USD/month", Kind.ESTIMATE, formula, quantity=self.quantity, price=self.price)


def line(
    service: str,
    region: str,
    item: str,
    *types: str,
    quantity: Quantity,
    priced: tuple[str, str] | Fact | Figure,
    at: str = "",
) -> Line:
    """A line of a bill; `priced` names service and item in `prices.csv`, `at` its region there if it has another."""
    its_price = price(*priced, at or region) if isinstance(priced, tuple) else priced
    return Line(service=service, region=region, item=item, types=types, quantity=quantity, price=its_price)


class Bill:
    """All lines of a month, and their sums by service and region; each sum's formula adds up the sums below it."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(lines)

    @property
    def amount(self) -> float:
        """What the month costs, in USD."""
        return sum(each.amount for each in self.lines)

    @cached_property
    def total(self) -> Figure:
        """The same with its derivation."""
        return _sum("bill", self.by_service)

    @cached_property
    def by_service(self) -> Mapping[str, Figure]:
        """What each service costs."""
        cells: dict[str, dict[str, Figure]] = defaultdict(dict)
        for (service, region), cell in self.cells.items():
            cells[service][region] = cell
        return {service: _sum(service, cells[service]) for service in sorted(cells)}

    @cached_property
    def by_region(self) -> Mapping[str, Figure]:
        """What each region costs; what is billed worldwide is `EDGE`."""
        cells: dict[str, dict[str, Figure]] = defaultdict(dict)
        for (service, region), cell in self.cells.items():
            cells[region][service] = cell
        return {region: _sum(region, cells[region]) for region in sorted(cells)}

    @cached_property
    def cells(self) -> Mapping[tuple[str, str], Figure]:
        """What each service costs in each region."""
        grouped: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for each in self.lines:
            grouped[each.service, each.region].append(each)
        return {
            (service, region): _sum(f"{service} in {region}", _numbered(grouped[service, region]))
            for service, region in sorted(grouped)
        }

    def billed_types(self) -> frozenset[str]:
        """Every resource type that a line bills."""
        return frozenset(token for each in self.lines for token in each.types)


def _numbered(lines: Iterable[Line]) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for each in lines:
        name, number = _identifier(each.item), 2
        while name in found:
            name, number = f"{_identifier(each.item)}_{number}", number + 1
        found[name] = each.cost
    return found


def _sum(name: str, parts: Mapping[str, Figure]) -> Figure:
    named = {_identifier(key): part for key, part in parts.items()}
    return figure(name, "USD/month", Kind.ESTIMATE, " + ".join(named) or "0", **named)


@cache
def _identifier(name: str) -> str:
    found = re.sub(r"\W+", "_", name).strip("_").lower()
    return f"{found}_" if keyword.iskeyword(found) else found
