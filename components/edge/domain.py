"""The site's domain: what must exist before the regions, because they stand behind its names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Output, ResourceOptions

from components.component import Component
from components.edge.certificate import Certificate, CertificateArgs
from components.edge.query_log import QueryLog, QueryLogArgs
from components.edge.signing import Signing, SigningArgs
from components.edge.zone import Zone, ZoneArgs
from components.interfaces import Certificates, Ground
from components.places import Places
from settings.edge import DnsSettings
from settings.platform import EDGE_REGION


@dataclass(frozen=True, kw_only=True, slots=True)
class DomainArgs:
    domain: str
    dns: DnsSettings
    regions: tuple[str, ...]
    """The regions that run, each of which gets a certificate."""

    grounds: Mapping[str, Ground]
    """The ground of each of these regions and of us-east-1."""

    protect: bool = False
    """Have Pulumi refuse to delete the zone and the key that signs it."""


class Domain(Component):
    """Owns the site's names: the zone they stand in, and the certificates that the edge and every region show.

    One record proves a name for the certificates of all regions.
    """

    zone_id: Output[str]
    name_servers: Output[Sequence[str]]
    ds_record: Output[str]
    """What the registrar must hold; empty where the zone is not signed."""

    edge_certificate_arn: Output[str]
    certificates: dict[str, Certificates]

    def __init__(self, name: str, args: DomainArgs, places: Places, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Domain", name, args, opts)
        edge, ground = places.inside(EDGE_REGION, parent=self), args.grounds[EDGE_REGION]

        zone = Zone(self.named("names"), _zone(args), edge)
        self.zone_id, self.name_servers = zone.zone_id, zone.name_servers
        if args.dns.query_log_retention_days is not None:
            log = _query_log(args, ground, zone.zone_id, args.dns.query_log_retention_days)
            QueryLog(self.named("query-log"), log, edge)
        self.ds_record = Output.from_input("")
        if args.dns.dnssec:
            self.ds_record = Signing(self.named("dnssec"), _signing(args, ground, zone.zone_id), edge).ds_record

        for_visitors = Certificate(self.named("edge"), _edge_certificate(args, ground, zone.zone_id), edge)
        self.edge_certificate_arn = for_visitors.arn
        self.certificates = {
            region: Certificates(
                arn=Certificate(
                    self.named(region),
                    _regional_certificate(args, args.grounds[region], for_visitors.proofs),
                    places.inside(region, parent=self),
                ).arn
            )
            for region in args.regions
        }
        self.publish()


def _zone(args: DomainArgs) -> ZoneArgs:
    return ZoneArgs(
        domain=args.domain,
        adopted_id=args.dns.zone_id,
        certificate_authorities=args.dns.certificate_authorities,
        accelerated_recovery=args.dns.accelerated_recovery,
        protect=args.protect,
    )


def _query_log(args: DomainArgs, ground: Ground, zone_id: Output[str], retention_days: int) -> QueryLogArgs:
    return QueryLogArgs(
        names=ground.names,
        zone_id=zone_id,
        domain=args.domain,
        retention_days=retention_days,
        key_arn=ground.log_key_arn,
    )


def _signing(args: DomainArgs, ground: Ground, zone_id: Output[str]) -> SigningArgs:
    return SigningArgs(
        zone_id=zone_id,
        domain=args.domain,
        account=ground.names.account,
        alert_topic_arn=ground.alert_topic_arn,
        protect=args.protect,
    )


def _edge_certificate(args: DomainArgs, ground: Ground, zone_id: Output[str]) -> CertificateArgs:
    """Every name of the site: CloudFront shows the first two, the others are here to be proven once for all regions."""
    return CertificateArgs(
        names={"apex": args.domain, "www": f"www.{args.domain}", **_origin_names(args.domain)},
        key_algorithm=args.dns.certificate_key,
        zone_id=zone_id,
        alert_topic_arn=ground.alert_topic_arn,
    )


def _regional_certificate(args: DomainArgs, ground: Ground, proofs: Mapping[str, Output[str]]) -> CertificateArgs:
    return CertificateArgs(
        names=_origin_names(args.domain),
        # Load balancers and API domains share it, and every endpoint of theirs takes RSA; only CloudFront sees it.
        key_algorithm="RSA_2048",
        proofs=proofs,
        alert_topic_arn=ground.alert_topic_arn,
    )


def _origin_names(domain: str) -> dict[str, str]:
    return {"origin": f"origin.{domain}", "api": f"api.{domain}"}
