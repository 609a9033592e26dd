"""Tables and charts of the caches: what they answer, of which files, and what changes that."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from preview.facts import fact
from preview.promises.caching.traffic import HOUR, Traffic, traffic
from preview.promises.deployed import SERVICE_LEVELS, Deployed
from preview.promises.exhibit import Axis, Cell, Chart, Column, Drawing, Series, Table
from preview.promises.users.edge_locations import PRICE_CLASSES, edge_locations

FACTORS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 50)
HOURS = (0, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48, 72)
KEPT = (0.25, 4)
"""Factors of what is assumed about the caches."""

DAY = 86_400
PERCENT = Axis(title="Requests answered", unit="%")
LAYERS = ("by edge locations", "by these and regional edge caches", "by the CDN as declared")


def by_sort(observed: Traffic) -> Table:
    """What becomes of the requests for each sort of file."""
    return Table(
        id="cache-by-sort",
        title="What the caches answer, by sort of file",
        columns=(
            Column(title="Files"),
            Column(title="Number", unit="files"),
            Column(title="Size", unit="MB"),
            Column(title="Requests", unit="requests/s"),
            Column(title="A copy is valid", unit="h"),
            Column(title="Answered by edge locations", unit="%"),
            Column(title="Answered by the CDN", unit="%"),
            Column(title="Reach the buckets", unit="requests/s"),
            Column(title="Of these compulsory", unit="requests/s"),
        ),
        rows=tuple(_sort_row(observed, index) for index in range(len(observed.sorts))),
        note="Compulsory is the first request for a file in the lifetime of its copies: no cache can answer it.",
    )


def by_catalogue(deployed: Deployed) -> Chart:
    """Hit ratio against the size of the catalogue."""
    return _against(deployed, "cache-by-catalogue", "Hit ratio by size of the catalogue", "catalogue_models", "models")


def by_users(deployed: Deployed) -> Chart:
    """Hit ratio against the number of users."""
    return _against(deployed, "cache-by-users", "Hit ratio by number of users", "users_at_once", "users")


def once_emptied(observed: Traffic) -> Chart:
    """Hit ratio in the hours after all caches were emptied, and after a release of the site alone."""
    site, settled = observed.files.sort == 0, observed.reaching()
    everything: list[tuple[float, float]] = []
    released: list[tuple[float, float]] = []
    for start, end in pairwise(HOURS):
        passed = (observed.reaching(HOUR * end) - observed.reaching(HOUR * start)) / (HOUR * (end - start))
        everything.append((float(end), observed.answered(passed)))
        released.append((float(end), observed.answered(np.where(site, passed, settled))))
    return Chart(
        id="cache-once-emptied",
        title="Hit ratio after the caches were emptied",
        drawing=Drawing.LINE,
        x=Axis(title="Since then", unit="h"),
        y=PERCENT,
        series=(
            Series(name="everything invalidated", points=tuple(everything)),
            Series(name="a release of the site", points=tuple(released)),
        ),
        note="Each point stands for the time since the one before. Models and images have a new name for each version, "
        "so that a release of the site leaves them alone; the site's own files are asked for again after "
        f"{observed.sorts[0].lifetime.value:,.0f} s anyway.",
    )


def by_setting(deployed: Deployed, observed: Traffic) -> Table:
    """What single settings would change."""
    rows = [_setting_row("as declared", observed)]
    rows += [_setting_row(what, traffic(deployed.altered(changes))) for what, changes in _changes(observed)]
    return Table(
        id="cache-by-setting",
        title="What single settings would change",
        columns=(
            Column(title="Setting"),
            Column(title="Answered by edge locations", unit="%"),
            Column(title="Answered by the CDN", unit="%"),
            Column(title="Bytes kept from the buckets", unit="%"),
            Column(title="Reach the buckets", unit="requests/s"),
            Column(title="Kept away by Origin Shield", unit="%"),
        ),
        rows=tuple(rows),
    )


def if_kept(observed: Traffic) -> Table:
    """What the figures would be if the caches kept less or more than is assumed."""
    network = observed.flow.network
    cases = {"as assumed": observed}
    for factor in KEPT:
        more = f"{factor:g} times"
        edge, upper = network.edge, network.upper
        cases |= {
            f"edge locations keep files {more} as long": observed.with_stores(
                edge=replace(edge, retention=factor * edge.retention)
            ),
            f"regional edge caches keep files {more} as long": observed.with_stores(
                upper=replace(upper, retention=factor * upper.retention)
            ),
            f"edge locations have {more} the room": observed.with_stores(edge=replace(edge, room=factor * edge.room)),
            f"regional edge caches have {more} the room": observed.with_stores(
                upper=replace(upper, room=factor * upper.room)
            ),
        }
    return Table(
        id="cache-if-kept",
        title="What the assumptions about CloudFront's caches decide",
        columns=(
            Column(title="Assumption"),
            Column(title="Answered by edge locations", unit="%"),
            Column(title="Answered by the CDN", unit="%"),
            Column(title="Bytes kept from the buckets", unit="%"),
            Column(title="Reach the buckets", unit="requests/s"),
            Column(title="Kept away by Origin Shield", unit="%"),
        ),
        rows=tuple(_setting_row(name, case) for name, case in cases.items()),
        note=f"AWS publishes neither. Assumed: edge locations keep a file for {fact('cache.edge_retention').value:g} h "
        f"after its last request and {fact('cache.edge_room').value:g} GB of one customer, regional edge caches for "
        f"{fact('cache.regional_retention').value:g} h and {fact('cache.regional_room').value:g} GB.",
    )


def _sort_row(observed: Traffic, index: int) -> tuple[Cell, ...]:
    sort, chosen = observed.sorts[index], observed.files.sort == index
    flow = observed.flow
    passed = (observed.files.requests, flow.past_edges(), observed.reaching(), flow.compulsory())
    asked, edges, reaching, compulsory = (float(each[chosen].sum()) for each in passed)
    return (
        sort.name,
        sort.number.value,
        sort.size.value / 1e6,
        asked,
        sort.lifetime.value / HOUR,
        100 * (1 - edges / asked),
        100 * (1 - reaching / asked),
        reaching,
        compulsory,
    )


def _setting_row(name: str, observed: Traffic) -> tuple[Cell, ...]:
    reaching = observed.reaching()
    return (
        name,
        observed.answered(observed.flow.past_edges()),
        observed.answered(reaching),
        observed.answered_bytes(reaching),
        float(reaching.sum()),
        observed.saved(),
    )


def _changes(observed: Traffic) -> Iterator[tuple[str, Mapping[tuple[str, str], Any]]]:
    site, products = observed.sorts[0].behaviour, observed.sorts[-1].behaviour
    for reading in site.settings("defaultTtl"):
        for days in (1, 365):
            yield f"site files stay {days} d (defaultTtl {days * DAY:,})", {(reading.urn, reading.path): days * DAY}
    for reading in products.settings("defaultTtl"):
        yield f"models stay 1 d (defaultTtl {DAY:,})", {(reading.urn, reading.path): DAY}
    shields = {(each.shield.urn, each.shield.path) for each in (site, products)}
    on = site.shield.value and products.shield.value
    yield f"originShield.enabled {'false' if on else 'true'}", dict.fromkeys(sorted(shields), not on)
    for price_class in PRICE_CLASSES:
        if len(edge_locations(price_class)) != observed.locations.value:
            yield f"priceClass {price_class}", {(observed.locations.urn, "priceClass"): price_class}
    for reading in products.settings("cookieBehavior"):
        yield "cookies in the key of models (cookieBehavior all)", {(reading.urn, reading.path): "all"}


def _against(deployed: Deployed, identifier: str, title: str, load: str, unit: str) -> Chart:
    declared = deployed.expected(f"load.{load}", unit).value
    values = [max(1, round(declared * factor)) for factor in FACTORS]
    path = (deployed.graph.urn, f"{SERVICE_LEVELS}.load.{load}")
    cases = [traffic(deployed.altered({path: value})) for value in values]
    by_layer = (
        [case.answered(case.flow.past_edges()) for case in cases],
        [case.answered(case.flow.unshielded()) for case in cases],
        [case.answered(case.reaching()) for case in cases],
    )
    return Chart(
        id=identifier,
        title=title,
        drawing=Drawing.LINE,
        x=Axis(title=unit.capitalize(), unit="", categories=tuple(f"{value:,}" for value in values)),
        y=PERCENT,
        series=tuple(
            Series(name=name, points=tuple((float(index), share) for index, share in enumerate(shares)))
            for name, shares in zip(LAYERS, by_layer, strict=True)
        ),
        note=f"The stack expects {declared:,.0f} {unit}.",
    )
