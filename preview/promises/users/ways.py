"""How far the users are from the edge, where their connections end, and from the region behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from preview.facts import fact
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Quantity
from preview.promises.users.cities import City, answering, nearest, round_trip_ms, served
from preview.promises.users.edge_locations import Edge, edge, edge_round_trip_ms, edge_spread
from preview.promises.users.weighted import Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """The ways of all users to one sort of place; one entry for each city."""

    to: str
    """`edge` or `region`."""

    ms: Floats
    """Median round trip, without the last mile."""

    spread: Floats
    """Round trip of the worst connected tenth over the median; 1 where it was measured from the city itself."""

    uses: Mapping[str, Quantity]
    """What the round trips rest on, by its name in formulas."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ways:
    """The users, and their ways into the stack."""

    users: tuple[City, ...]
    weights: Floats
    regions: tuple[str, ...]
    edge: Edge | None
    to_region: Way
    to_edge: Way | None

    @property
    def end(self) -> Way:
        """The way to where a connection ends: the edge, or the region where there is none."""
        return self.to_edge or self.to_region

    @property
    def all(self) -> tuple[Way, ...]:
        """The ways that there are, the end of the connection first."""
        return (self.to_region,) if self.to_edge is None else (self.to_edge, self.to_region)


def ways(deployed: Deployed) -> Ways:
    """Where users connect to; UndeclaredError where nothing answers, or nobody is sold to."""
    users, regions, entrance = served(deployed), answering(deployed), edge(deployed)
    if not users:
        raise UndeclaredError("load.countries_left_out leaves out every country, so there are no users")
    return Ways(
        users=users,
        weights=np.asarray([city.weight for city in users]),
        regions=regions,
        edge=entrance,
        to_region=_to_region(deployed, users, regions),
        to_edge=_to_edge(users, entrance) if entrance else None,
    )


def _to_region(deployed: Deployed, users: tuple[City, ...], regions: tuple[str, ...]) -> Way:
    balancers = deployed.of_type("aws:lb/loadBalancer:LoadBalancer")
    return Way(
        to="region",
        ms=np.asarray([round_trip_ms(city, nearest(city, regions)) for city in users]),
        spread=np.ones(len(users)),
        uses={
            "regions": deployed.count([node for node in balancers if node.region in regions], "regions"),
            "region_pairs": fact("latency.region_pairs"),
            **_measured(),
        },
    )


def _to_edge(users: tuple[City, ...], entrance: Edge) -> Way:
    return Way(
        to="edge",
        ms=np.asarray([edge_round_trip_ms(city, entrance.price_class) for city in users]),
        spread=np.asarray([edge_spread(city, entrance.price_class) for city in users]),
        uses={"edge": entrance.locations, "locations": fact("cf.locations"), **_measured()},
    )


def _measured() -> dict[str, Quantity]:
    return {"cities": fact("users.cities"), "city_pairs": fact("latency.city_pairs")}
