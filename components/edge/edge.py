"""The edge: what stitches the regions together."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.edge.access_log import AccessLog, AccessLogArgs
from components.edge.distribution import Distribution, DistributionArgs
from components.edge.firewall import Firewall, FirewallArgs
from components.edge.health import RegionHealth, RegionHealthArgs
from components.edge.regional_name import RegionalName, RegionalNameArgs, RegionalTarget
from components.edge.shield import Shield, ShieldArgs
from components.edge.site_records import SiteRecords, SiteRecordsArgs
from components.interfaces import Ground, Origin, OriginVerification
from settings.account import AlarmThresholds
from settings.edge import EdgeSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeArgs:
    settings: EdgeSettings
    thresholds: AlarmThresholds
    domain: str
    zone_id: Output[str]
    certificate_arn: Input[str]
    """Validated certificate in us-east-1 for the domain and `www`."""

    origins: Sequence[Origin]
    """Every region that runs; those that do not serve are watched, and left out of DNS."""

    home: str
    """Region whose buckets are asked first."""

    verification: OriginVerification
    ground: Ground
    """The ground of us-east-1."""

    connects_to: tuple[str, ...] = ()
    """Origins beside the site that its pages talk to, e.g. `https://cognito-idp.eu-west-2.amazonaws.com`."""


class Edge(Component):
    """Lets visitors reach the nearest healthy region under one name.

    visitor → apex and `www` → distribution (web ACL, cache) → buckets of two regions
                                                             → origin.<domain>, api.<domain> → nearest healthy region
    """

    site_url: str
    """Empty without a distribution."""

    distribution_id: Output[str]
    """Empty without a distribution."""

    health_checks: dict[str, Output[str]]
    """By region, the check over all its parts."""

    def __init__(self, name: str, args: EdgeArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Edge", name, args, opts)
        health = {
            o.region: RegionHealth(self.named(f"health-{o.region}"), _health(o, args), self.own()) for o in args.origins
        }
        serving = [origin for origin in args.origins if origin.serves]
        pages = {o.region: _target(o.load_balancer_dns, health[o.region].pages) for o in serving}
        api = {o.region: _target(o.api_domain_target, health[o.region].api) for o in serving}
        fronted = args.settings.distribution.enabled
        for label, targets in (("origin", pages), ("api", api)) if fronted else (("origin", pages),):
            RegionalName(self.named(label), _regional_name(label, targets, args), self.own())
        distribution = self._front(args) if fronted else None

        self.site_url = f"https://{args.domain}" if distribution else ""
        self.distribution_id = distribution.id if distribution else Output.from_input("")
        self.health_checks = {region: checks.region for region, checks in health.items()}
        self.publish()

    def _front(self, args: EdgeArgs) -> Distribution:
        """The distribution and what only serves it."""
        firewall = Firewall(self.named("firewall"), _firewall(args), self.own())
        distribution = Distribution(self.named("site"), _distribution(args, firewall), self.own())
        AccessLog(self.named("access-log"), _access_log(args, distribution), self.own())
        SiteRecords(self.named("names"), _site_records(args, distribution), self.own())
        if args.settings.shield_advanced:
            Shield(self.named("shield"), _shield(args, distribution), self.own())
        return distribution


def _health(origin: Origin, args: EdgeArgs) -> RegionHealthArgs:
    return RegionHealthArgs(
        names=args.ground.names,
        region=origin.region,
        load_balancer_host=origin.load_balancer_dns,
        api_host=origin.api_endpoint_host,
        failover=args.settings.failover,
        alert_topic_arn=args.ground.alert_topic_arn,
    )


def _target(host: Input[str], check: Input[str]) -> RegionalTarget:
    return RegionalTarget(host=host, health_check_id=check)


def _regional_name(label: str, targets: dict[str, RegionalTarget], args: EdgeArgs) -> RegionalNameArgs:
    return RegionalNameArgs(
        zone_id=args.zone_id,
        domain=args.domain,
        label=label,
        ttl_seconds=args.settings.failover.record_ttl_seconds,
        targets=targets,
        residency=args.settings.dns.residency,
    )


def _firewall(args: EdgeArgs) -> FirewallArgs:
    return FirewallArgs(
        names=args.ground.names,
        settings=args.settings.firewall,
        verification_header=args.verification.header,
        log_key_arn=args.ground.log_key_arn,
        alert_topic_arn=args.ground.alert_topic_arn,
    )


def _distribution(args: EdgeArgs, firewall: Firewall) -> DistributionArgs:
    return DistributionArgs(
        domain=args.domain,
        certificate_arn=args.certificate_arn,
        web_acl_arn=firewall.arn,
        origins=args.origins,
        home=args.home,
        verification=args.verification,
        settings=args.settings.distribution,
        thresholds=args.thresholds,
        connects_to=args.connects_to,
        alert_topic_arn=args.ground.alert_topic_arn,
    )


def _access_log(args: EdgeArgs, distribution: Distribution) -> AccessLogArgs:
    return AccessLogArgs(names=args.ground.names, distribution_arn=distribution.arn, bucket=args.ground.log_bucket)


def _site_records(args: EdgeArgs, distribution: Distribution) -> SiteRecordsArgs:
    return SiteRecordsArgs(
        zone_id=args.zone_id,
        domain=args.domain,
        distribution_domain=distribution.domain_name,
        distribution_zone_id=distribution.zone_id,
    )


def _shield(args: EdgeArgs, distribution: Distribution) -> ShieldArgs:
    return ShieldArgs(
        distribution_arn=distribution.arn,
        zone_id=args.zone_id,
        load_balancer_arns={origin.region: origin.load_balancer_arn for origin in args.origins},
    )
