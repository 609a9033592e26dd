"""A name that leads to the nearest healthy region."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionalTarget:
    """What a serving region answers with."""

    host: Input[str]
    health_check_id: Input[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionalNameArgs:
    zone_id: Input[str]
    domain: str
    label: str
    """What the name begins with, e.g. `origin`."""

    ttl_seconds: int
    targets: Mapping[str, RegionalTarget]
    """By region; only those that serve."""

    residency: Mapping[str, str]
    """Region that a country's users must reach, whatever the latency and even while it is down."""


class RegionalName(Component):
    """Leads from one name, e.g. `origin.<domain>`, to a region.

    Records of one name share one routing policy, so there are two levels: `<label>.<domain>` decides by country and
    leads everybody else to `<label>.nearest.<domain>`, which decides by latency and health. Switching residency on
    therefore only adds records. Nothing here is an alias: its TTL could not be set (docs/adr/0001).

    Route 53 judges by who asks, and CloudFront asks from the edge location that the visitor reached: a country's
    users count as residents where they enter through an edge location of that country.
    """

    fqdn: Output[str]

    def __init__(self, name: str, args: RegionalNameArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:RegionalName", name, args, opts)
        nearest = [self._nearest(region, target, args) for region, target in args.targets.items()]
        self.fqdn = self._by_country("*", _nearest_name(args), args, opts=self.own(depends_on=nearest)).fqdn
        for country, region in args.residency.items():
            self._by_country(country, args.targets[region].host, args, opts=self.own())
        self.publish()

    def _nearest(self, region: str, target: RegionalTarget, args: RegionalNameArgs) -> aws.route53.Record:
        return aws.route53.Record(
            self.named(region),
            zone_id=args.zone_id,
            name=_nearest_name(args),
            type="CNAME",
            ttl=args.ttl_seconds,
            records=[target.host],
            set_identifier=region,
            latency_routing_policies=[{"region": region}],
            health_check_id=target.health_check_id,
            opts=self.own(),
        )

    def _by_country(
        self, country: str, host: Input[str], args: RegionalNameArgs, opts: ResourceOptions
    ) -> aws.route53.Record:
        who = "everywhere" if country == "*" else country.lower()
        return aws.route53.Record(
            self.named(who),
            zone_id=args.zone_id,
            name=f"{args.label}.{args.domain}",
            type="CNAME",
            ttl=args.ttl_seconds,
            records=[host],
            set_identifier=who,
            geolocation_routing_policies=[{"country": country}],
            opts=opts,
        )


def _nearest_name(args: RegionalNameArgs) -> str:
    return f"{args.label}.nearest.{args.domain}"
