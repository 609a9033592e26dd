"""The web ACL in front of the distribution."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.naming import Names
from settings.edge import FirewallSettings

Rule = aws.wafv2.WebAclRuleArgsDict
Statement = aws.wafv2.WebAclRuleStatementArgsDict

WINDOW_SECONDS = 300
GUARDED_PATHS = "^/(sessions|orders)"
"""What creates sessions and orders, and so is worth guessing or flooding."""

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
            visibility_config=_visible(acl_name),
            opts=self.own(),
        )
        self._log(args, acl)
        alarm(
            self.named("blocked"),
            says="the web ACL at the edge blocks far more than usual: an attack, or a rule that hits visitors",
            namespace="AWS/WAFV2",
            metric="BlockedRequests",
            dimensions={"WebACL": acl_name, "Rule": "ALL"},
            threshold=ALARMING_ADDRESSES * args.settings.requests_per_five_minutes,
            period_seconds=WINDOW_SECONDS,
            periods=1,
            topic_arn=args.alert_topic_arn,
            opts=self.own(),
        )
        self.arn = acl.arn
        self.publish()

    def _log(self, args: FirewallArgs, acl: aws.wafv2.WebAcl) -> None:
        group = aws.cloudwatch.LogGroup(
            self.named("log"),
            # WAF writes only to groups whose names begin like this.
            name=f"aws-waf-logs-{args.names.of('edge')}",
            retention_in_days=args.settings.log_retention_days,
            kms_key_id=args.log_key_arn,
            opts=self.own(),
        )
        aws.wafv2.WebAclLoggingConfiguration(
            self.named("logging"),
            resource_arn=acl.arn,
            log_destination_configs=[group.arn],
            redacted_fields=[
                {"single_header": {"name": header}} for header in ("authorization", "cookie", args.verification_header)
            ],
            logging_filter={
                "default_behavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [
                            {"action_condition": {"action": "BLOCK"}},
                            {"action_condition": {"action": "COUNT"}},
                        ],
                    }
                ],
            },
            opts=self.own(),
        )


def _rules(settings: FirewallSettings) -> list[Rule]:
    """Cheap and general first: what an earlier rule blocks costs the later ones nothing."""
    return [
        _managed(0, "AmazonIpReputationList"),
        # Privacy services are no crime: their share is watched, not refused.
        _managed(1, "AnonymousIpList", blocks=False),
        _rate(2, "rate", settings.requests_per_five_minutes),
        _rate(3, "rate-sessions-orders", settings.sign_in_requests_per_five_minutes, only=True),
        _managed(4, "KnownBadInputsRuleSet"),
        # The services bound a body themselves, at 64 KiB; the group's 8 KiB would refuse long orders.
        _managed(5, "CommonRuleSet", counted=("SizeRestrictions_BODY",)),
        _managed(6, "SQLiRuleSet"),
    ]


def _managed(priority: int, group: str, *, blocks: bool = True, counted: tuple[str, ...] = ()) -> Rule:
    statement: aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgsDict = {
        "vendor_name": "AWS",
        "name": f"AWSManagedRules{group}",
    }
    if counted:
        statement["rule_action_overrides"] = [{"name": rule, "action_to_use": {"count": {}}} for rule in counted]
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}} if blocks else {"count": {}},
        "statement": {"managed_rule_group_statement": statement},
        "visibility_config": _visible(group),
    }


def _rate(priority: int, name: str, limit: int, *, only: bool = False) -> Rule:
    rate: aws.wafv2.WebAclRuleStatementRateBasedStatementArgsDict = {
        "limit": limit,
        "aggregate_key_type": "IP",
        "evaluation_window_sec": WINDOW_SECONDS,
    }
    if only:
        rate["scope_down_statement"] = _creating_sessions_and_orders()
    return {
        "name": name,
        "priority": priority,
        "action": {
            "block": {
                "custom_response": {
                    "response_code": 429,
                    "response_headers": [{"name": "retry-after", "value": str(WINDOW_SECONDS)}],
                }
            }
        },
        "statement": {"rate_based_statement": rate},
        "visibility_config": _visible(name),
    }


def _creating_sessions_and_orders() -> aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgsDict:
    return {
        "and_statement": {
            "statements": [
                {
                    "byte_match_statement": {
                        "field_to_match": {"method": {}},
                        "positional_constraint": "EXACTLY",
                        "search_string": "POST",
                        "text_transformations": [{"priority": 0, "type": "NONE"}],
                    }
                },
                {
                    "regex_match_statement": {
                        "field_to_match": {"uri_path": {}},
                        "regex_string": GUARDED_PATHS,
                        "text_transformations": [{"priority": 0, "type": "NORMALIZE_PATH"}],
                    }
                },
            ]
        }
    }


def _visible(metric: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgsDict:
    return {"metric_name": metric, "cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True}
