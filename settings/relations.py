"""What no single section of a configuration can see: how regions relate to each other and to the other sections.

Works on what is written, so that these problems are reported beside those of single values. Whatever is not
readable is passed over here; the models report it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from typing import Any, cast

from settings.account import OperationsSettings
from settings.data import AnalyticsSettings
from settings.edge import DistributionSettings
from settings.problem import MISSING, Path, Problem, problem, value_at, written
from settings.region import LoadBalancerSettings, NetworkSettings

WAREHOUSE_ZONES = 3
"""Redshift Serverless asks for as many where its traffic stays in the network (its considerations, "Three subnets")."""

Entries = list[tuple[int, dict[str, Any]]]
"""The readable regions, each with its place in the list."""


def related_problems(given: Mapping[str, Any]) -> Iterator[Problem]:
    """Every problem between the regions of a configuration, and between them and the other sections."""
    listed = given.get("regions")
    if not isinstance(listed, list) or not listed:
        return
    entries: Entries = [
        (i, cast(dict[str, Any], entry)) for i, entry in enumerate(cast(list[Any], listed)) if isinstance(entry, dict)
    ]
    yield from _primaries(entries)
    yield from _duplicates(entries)
    yield from _overlaps(entries)
    yield from _home(given, entries)
    yield from _warehouse(given, entries)
    yield from _residency(given, entries)
    yield from _idle_connections(given, entries)
    yield from _visits(given)


def _primaries(regions: Entries) -> Iterator[Problem]:
    primaries = [(i, region) for i, region in regions if region.get("primary") is True]
    for i, region in primaries:
        if region.get("state") == "retired":
            allowed = "active or draining; make another region primary first"
            yield problem(("regions", i, "state"), '"retired" in the primary region', allowed)
    if not primaries:
        yield problem(("regions",), "no primary region", "exactly one region with primary: true")
    for i, _ in primaries[1:]:
        found = f"a second primary region beside {written(('regions', primaries[0][0]))}"
        yield problem(("regions", i, "primary"), found, "exactly one region with primary: true")
    if not any(region.get("state", "active") == "active" for _, region in regions):
        yield problem(("regions",), "no active region", "at least one region with state: active")


def _duplicates(regions: Entries) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for i, region in regions:
        name = region.get("name")
        if isinstance(name, str) and first.setdefault(name, i) != i:
            found = f'"{name}", as in {written(("regions", first[name]))}'
            yield problem(("regions", i, "name"), found, "every region once")


def _overlaps(regions: Entries) -> Iterator[Problem]:
    before: list[tuple[int, IPv4Network]] = []
    for i, region in regions:
        try:
            block = IPv4Network(str(region.get("cidr")))
        except ValueError:
            continue
        for j, other in before:
            if block.overlaps(other):
                found = f'"{block}", which overlaps "{other}" of {written(("regions", j))}'
                yield problem(("regions", i, "cidr"), found, "blocks that do not overlap")
        before.append((i, block))


def _home(given: Mapping[str, Any], regions: Entries) -> Iterator[Problem]:
    home = value_at(given, ("data", "home"))
    home = None if home is MISSING else home
    names = [str(region.get("name")) for _, region in regions]
    chosen = _home_name(given, regions)
    if chosen not in names:
        yield problem(("data", "home"), json.dumps(home), "one of the regions: " + ", ".join(names))
        return
    i, region = regions[names.index(chosen)]
    if region.get("state") == "retired":
        found = '"retired" in the home region, which holds the definition of tables and keys'
        yield problem(("regions", i, "state"), found, "active or draining")


def _home_name(given: Mapping[str, Any], regions: Entries) -> str | None:
    home = value_at(given, ("data", "home"))
    return home if isinstance(home, str) else next((str(region.get("name")) for _, region in regions), None)


def _warehouse(given: Mapping[str, Any], regions: Entries) -> Iterator[Problem]:
    enabled = value_at(given, ("data", "analytics", "enabled"))
    if not (enabled if isinstance(enabled, bool) else AnalyticsSettings().enabled):
        return
    home = next((i for i, region in regions if region.get("name") == _home_name(given, regions)), None)
    if home is None:
        return
    places: list[Path] = [("regions", home, "network", "zones"), ("region_defaults", "network", "zones")]
    stated = [(place, value) for place in places if isinstance(value := value_at(given, place), int)]
    place, zones = stated[0] if stated else (places[0], NetworkSettings().zones)
    if 2 <= zones < WAREHOUSE_ZONES:
        allowed = f"at least {WAREHOUSE_ZONES} in the home region, for its warehouse; or data.analytics.enabled: false"
        yield problem(place, str(zones), allowed)


def _residency(given: Mapping[str, Any], regions: Entries) -> Iterator[Problem]:
    wanted = value_at(given, ("edge", "dns", "residency"))
    serving = [str(region.get("name")) for _, region in regions if region.get("state", "active") == "active"]
    for country, region in cast(dict[str, Any], wanted if isinstance(wanted, dict) else {}).items():
        if isinstance(region, str) and region not in serving:
            path = ("edge", "dns", "residency", country)
            yield problem(path, json.dumps(region), "an active region: " + ", ".join(serving))


def _idle_connections(given: Mapping[str, Any], regions: Entries) -> Iterable[Problem]:
    """CloudFront must let go of an idle connection first, or it writes into one that the load balancer closes."""
    kept_path: Path = ("edge", "distribution", "keep_alive_seconds")
    idle_key: Path = ("load_balancer", "idle_timeout_seconds")
    kept = _seconds(given, kept_path, DistributionSettings().keep_alive_seconds)
    places: list[Path] = [("region_defaults", *idle_key), *(("regions", i, *idle_key) for i, _ in regions)]
    stated = [(place, value) for place in places if isinstance(value := value_at(given, place), int)]
    for place, idle in stated:
        if idle <= kept:
            yield problem(place, str(idle), f"more than edge.distribution.keep_alive_seconds ({kept})")
    usual = LoadBalancerSettings().idle_timeout_seconds
    if usual <= kept and all(place[0] != "region_defaults" for place, _ in stated) and len(stated) < len(regions):
        yield problem(kept_path, str(kept), f"less than the load balancers' idle_timeout_seconds ({usual})")


def _visits(given: Mapping[str, Any]) -> Iterator[Problem]:
    """Canaries ask for the site by its name, which nothing answers to without a distribution."""
    fronted = value_at(given, ("edge", "distribution", "enabled")) is not False
    path: Path = ("operations", "canaries")
    visited = value_at(given, path)
    if not fronted and (visited if isinstance(visited, bool) else OperationsSettings().canaries):
        yield problem(path, "visits to the site without a distribution", "false; or edge.distribution.enabled: true")


def _seconds(given: Mapping[str, Any], path: Path, default: int) -> int:
    value = value_at(given, path)
    return value if isinstance(value, int) else default
