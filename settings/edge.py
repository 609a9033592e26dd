"""The edge that stitches the regions: DNS, failover, distribution and firewall."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.failover import failover_budget
from settings.section import Conflict, LogRetentionDays, Section

CheckerRegion = Literal[
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class DnsSettings(Section):
    """The site's hosted zone."""

    zone: Literal["create", "adopt"] = "create"
    """Create the zone of the domain, or adopt the one named by `zone_id`."""

    zone_id: str | None = Field(default=None, pattern=r"^Z[A-Z0-9]{3,31}$")
    """Hosted zone to adopt."""

    accelerated_recovery: bool = True
    """Keep a copy of the zone in us-west-2, so that records can be changed while us-east-1 is out (RTO 60 minutes); for
    a zone that the stack creates."""

    dnssec: bool = True
    """Sign the zone. The registrar must then hold the DS record that the stack exports."""

    query_log_retention_days: LogRetentionDays | None = 365
    """How long DNS queries are kept, in days; null keeps none."""

    certificate_key: Literal["EC_prime256v1", "RSA_2048"] = "EC_prime256v1"
    """Key of the certificate that visitors see; what elliptic curves exclude is older than TLS 1.2."""

    certificate_authorities: tuple[str, ...] = ("amazon.com", "amazonaws.com", "amazontrust.com", "awstrust.com")
    """Authorities that may issue certificates for the domain (CAA)."""

    residency: dict[CountryCode, str] = Field(default={})
    """Countries whose users must reach a certain region whatever the latency, e.g. {"DE": "eu-central-1"}."""

    def conflicts(self) -> Iterator[Conflict]:
        if (self.zone == "adopt") != (self.zone_id is not None):
            yield Conflict(("zone_id", "zone"), f"{self.zone_id} with zone {self.zone}", "zone_id when zone is adopt")


class FailoverSettings(Section):
    """How a failed region leaves DNS."""

    limit_seconds: int = Field(default=30, ge=1, le=600)
    """The budget: detection, propagation and TTL together may take no longer, in seconds."""

    interval_seconds: Literal[10, 30] = 10
    """Seconds between two checks of one checker; AWS offers 10 and 30, and a change replaces the health check."""

    failure_threshold: int = Field(default=1, ge=1, le=10)
    """Failed checks in a row that make one checker call the endpoint unhealthy."""

    record_ttl_seconds: int = Field(default=10, ge=0, le=86400)
    """How long resolvers keep the record of a region, in seconds."""

    checker_regions: tuple[CheckerRegion, ...] = Field(
        default=("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-northeast-1", "sa-east-1"), min_length=6
    )
    """Where the checkers stand; at least six, dealt out to two independent observers of three or more each."""

    def conflicts(self) -> Iterator[Conflict]:
        budget = failover_budget(self.interval_seconds, self.failure_threshold, self.record_ttl_seconds)
        if budget.total_seconds > self.limit_seconds:
            yield Conflict(
                ("record_ttl_seconds", "failure_threshold", "interval_seconds", "limit_seconds"),
                f"a failover budget of {budget.total_seconds:g} s: {budget.detection_seconds:g} s detection + "
                f"{budget.propagation_seconds:g} s propagation + {budget.ttl_seconds:g} s TTL",
                f"at most limit_seconds ({self.limit_seconds} s); lower record_ttl_seconds, failure_threshold or "
                "interval_seconds",
            )
        if len(set(self.checker_regions)) != len(self.checker_regions):
            yield Conflict(("checker_regions",), ", ".join(self.checker_regions), "each checker region once")


class DistributionSettings(Section):
    """The CloudFront distribution."""

    enabled: bool = True
    """Whether there is a distribution, with its web ACL and the names that visitors type. Without it the regions run,
    and refuse whoever does not come through one."""

    price_class: Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"] = "PriceClass_All"
    """Edge locations that serve: North America and Europe, all but the dearest, or all."""

    minimum_tls: Literal["TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"] = "TLSv1.3_2025"
    """Oldest TLS that visitors may use, as CloudFront's policies are called. TLSv1.3_2025 shuts out what speaks no
    TLS 1.3: browsers from before 2019 (Safari before 12.1 among them), OpenSSL before 1.1.1, Java before 8u261."""

    origin_shield: bool = True
    """Put one more cache before the origins, in the region next to each, so that few requests reach them."""

    connection_attempts: int = Field(default=2, ge=1, le=3)
    """Attempts to connect to an origin before it counts as failed."""

    connection_timeout_seconds: int = Field(default=3, ge=1, le=10)
    """Time of one attempt, in seconds."""

    read_timeout_seconds: int = Field(default=15, ge=1, le=120)
    """Time an origin has to answer, in seconds."""

    keep_alive_seconds: int = Field(default=25, ge=1, le=120)
    """Time an idle connection to an origin is kept, in seconds; less than the load balancer's idle timeout."""

    asset_ttl_days: int = Field(default=365, ge=1, le=3650)
    """How long models and images stay at the edge, in days; their names change with their content."""


class FirewallSettings(Section):
    """The web ACLs."""

    requests_per_five_minutes: int = Field(default=10_000, ge=10, le=2_000_000_000)
    """Requests from one address in five minutes before it is blocked; an office or a mobile network shares one."""

    sign_in_requests_per_five_minutes: int = Field(default=100, ge=10, le=2_000_000_000)
    """The same for the paths that create sessions and orders."""

    guest_cart_requests_per_five_minutes: int = Field(default=300, ge=10, le=2_000_000_000)
    """The same for the carts of visitors who have not signed in."""

    log_retention_days: LogRetentionDays = 365
    """How long the firewall's logs are kept, in days."""


class EdgeSettings(Section):
    """What stitches the regions together."""

    dns: DnsSettings = DnsSettings()
    """The hosted zone."""

    failover: FailoverSettings = FailoverSettings()
    """How a failed region leaves DNS."""

    distribution: DistributionSettings = DistributionSettings()
    """The content delivery network."""

    firewall: FirewallSettings = FirewallSettings()
    """The web ACLs."""

    origin_verification_generation: int = Field(default=1, ge=1)
    """Raise by one to rotate the secret that proves a request came through the edge; the previous one stays valid."""

    shield_advanced: bool = False
    """Shield Advanced: 3,000 USD a month with a commitment of a year, hence off."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.shield_advanced and not self.distribution.enabled:
            yield Conflict(
                ("shield_advanced", "distribution.enabled"),
                "true without a distribution",
                "shield_advanced: false, or distribution.enabled: true",
            )
