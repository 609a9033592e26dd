"""The hosted zone of the site."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.component import Component

CAA_TTL_SECONDS = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class ZoneArgs:
    domain: str
    adopted_id: str | None
    """Zone that exists already; None creates one."""

    certificate_authorities: tuple[str, ...]
    accelerated_recovery: bool
    protect: bool


class Zone(Component):
    """Holds the site's names, and says which authorities may certify them."""

    zone_id: Output[str]
    name_servers: Output[Sequence[str]]
    """Servers that the parent zone must name; empty for an adopted zone, which is delegated already."""

    def __init__(self, name: str, args: ZoneArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Zone", name, args, opts)
        if args.adopted_id:
            self.zone_id, self.name_servers = Output.from_input(args.adopted_id), _no_servers()
        else:
            zone = aws.route53.Zone(
                self.named("zone"),
                name=args.domain,
                comment=f"Names of {args.domain}",
                enable_accelerated_recovery=args.accelerated_recovery,
                opts=self.own(protect=True) if args.protect else self.own(),
            )
            self.zone_id, self.name_servers = zone.zone_id, zone.name_servers
        aws.route53.Record(
            self.named("authorities"),
            zone_id=self.zone_id,
            name=args.domain,
            type="CAA",
            ttl=CAA_TTL_SECONDS,
            records=[f'0 issue "{authority}"' for authority in args.certificate_authorities],
            opts=self.own(),
        )
        self.publish()


def _no_servers() -> Output[Sequence[str]]:
    none: list[str] = []
    return Output.from_input(none)
