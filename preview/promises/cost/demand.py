"""What the expected users ask for in a month, and of which region.

Users spread over the regions by latency, as DNS sends them, and over the day as a curve with one peak whose mean is
`users_at_once` and whose highest hour is `users_at_peak`.
"""

import math
from collections.abc import Callable
from functools import cache, cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from preview.facts import fact
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure, simulated
from preview.promises.users.cities import City, answering, cities, shares

HOURS_OF_DAY = 24
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
RENDER_FLEET = "storefront:region:RenderFleet"


Given = ParamSpec("Given")
Found = TypeVar("Found")


def once(
    function: Callable[Concatenate["Demand", Given], Found],
) -> Callable[Concatenate["Demand", Given], Found]:
    """Answers the same question about one demand from memory: lines share what they are computed from."""

    @wraps(function)
    def remembered(demand: "Demand", *args: Given.args, **kwargs: Given.kwargs) -> Found:
        key = (function, *args)
        if key not in demand.remembered:
            demand.remembered[key] = function(demand, *args, **kwargs)
        return demand.remembered[key]

    return remembered


class Demand:
    """The load of a stack, in figures."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed = deployed
        self.remembered: dict[tuple[Any, ...], Any] = {}
        self.hours = fact("bill.hours")
        """Hours of a month."""

    # --- when and where -------------------------------------------------------------------------------------------

    @cached_property
    def days(self) -> Figure:
        """Days of a month."""
        return figure("days of a month", "days", Kind.ESTIMATE, "hours / 24", hours=self.hours)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Every region that runs, whether DNS answers with it or not; UndeclaredError without any."""
        if not self.deployed.running:
            raise UndeclaredError("the stack declares no load balancer in any region, so there is nothing to bill for")
        return self.deployed.running

    @cached_property
    def left_out(self) -> tuple[str, ...]:
        """Countries that the shop does not sell to."""
        return self.deployed.expected_texts("load.countries_left_out")

    def share(self, region: str) -> Figure:
        """Share of the users that a region serves, in percent; 0 where DNS does not answer with it."""
        found = self._shares.get(region)
        if found is None:
            found = simulated(f"users of {region}", "%", Kind.ESTIMATE, 0.0, "no load balancer stands there")
        return found

    @cached_property
    def _shares(self) -> dict[str, Figure]:
        regions = answering(self.deployed)
        spread = _spread(self.left_out, regions)
        standing = [each for each in self.deployed.of_type(LOAD_BALANCER) if each.region in spread]
        counted = self.deployed.count(standing, "load balancers")
        how = "internet users by city, each with the region of the shortest round trip"
        return {
            region: simulated(
                f"users of {region}", "%", Kind.ESTIMATE, 100 * spread.get(region, 0.0), how, regions=counted
            )
            for region in self.regions
        }

    def users_by_hour(self) -> tuple[float, ...]:
        """Users at once of the whole stack in each local hour of a day."""
        mean, peak = self.users.value, self.users_at_peak.value
        return tuple(mean * ratio for ratio in _curve(max(peak / mean, 1.0), int(fact("bill.peak_hour").value)))

    # --- how much -------------------------------------------------------------------------------------------------

    @cached_property
    def users(self) -> Reading:
        """Users at once, on the average of a month."""
        return self.deployed.expected("load.users_at_once", "users")

    @cached_property
    def users_at_peak(self) -> Reading:
        """Users at once in the busiest hour."""
        return self.deployed.expected("load.users_at_peak", "users")

    @cached_property
    def web_requests(self) -> Figure:
        """Requests to the web servers in a month."""
        return self._per_minute("web requests", "load.requests_per_user_minute")

    @cached_property
    def api_requests(self) -> Figure:
        """Requests to the API in a month."""
        return self._per_minute("API requests", "load.api_requests_per_user_minute")

    @cached_property
    def asset_requests(self) -> Figure:
        """Requests for files that are no models, in a month."""
        return self._per_minute("file requests", "load.asset_requests_per_user_minute")

    @cached_property
    def model_looks(self) -> Figure:
        """Models looked at in a month."""
        return self._per_hour("models looked at", "load.models_per_user_hour")

    @cached_property
    def orders(self) -> Figure:
        """Orders in a month."""
        return self._per_hour("orders", "load.orders_per_user_hour")

    @cached_property
    def uploads(self) -> Figure:
        """Models uploaded in a month."""
        per_day = self.deployed.expected("load.uploads_per_day", "models/day")
        return figure("uploads", "models", Kind.ESTIMATE, "per_day * days", per_day=per_day, days=self.days)

    @cached_property
    def cart_writes(self) -> Figure:
        """API requests that change a cart, in a month."""
        return figure(
            "cart changes",
            "writes",
            Kind.ESTIMATE,
            "requests * (1 - reads / 100)",
            requests=self.api_requests,
            reads=self.deployed.expected("load.cart_reads_percent", "%"),
        )

    def here(self, whole: Figure, region: str) -> Figure:
        """A region's part of what all users ask for."""
        key = (whole.name, region)
        if key not in self.remembered:
            name, share = f"{whole.name} in {region}", self.share(region)
            self.remembered[key] = figure(
                name, whole.unit, Kind.ESTIMATE, "whole * share / 100", whole=whole, share=share
            )
        return self.remembered[key]

    # --- models ---------------------------------------------------------------------------------------------------

    @cached_property
    def workers(self) -> Reading:
        """Render fleets, which make the smaller levels of each model; none serves models as they were uploaded."""
        found = [
            group
            for group in self.deployed.of_type("aws:autoscaling/group:Group")
            if self.deployed.component(group, RENDER_FLEET) is not None
        ]
        return self.deployed.count(found, "render fleets")

    @cached_property
    def model_megabytes(self) -> Figure:
        """What is stored of a model: its levels of detail, or what was uploaded where no fleet makes them."""
        return figure(
            "model as stored",
            "MB",
            Kind.ESTIMATE,
            "preview / 1000 + uploaded * (1 - standard) + uploaded * (1 - highest) if workers else uploaded",
            **self._levels,
        )

    @cached_property
    def look_megabytes(self) -> Figure:
        """What a look at a model transfers: preview and standard level, and for some the highest; or the upload."""
        return figure(
            "a look at a model",
            "MB",
            Kind.ESTIMATE,
            "preview / 1000 + uploaded * (1 - standard) + uploaded * (1 - highest) * share if workers else uploaded",
            **self._levels,
            share=fact("cache.high_detail_views"),
        )

    @cached_property
    def look_requests(self) -> Figure:
        """Files that a look at a model loads."""
        return figure(
            "files of a look",
            "requests",
            Kind.ESTIMATE,
            "2 + share if workers else 1",
            share=fact("cache.high_detail_views"),
            workers=self.workers,
        )

    @cached_property
    def _levels(self) -> dict[str, Quantity]:
        return {
            "preview": self.deployed.expected("load.preview_kilobytes", "kB"),
            "uploaded": self.deployed.expected("load.model_megabytes", "MB"),
            "standard": fact("gltf.meshopt_webp"),
            "highest": fact("gltf.meshopt"),
            "workers": self.workers,
        }

    def gigabytes(self, name: str, requests: Quantity, kilobytes: Quantity) -> Figure:
        """Requests of a size, as gigabytes."""
        return figure(name, "GB", Kind.ESTIMATE, "requests * kilobytes / 1e6", requests=requests, kilobytes=kilobytes)

    def _per_minute(self, name: str, path: str) -> Figure:
        each = self.deployed.expected(path, "requests/min")
        formula = "users * each * 60 * hours"
        return figure(name, "requests", Kind.ESTIMATE, formula, users=self.users, each=each, hours=self.hours)

    def _per_hour(self, name: str, path: str) -> Figure:
        each = self.deployed.expected(path, "1/h")
        return figure(name, name, Kind.ESTIMATE, "users * each * hours", users=self.users, each=each, hours=self.hours)


@cache
def _curve(peak: float, peak_hour: int) -> tuple[float, ...]:
    """Users of each hour against their mean: exp(k cos) over its mean, with k such that the highest is `peak`."""
    shape = [math.cos(2 * math.pi * (hour - peak_hour) / HOURS_OF_DAY) for hour in range(HOURS_OF_DAY)]

    def at(k: float) -> list[float]:
        raw = [math.exp(k * (each - 1)) for each in shape]
        return [each * HOURS_OF_DAY / sum(raw) for each in raw]

    low, high = 0.0, 1e4
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if max(at(middle)) < peak else (low, middle)
    return tuple(at(high))


def customers(left_out: tuple[str, ...]) -> list[City]:
    """The cities of the countries that the shop sells to."""
    return [city for city in cities() if city.country not in left_out]


@cache
def _spread(left_out: tuple[str, ...], regions: tuple[str, ...]) -> dict[str, float]:
    return shares(customers(left_out), regions)
