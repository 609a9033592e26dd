"""Shield Advanced for what the world can reach."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component


@dataclass(frozen=True, kw_only=True, slots=True)
class ShieldArgs:
    distribution_arn: Input[str]
    zone_id: Output[str]
    load_balancer_arns: Mapping[str, Output[str]]
    """By region."""


class Shield(Component):
    """Subscribes the account to Shield Advanced and protects the distribution, the zone and every load balancer.

    The subscription lasts a year and costs 3,000 USD a month; it renews until somebody ends it with AWS's support.
    """

    def __init__(self, name: str, args: ShieldArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Shield", name, args, opts)
        subscription = aws.shield.Subscription(
            self.named("subscription"),
            auto_renew="ENABLED",
            # AWS refuses to end a subscription early, so a destroy must leave it alone.
            skip_destroy=True,
            opts=self.own(),
        )
        protected: dict[str, Input[str]] = {
            "distribution": args.distribution_arn,
            "zone": Output.concat("arn:aws:route53:::hostedzone/", args.zone_id),
            **{f"load-balancer-{region}": arn for region, arn in args.load_balancer_arns.items()},
        }
        for role, arn in protected.items():
            aws.shield.Protection(
                self.named(role),
                name=self.named(role),
                resource_arn=arn,
                opts=self.own(depends_on=[subscription]),
            )
        self.publish()
