"""What the shop's owners were promised, and the load it is promised for.

The program creates nothing from these. They travel with the stack's outputs, where `make preview` finds what to
hold the declared resources against.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from settings.section import Conflict, Section

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=100)]


class Pledge(Section):
    """A figure that the owners were promised."""

    promised: float = Field(ge=0)
    """The figure as it was promised."""

    accepted: float | None = Field(default=None, ge=0)
    """What the owners accepted instead where AWS does not support it as stated; without it, nothing."""


class Promises(Section):
    """What the preview must prove; it fails where one is broken. Null takes a promise back for a stack."""

    region_failover_seconds: Pledge | None = Pledge(promised=30)
    """Longest time in which a failed region leaves DNS, for pages and API alike, in seconds."""

    database_failover_seconds: Pledge | None = Pledge(promised=60)
    """Time until the relational database accepts writes again when its writer's zone fails, in seconds."""

    database_loss_seconds: Pledge | None = Pledge(promised=0)
    """Acknowledged writes that such a failover loses, in seconds of writing."""

    instance_replacement_seconds: Pledge | None = Pledge(promised=180)
    """Time until another web server serves in the place of one that died, in seconds."""

    surge_unserved_percent: Pledge | None = Pledge(promised=0)
    """Share of requests turned away while the users grow as `load.surge` says, in percent."""

    spike_unserved_percent: Pledge | None = Pledge(promised=0)
    """Share of requests turned away while the users multiply as `load.spike` says, in percent."""

    region_loss_unserved_percent: Pledge | None = Pledge(promised=0)
    """Share of requests turned away after DNS has moved a lost region's users to the others at peak, in percent."""

    users_at_once: Pledge | None = Pledge(promised=1_000_000)
    """Users that the platform can grow to before a limit stops it."""

    availability_percent: Pledge | None = Pledge(promised=99.99)
    """Share of time in which visitors can browse, in percent."""

    network_latency_p95_milliseconds: Pledge | None = Pledge(promised=100)
    """Network round trip that 95 % of the users stay under, in milliseconds."""

    catalogue_milliseconds: Pledge | None = Pledge(promised=10)
    """Time in which tables answer for catalogue and carts, in milliseconds."""

    model_visible_seconds: Pledge | None = Pledge(promised=3)
    """Time until a model of `load.model_megabytes` is visible to 95 % of the users, in seconds."""

    cache_hit_percent: Pledge | None = Pledge(promised=95)
    """Share of asset requests that the CDN answers itself, in percent."""

    origin_load_reduction_percent: Pledge | None = Pledge(promised=80)
    """Asset requests that the CDN keeps from the buckets, in percent of those without a CDN."""

    origin_shield_reduction_percent: Pledge | None = Pledge(promised=40)
    """Requests that Origin Shield keeps from the buckets, in percent of those without it."""

    cost_reduction_percent: Pledge | None = Pledge(promised=60)
    """How far the monthly bill stays under that of the naive build, in percent."""


class Surge(Section):
    """A steady growth of users."""

    from_users: Positive = 200
    """Users at once when it begins."""

    to_users: Positive = 2_400
    """Users at once when it ends."""

    minutes: Positive = 15
    """How long it takes."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.from_users >= self.to_users:
            yield Conflict(
                ("from_users", "to_users"), f"{self.from_users:g}, {self.to_users:g}", "from_users < to_users"
            )


class Spike(Section):
    """A sudden multiple of the usual users."""

    factor: float = Field(default=10, gt=1)
    """How many times the usual users come."""

    minutes: Positive = 5
    """How long the rise takes."""

    warned: bool = False
    """Whether the spike is known beforehand, as that of a sale is, so that the fleets' schedules may count."""


class Load(Section):
    """What the shop expects of its users."""

    countries_left_out: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ("CN",)
    """Countries that the shop does not sell to, by their ISO 3166 code; mainland China has a CloudFront of its own."""

    users_at_once: Positive = 1_000
    """Users at once, on the average of a month; the bill is computed for them."""

    users_at_peak: Positive = 2_400
    """Users at once in the busiest hour of a usual day."""

    surge: Surge = Surge()
    """The growth that must be absorbed."""

    spike: Spike = Spike()
    """The spike that must be absorbed; its usual users are `users_at_once`."""

    requests_per_user_minute: Positive = 6
    """Requests of a user that reach the web servers, per minute."""

    api_requests_per_user_minute: Positive = 2
    """Requests of a user to the API, per minute."""

    guest_percent: Share = 70
    """Share of the API's requests that visitors make who have not signed in, in percent."""

    cart_reads_percent: Share = 60
    """Share of the API's requests that only read a cart, in percent."""

    asset_requests_per_user_minute: Positive = 20
    """Files of a user from the CDN that are no model, per minute."""

    asset_kilobytes: Positive = 40
    """Mean size of such a file, in kilobytes."""

    models_per_user_hour: Positive = 12
    """Models that a user looks at, per hour."""

    orders_per_user_hour: Positive = 0.1
    """Orders of a user, per hour."""

    server_cpu_milliseconds_per_request: Positive = 8
    """Processor time of a web request on one virtual processor, in milliseconds; measured: 3.2 for the product page,
    3.7 for the category page, and 2 to 3 for a new TLS connection (`docs/service-levels/scaling.md`)."""

    render_seconds_per_upload: Positive = 120
    """Time of a render worker for an uploaded model, in seconds."""

    uploads_per_day: Positive = 200
    """Models that merchants upload, per day."""

    catalogue_models: int = Field(default=20_000, ge=1)
    """Models in the catalogue."""

    model_megabytes: Positive = 50
    """Size of a model as it is uploaded, in megabytes."""

    preview_kilobytes: Positive = 300
    """Largest preview level of a model, in kilobytes: what a visitor sees first."""

    popularity_exponent: float = Field(default=0.9, gt=0, lt=3)
    """Exponent of the models' popularity: the k-th most popular is asked for in proportion to 1/k^exponent."""

    cold_share_percent: Share = 80
    """Share of the stored bytes that nobody reads for a month, in percent."""

    databases_gigabytes: Positive = 200
    """Size of the relational database, in gigabytes."""

    tables_gigabytes: Positive = 50
    """Size of all tables in one region, in gigabytes."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.users_at_peak < self.users_at_once:
            yield Conflict(
                ("users_at_peak", "users_at_once"),
                f"{self.users_at_peak:g}, {self.users_at_once:g}",
                "users_at_peak ≥ users_at_once",
            )
