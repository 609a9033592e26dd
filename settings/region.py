"""What stands in every region: network, load balancer, fleets, functions and API."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from settings.geography import aws_regions
from settings.section import Conflict, LogRetentionDays, Percent, Section

SMALLEST_VPC_PREFIX = 20
LARGEST_VPC_PREFIX = 16
PRIVATE_RANGES = tuple(
    IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)

InterfaceEndpoint = Literal[
    "ec2messages",
    "events",
    "kinesis-firehose",
    "kms",
    "logs",
    "monitoring",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
    "xray",
]
Hour = Annotated[int, Field(ge=0, le=23)]
Subscriber = Annotated[str, Field(pattern=r"^(https://[^\s/]+(/\S*)?|[^@\s/]+@[^@\s/]+\.[^@\s/]+)$", max_length=2048)]
InstanceType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$")]


def _unordered_sizes(smallest: int, desired: int, largest: int) -> Iterator[Conflict]:
    if not smallest <= desired <= largest:
        yield Conflict(
            ("min_instances", "desired_instances", "max_instances"),
            f"{smallest}, {desired}, {largest}",
            "min_instances ≤ desired_instances ≤ max_instances",
        )


class NetworkSettings(Section):
    """The virtual network of a region."""

    zones: int = Field(default=3, ge=2, le=4)
    """Availability zones that the region spans. A fourth zone added later only creates: its addresses are reserved."""

    nat_gateways: Literal["per_zone", "single"] = "per_zone"
    """`per_zone` survives the loss of a zone; `single` is cheaper and makes one zone a point of failure."""

    flow_log_retention_days: LogRetentionDays = 365
    """How long accepted and rejected flows are kept, in days."""

    interface_endpoints: tuple[InterfaceEndpoint, ...] = ("kms", "logs", "secretsmanager", "sqs")
    """AWS services reached inside the network instead of through a NAT gateway; each costs by zone and hour."""


class LoadBalancerSettings(Section):
    """The application load balancer of a region."""

    idle_timeout_seconds: int = Field(default=30, ge=1, le=70)
    """Silence after which a connection is closed, in seconds; servers keep theirs for 75, so that none closes first."""

    client_keep_alive_seconds: int = Field(default=600, ge=60, le=604800)
    """Longest life of a client connection, in seconds; AWS's default of an hour keeps clients on a drained region."""

    health_check_interval_seconds: int = Field(default=10, ge=5, le=300)
    """Seconds between two health checks of a target."""

    health_check_timeout_seconds: int = Field(default=4, ge=2, le=120)
    """Seconds a target has to answer a health check; less than the interval."""

    healthy_threshold: int = Field(default=2, ge=2, le=10)
    """Passed checks in a row that put a target in service."""

    unhealthy_threshold: int = Field(default=2, ge=2, le=10)
    """Failed checks in a row that take a target out of service."""

    slow_start_seconds: int = Field(default=30, ge=0, le=900)
    """Ramp of a new target's share of requests, in seconds; 0 or 30 to 900."""

    stickiness_seconds: int = Field(default=3600, ge=1, le=604800)
    """How long a visitor stays with the same server, in seconds."""

    draining_seconds: int = Field(default=60, ge=0, le=3600)
    """Time that requests in flight have when a target leaves, in seconds."""

    fail_open_below_percent: int = Field(default=25, ge=1, le=100)
    """Share of healthy targets under which the load balancer routes to all targets of a zone, in percent."""

    dns_failover_below_percent: int = Field(default=50, ge=1, le=100)
    """Share of healthy targets under which a zone leaves the load balancer's DNS answer, in percent."""

    health_check_logs: bool = True
    """Log every health check of a target, beside the accesses and the connections."""

    deletion_protection: bool = True
    """Refuse to delete the load balancer until this is switched off."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.health_check_timeout_seconds >= self.health_check_interval_seconds:
            yield Conflict(
                ("health_check_timeout_seconds", "health_check_interval_seconds"),
                f"{self.health_check_timeout_seconds}, {self.health_check_interval_seconds}",
                "health_check_timeout_seconds < health_check_interval_seconds",
            )
        if 0 < self.slow_start_seconds < 30:
            yield Conflict(("slow_start_seconds",), str(self.slow_start_seconds), "0 (off) or 30 to 900")


class OffPeak(Section):
    """The part of the day in which a fleet shrinks, in the region's own time."""

    time_zone: str = "Etc/UTC"
    """IANA time zone of the hours, e.g. Europe/London."""

    from_hour: Hour = 1
    """Hour at which the fleet's minimum falls."""

    to_hour: Hour = 6
    """Hour at which the fleet's minimum rises again."""

    min_instances: int = Field(default=2, ge=0)
    """The minimum during these hours."""


class WebFleetSettings(Section):
    """The stateless web servers of a region."""

    instance_types: tuple[InstanceType, ...] = Field(
        default=("m7g.large", "m6g.large", "c7g.large", "c6g.large", "r6g.large"), min_length=3
    )
    """Interchangeable instance types of one architecture, the preferred first; at least three, for spot to be found."""

    image: Literal["baked", "stock"] = "baked"
    """`baked` builds each region an image with all packages, so that a server boots without them; `stock` is Amazon
    Linux itself: no build that `up` waits for, and a slower boot."""

    min_instances: int = Field(default=3, ge=0, le=1000)
    """Smallest size of the fleet."""

    desired_instances: int = Field(default=3, ge=0, le=1000)
    """Size at creation; scaling decides from then on."""

    max_instances: int = Field(default=60, ge=0, le=1000)
    """Largest size of the fleet; 1,000 is the load balancer's default quota of targets, 0 means no servers ever."""

    on_demand_base: int = Field(default=3, ge=0, le=1000)
    """Instances that are always on demand, whatever spot does."""

    spot_share_percent: Percent = 70
    """Share of spot above the on-demand base, in percent."""

    cpu_target_percent: int = Field(default=70, ge=10, le=90)
    """Average processor use that scaling holds, in percent."""

    requests_per_target: int = Field(default=1200, ge=1)
    """Requests a minute and server that scaling holds."""

    warmup_seconds: int = Field(default=60, ge=0, le=3600)
    """Time until a new server's metrics count, in seconds."""

    predictive_scaling: bool = True
    """Launch ahead of the daily pattern that AWS learns; needs 24 h of history before it acts."""

    off_peak: OffPeak | None = OffPeak()
    """Scheduled scale-in; null switches it off."""

    max_instance_lifetime_days: int = Field(default=14, ge=1, le=365)
    """Age at which a server is replaced by a fresh one, in days; images change with each deployment."""

    root_volume_gib: int = Field(default=20, ge=8, le=1024)
    """Size of the encrypted root volume, in GiB."""

    def conflicts(self) -> Iterator[Conflict]:
        yield from _unordered_sizes(self.min_instances, self.desired_instances, self.max_instances)
        if self.off_peak and self.off_peak.min_instances > self.min_instances:
            yield Conflict(
                ("off_peak.min_instances", "min_instances"),
                str(self.off_peak.min_instances),
                f"no more than min_instances ({self.min_instances})",
            )


class RenderFleetSettings(Section):
    """The GPU workers of a region."""

    instance_types: tuple[InstanceType, ...] = Field(
        default=("g4dn.xlarge", "g5.xlarge", "g6.xlarge", "g4dn.2xlarge"), min_length=3
    )
    """GPU instance types in order of preference; at least three."""

    zone_letters: tuple[str, ...] | None = None
    """Zones that offer these types, e.g. ["a", "c"]; null means all zones of the network."""

    min_instances: int = Field(default=0, ge=0, le=500)
    """Smallest size; 0 lets an idle fleet cost nothing."""

    desired_instances: int = Field(default=0, ge=0, le=500)
    """Size at creation; scaling decides from then on."""

    max_instances: int = Field(default=20, ge=0, le=500)
    """Largest size of the fleet; 0 means that the region renders nothing."""

    spot_share_percent: Percent = 100
    """Share of spot, in percent."""

    jobs_per_instance: int = Field(default=4, ge=1, le=1000)
    """Waiting jobs for each worker that scaling holds."""

    job_timeout_seconds: int = Field(default=900, ge=30, le=7200)
    """Longest time that a job may take, in seconds."""

    max_receives: int = Field(default=3, ge=1, le=100)
    """Attempts before a job goes to the dead-letter queue."""

    max_instance_lifetime_days: int = Field(default=14, ge=1, le=365)
    """Age at which a worker that is never idle is replaced by a fresh one, in days; it gives its job back first."""

    root_volume_gib: int = Field(default=100, ge=30, le=2048)
    """Size of the encrypted root volume, in GiB."""

    def conflicts(self) -> Iterator[Conflict]:
        yield from _unordered_sizes(self.min_instances, self.desired_instances, self.max_instances)


class FunctionSettings(Section):
    """The functions of a region."""

    memory_mib: int = Field(default=1024, ge=128, le=10240)
    """Memory of a function, in MiB; processor share follows it."""

    cart_reserved_concurrency: int = Field(default=300, ge=-1, le=100_000)
    """Concurrent executions kept for carts, so that background work never starves them; -1 keeps none."""

    asset_reserved_concurrency: int = Field(default=50, ge=-1, le=100_000)
    """Upper bound of concurrent asset work, which protects the catalogue table; -1 sets none."""

    receives_uploads: bool = True
    """Whether uploaded models are received; switched off, an upload is noticed by nothing and deleted after 14 days."""

    log_retention_days: LogRetentionDays = 365
    """How long the functions' logs are kept, in days."""

    notice_subscribers: tuple[Subscriber, ...] = ()
    """Who is told of finished models and placed orders: e-mail addresses and https:// addresses, which must confirm."""

    gradual_shift: Literal[
        "AllAtOnce", "Canary10Percent5Minutes", "Canary10Percent10Minutes", "Linear10PercentEvery1Minute"
    ] = "Canary10Percent5Minutes"
    """How traffic moves to a new version of a function; an alarm moves it back."""

    def conflicts(self) -> Iterator[Conflict]:
        """Subscriptions are named after who subscribes, by letters and digits."""
        met: set[str] = set()
        for subscriber in self.notice_subscribers:
            bare = re.sub(r"[^a-z0-9]+", "-", subscriber.lower())
            if bare in met:
                yield Conflict(
                    ("notice_subscribers",), f"{subscriber!r} twice, but for punctuation", "each of them once"
                )
            met.add(bare)


class ApiSettings(Section):
    """The HTTP API of a region."""

    burst_requests: int = Field(default=2000, ge=1, le=5000)
    """Requests accepted at once; the account's quota is 5,000."""

    rate_requests_per_second: int = Field(default=1000, ge=1, le=10_000)
    """Sustained requests a second; the account's quota is 10,000."""

    jwt_issuer: str | None = Field(default=None, pattern=r"^https://")
    """Issuer of accepted tokens; null uses a Cognito user pool of this stack."""

    jwt_audience: tuple[str, ...] = ()
    """Accepted audiences of tokens of that issuer."""

    def conflicts(self) -> Iterator[Conflict]:
        if (self.jwt_issuer is None) != (not self.jwt_audience):
            yield Conflict(
                ("jwt_issuer", "jwt_audience"), "one without the other", "jwt_issuer and jwt_audience, or neither"
            )


class RegionDefaults(Section):
    """What every region starts from; a region's own entry overrides single keys."""

    network: NetworkSettings = NetworkSettings()
    """The virtual network."""

    load_balancer: LoadBalancerSettings = LoadBalancerSettings()
    """The application load balancer."""

    web: WebFleetSettings = WebFleetSettings()
    """The web servers."""

    render: RenderFleetSettings = RenderFleetSettings()
    """The GPU workers."""

    functions: FunctionSettings = FunctionSettings()
    """The functions."""

    api: ApiSettings = ApiSettings()
    """The HTTP API."""


def known_region(value: str) -> str:
    """An AWS region that exists and has every service that the platform needs; ValueError otherwise."""
    region = aws_regions().get(value)
    if region is None:
        raise ValueError("the name of an AWS region, such as " + ", ".join(_nearest(value)))
    if region.lacking:
        raise ValueError(
            f"a region that has every service the platform needs; this one lacks {', '.join(region.lacking)}"
        )
    return value


def usable_block(value: IPv4Network) -> IPv4Network:
    """A private address block that the subnet layout fits into; ValueError otherwise."""
    if not LARGEST_VPC_PREFIX <= value.prefixlen <= SMALLEST_VPC_PREFIX:
        raise ValueError(f"an address block from /{LARGEST_VPC_PREFIX} to /{SMALLEST_VPC_PREFIX}")
    if not any(value.subnet_of(private) for private in PRIVATE_RANGES):
        raise ValueError("a private address block, inside " + ", ".join(map(str, PRIVATE_RANGES)))
    return value


def _offer_regions(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(name for name, region in aws_regions().items() if not region.lacking)


RegionName = Annotated[str, AfterValidator(known_region), Field(json_schema_extra=_offer_regions)]
AddressBlock = Annotated[
    IPv4Network,
    AfterValidator(usable_block),
    Field(json_schema_extra={"pattern": r"^(\d{1,3}\.){3}\d{1,3}/(1[6-9]|20)$"}),
]


class RegionSettings(RegionDefaults):
    """One region of the platform."""

    name: RegionName
    """AWS region, e.g. eu-west-2."""

    cidr: AddressBlock
    """Private IPv4 block of the region's network, /16 to /20, overlapping no other region's."""

    primary: bool = False
    """Whether the relational writer is here; exactly one region is primary. Moving it replaces nothing."""

    state: Literal["active", "draining", "retired"] = "active"
    """`draining` leaves DNS and keeps everything; `retired` then removes what is stateless and its replicas."""

    def conflicts(self) -> Iterator[Conflict]:
        offered = aws_regions()[self.name].zone_letters
        if self.network.zones > len(offered):
            yield Conflict(
                ("network.zones", "name"), str(self.network.zones), f"at most {len(offered)}, the zones of {self.name}"
            )
        spanned = offered[: self.network.zones]
        if strangers := [letter for letter in self.render.zone_letters or () if letter not in spanned]:
            yield Conflict(
                ("render.zone_letters", "network.zones", "name"), ", ".join(strangers), f"some of {', '.join(spanned)}"
            )

    @property
    def zones(self) -> list[str]:
        """The availability zones that the region spans, e.g. `["eu-west-2a", …]`."""
        return aws_regions()[self.name].zones(self.network.zones)

    @property
    def serves(self) -> bool:
        """Whether traffic may reach the region."""
        return self.state == "active"

    @property
    def runs(self) -> bool:
        """Whether the region has its servers and its replicas."""
        return self.state != "retired"


def _nearest(value: str) -> list[str]:
    return get_close_matches(value, aws_regions(), n=3, cutoff=0.6) or ["eu-west-2", "us-east-1", "ap-northeast-1"]
