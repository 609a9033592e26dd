"""The web ACL in front of the distribution."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components import web_acl
from components.alarms import alarm
from components.component import Component
from components.naming import Names
from settings.edge import FirewallSettings

GUEST_CARTS = "^/api/guest-carts/"
"""Nobody proves there who they are: guessing a cart's name, or filling the table, takes many requests."""

ALARMING_ADDRESSES = 10
"""Blocked requests of that many addresses at their limit are an attack rather than a visitor's mistake."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FirewallArgs:
    names: Names
    settings: FirewallSettings
    verification_header: str
    log_key_arn: Input[str]
    alert_topic_arn: Input[str]


class Firewall(Component):
    """Refuses known attacks and floods at the edge, before they cost the regions anything.

    AWS's bot control is left out: it is priced by request, and rate limits stop what hurts.
    """

    arn: Output[str]

    def __init__(self, name: str, args: FirewallArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Firewall", name, args, opts)
        acl_name = args.names.of("edge")
        acl = aws.wafv2.WebAcl(
            self.named("acl"),
            name=acl_name,
            description="In front of the distribution",
            scope="CLOUDFRONT",
            default_action={"allow": {}},
            rules=_rules(args.settings),
            visibility_config=web_acl.visible(acl_name),
            opts=self.own(),
        )
        web_acl.refusal_log(
            name,
            acl,
            acl_name=acl_name,
            secret_header=args.verification_header,
            retention_days=args.settings.log_retention_days,
            key_arn=args.log_key_arn,
            opts=self.own(),
        )
        alarm(
            self.named("blocked"),
            says="the web ACL at the edge blocks far more than usual: an attack, or a rule that hits visitors",
            namespace="AWS/WAFV2",
            metric="BlockedRequests",
            dimensions={"WebACL": acl_name, "Rule": "ALL"},
            threshold=ALARMING_ADDRESSES * args.settings.requests_per_five_minutes,
            period_seconds=web_acl.WINDOW_SECONDS,
            periods=1,
            topic_arn=args.alert_topic_arn,
            opts=self.own(),
        )
        self.arn = acl.arn
        self.publish()


def _rules(settings: FirewallSettings) -> list[web_acl.Rule]:
    """Cheap and general first: what an earlier rule blocks costs the later ones nothing."""
    guarded = web_acl.creating_sessions_and_orders()
    return [
        _managed(0, "AmazonIpReputationList"),
        # Privacy services are no crime: their share is watched, not refused.
        _managed(1, "AnonymousIpList", blocks=False),
        web_acl.rate("rate", 2, settings.requests_per_five_minutes, by="IP"),
        web_acl.rate("rate-sessions-orders", 3, settings.sign_in_requests_per_five_minutes, by="IP", only=guarded),
        _managed(4, "KnownBadInputsRuleSet"),
        # The services bound a body themselves, at 64 KiB; the group's 8 KiB would refuse long orders.
        _managed(5, "CommonRuleSet", counted=("SizeRestrictions_BODY",)),
        _managed(6, "SQLiRuleSet"),
        web_acl.rate(
            "rate-guest-carts",
            7,
            settings.guest_cart_requests_per_five_minutes,
            by="IP",
            only=web_acl.on_path(GUEST_CARTS),
        ),
    ]


def _managed(priority: int, group: str, *, blocks: bool = True, counted: tuple[str, ...] = ()) -> web_acl.Rule:
    return web_acl.managed(group, priority, group, blocks=blocks, counted=counted)
