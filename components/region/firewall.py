"""The firewall in front of a region's load balancer: what got past the edge, or around it, is judged again."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components import web_acl
from components.alarms import alarm
from components.component import Component
from components.interfaces import Ground
from settings.edge import FirewallSettings

# AWS's groups that judge addresses stand at the edge alone: here every request comes from one of CloudFront's.
MANAGED_GROUPS = (
    "CommonRuleSet",
    "KnownBadInputsRuleSet",
    "SQLiRuleSet",
)
BLOCKED_PER_FIVE_MINUTES = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class FirewallArgs:
    settings: FirewallSettings
    ground: Ground
    protected_arn: Output[str]
    secret_header: str
    """Header that carries the origin verification value, which no log may hold."""


class Firewall(Component):
    """Refuses attacks and floods before they reach a region's servers."""

    arn: Output[str]

    def __init__(self, name: str, args: FirewallArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Firewall", name, args, opts)
        acl_name = args.ground.names.of("regional")
        acl = aws.wafv2.WebAcl(
            self.named("acl"),
            name=acl_name,
            description="What reaches the load balancer",
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=_rules(args.settings),
            visibility_config=web_acl.visible(acl_name),
            opts=self.own(),
        )
        aws.wafv2.WebAclAssociation(
            self.named("load-balancer"), web_acl_arn=acl.arn, resource_arn=args.protected_arn, opts=self.own()
        )
        web_acl.refusal_log(
            name,
            acl,
            acl_name=acl_name,
            secret_header=args.secret_header,
            retention_days=args.settings.log_retention_days,
            key_arn=args.ground.log_key_arn,
            opts=self.own(),
        )
        alarm(
            self.named("blocked"),
            says="The firewall of the region blocks unusually many requests",
            namespace="AWS/WAFV2",
            metric="BlockedRequests",
            dimensions={"WebACL": acl_name, "Region": args.ground.names.region, "Rule": "ALL"},
            threshold=BLOCKED_PER_FIVE_MINUTES,
            period_seconds=web_acl.WINDOW_SECONDS,
            periods=1,
            topic_arn=args.ground.alert_topic_arn,
            opts=self.own(),
        )
        self.arn = acl.arn
        self.publish()


def _rules(settings: FirewallSettings) -> list[web_acl.Rule]:
    guarded = web_acl.creating_sessions_and_orders()
    limits = [
        web_acl.rate("flood", 0, settings.requests_per_five_minutes, by="FORWARDED_IP"),
        web_acl.rate("sign-in-flood", 1, settings.sign_in_requests_per_five_minutes, by="FORWARDED_IP", only=guarded),
    ]
    return limits + [
        web_acl.managed(f"AWSManagedRules{group}", 10 + position, group)
        for position, group in enumerate(MANAGED_GROUPS)
    ]
