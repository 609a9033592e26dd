"""The firewall in front of a region's load balancer: what got past the edge, or around it, is judged again."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.interfaces import Ground
from settings.edge import FirewallSettings

# AWS's groups that judge addresses stand at the edge alone: here every request comes from one of CloudFront's.
MANAGED_GROUPS = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
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
            visibility_config=_visible(acl_name),
            opts=self.own(),
        )
        aws.wafv2.WebAclAssociation(
            self.named("load-balancer"), web_acl_arn=acl.arn, resource_arn=args.protected_arn, opts=self.own()
        )
        self._log(args, acl)
        alarm(
            self.named("blocked"),
            says="The firewall of the region blocks unusually many requests",
            namespace="AWS/WAFV2",
            metric="BlockedRequests",
            dimensions={"WebACL": acl_name, "Region": args.ground.names.region, "Rule": "ALL"},
            threshold=BLOCKED_PER_FIVE_MINUTES,
            period_seconds=300,
            periods=1,
            topic_arn=args.ground.alert_topic_arn,
            opts=self.own(),
        )
        self.arn = acl.arn
        self.publish()

    def _log(self, args: FirewallArgs, acl: aws.wafv2.WebAcl) -> None:
        group = aws.cloudwatch.LogGroup(
            self.named("log"),
            # AWS accepts only names that begin so.
            name=f"aws-waf-logs-{args.ground.names.of('regional')}",
            kms_key_id=args.ground.log_key_arn,
            retention_in_days=args.settings.log_retention_days,
            opts=self.own(),
        )
        aws.wafv2.WebAclLoggingConfiguration(
            self.named("logging"),
            resource_arn=acl.arn,
            log_destination_configs=group.arn,
            redacted_fields=[
                {"single_header": {"name": header}}
                for header in ("authorization", "cookie", args.secret_header.lower())
            ],
            logging_filter=_worth_keeping(),
            opts=self.own(),
        )


def _rules(settings: FirewallSettings) -> list[aws.wafv2.WebAclRuleArgsDict]:
    limits: list[aws.wafv2.WebAclRuleArgsDict] = [
        _limit("flood", 0, settings.requests_per_five_minutes, None),
        _limit("sign-in-flood", 1, settings.sign_in_requests_per_five_minutes, _writes(("/sessions", "/orders"))),
    ]
    return limits + [_managed(group, 10 + position) for position, group in enumerate(MANAGED_GROUPS)]


def _limit(
    name: str,
    priority: int,
    limit: int,
    scope: aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgsDict | None,
) -> aws.wafv2.WebAclRuleArgsDict:
    """Counts by the visitor's address as CloudFront forwards it; health checks carry none and are never counted."""
    counted: aws.wafv2.WebAclRuleStatementRateBasedStatementArgsDict = {
        "limit": limit,
        "evaluation_window_sec": 300,
        "aggregate_key_type": "FORWARDED_IP",
        "forwarded_ip_config": {"header_name": "X-Forwarded-For", "fallback_behavior": "NO_MATCH"},
    }
    if scope is not None:
        counted["scope_down_statement"] = scope
    return {
        "name": name,
        "priority": priority,
        "action": {"block": {"custom_response": {"response_code": 429}}},
        "statement": {"rate_based_statement": counted},
        "visibility_config": _visible(name),
    }


def _writes(paths: Sequence[str]) -> aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgsDict:
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
                    "or_statement": {
                        "statements": [
                            {
                                "byte_match_statement": {
                                    "field_to_match": {"uri_path": {}},
                                    "positional_constraint": "STARTS_WITH",
                                    "search_string": path,
                                    "text_transformations": [{"priority": 0, "type": "NORMALIZE_PATH"}],
                                }
                            }
                            for path in paths
                        ]
                    }
                },
            ]
        }
    }


def _managed(group: str, priority: int) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": group,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": group}},
        "visibility_config": _visible(group),
    }


def _visible(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": True}


def _worth_keeping() -> aws.wafv2.WebAclLoggingConfigurationLoggingFilterArgsDict:
    """Blocked and counted requests: the allowed ones are in the load balancer's own log."""
    return {
        "default_behavior": "DROP",
        "filters": [
            {
                "behavior": "KEEP",
                "requirement": "MEETS_ANY",
                "conditions": [{"action_condition": {"action": action}} for action in ("BLOCK", "COUNT")],
            }
        ],
    }
