"""What the web ACLs at the edge and in the regions have in common: their rules, and the log of what they refuse."""

from collections.abc import Sequence
from typing import Literal

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

Rule = aws.wafv2.WebAclRuleArgsDict
Scope = aws.wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgsDict
Counted = Literal["IP", "FORWARDED_IP"]

WINDOW_SECONDS = 300
GUARDED_PATHS = "^/(sessions|orders)"
"""What creates sessions and orders, and so is worth guessing or flooding."""


def visible(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    """Metrics and samples under a name."""
    return {"metric_name": metric, "cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True}


def managed(name: str, priority: int, group: str, *, blocks: bool = True, counted: Sequence[str] = ()) -> Rule:
    """A group of rules that AWS keeps up to date; those in `counted` are watched and refuse nothing."""
    statement: aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgsDict = {
        "vendor_name": "AWS",
        "name": f"AWSManagedRules{group}",
    }
    if counted:
        statement["rule_action_overrides"] = [{"name": rule, "action_to_use": {"count": {}}} for rule in counted]
    return {
        "name": name,
        "priority": priority,
        "override_action": {"none": {}} if blocks else {"count": {}},
        "statement": {"managed_rule_group_statement": statement},
        "visibility_config": {**visible(name)},
    }


def rate(name: str, priority: int, limit: int, *, by: Counted, only: Scope | None = None) -> Rule:
    """A limit to the requests of one address in five minutes.

    Counted by FORWARDED_IP, the address is the one that CloudFront forwards; who forwards none is never counted.
    """
    counted: aws.wafv2.WebAclRuleStatementRateBasedStatementArgsDict = {
        "limit": limit,
        "aggregate_key_type": by,
        "evaluation_window_sec": WINDOW_SECONDS,
    }
    if by == "FORWARDED_IP":
        counted["forwarded_ip_config"] = {"header_name": "X-Forwarded-For", "fallback_behavior": "NO_MATCH"}
    if only is not None:
        counted["scope_down_statement"] = only
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
        "statement": {"rate_based_statement": counted},
        "visibility_config": {**visible(name)},
    }


def creating_sessions_and_orders() -> Scope:
    """POST to what begins a session or an order."""
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
                {**on_path(GUARDED_PATHS)},
            ]
        }
    }


def on_path(pattern: str) -> Scope:
    """Requests whose path matches."""
    return {
        "regex_match_statement": {
            "field_to_match": {"uri_path": {}},
            "regex_string": pattern,
            "text_transformations": [
                # The services decode the path before they read it: `/%6frders` is `/orders` to them.
                {"priority": 0, "type": "URL_DECODE"},
                {"priority": 1, "type": "NORMALIZE_PATH"},
            ],
        }
    }


def refusal_log(
    name: str,
    acl: aws.wafv2.WebAcl,
    *,
    acl_name: str,
    secret_header: str,
    retention_days: int,
    key_arn: Input[str],
    opts: ResourceOptions,
) -> None:
    """Logs what was refused or counted, without credentials; what was let in is in the log of what serves it."""
    group = aws.cloudwatch.LogGroup(
        f"{name}-log",
        # WAF writes only to groups whose names begin like this.
        name=f"aws-waf-logs-{acl_name}",
        retention_in_days=retention_days,
        kms_key_id=key_arn,
        opts=opts,
    )
    aws.wafv2.WebAclLoggingConfiguration(
        f"{name}-logging",
        resource_arn=acl.arn,
        log_destination_configs=[group.arn],
        redacted_fields=[
            {"single_header": {"name": header}} for header in ("authorization", "cookie", secret_header.lower())
        ],
        logging_filter={
            "default_behavior": "DROP",
            "filters": [
                {
                    "behavior": "KEEP",
                    "requirement": "MEETS_ANY",
                    "conditions": [{"action_condition": {"action": action}} for action in ("BLOCK", "COUNT")],
                }
            ],
        },
        opts=opts,
    )
