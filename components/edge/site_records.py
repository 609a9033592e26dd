"""The names that visitors type."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.component import Component

RECORD_TYPES = ("A", "AAAA", "HTTPS")
"""HTTPS tells browsers of HTTP/3 before they connect."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRecordsArgs:
    zone_id: Input[str]
    domain: str
    distribution_domain: Input[str]
    distribution_zone_id: Input[str]


class SiteRecords(Component):
    """Leads the apex and `www` to the distribution, over IPv4 and IPv6."""

    def __init__(self, name: str, args: SiteRecordsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:SiteRecords", name, args, opts)
        for host, dns_name in (("apex", args.domain), ("www", f"www.{args.domain}")):
            for record_type in RECORD_TYPES:
                aws.route53.Record(
                    self.named(f"{host}-{record_type.lower()}"),
                    zone_id=args.zone_id,
                    name=dns_name,
                    type=record_type,
                    aliases=[
                        {
                            "name": args.distribution_domain,
                            "zone_id": args.distribution_zone_id,
                            "evaluate_target_health": False,
                        }
                    ],
                    opts=self.own(),
                )
        self.publish()
