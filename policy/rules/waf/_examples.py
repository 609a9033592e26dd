"""A web ACL for examples."""

from typing import Any

SEEN: dict[str, Any] = {"metricName": "edge", "cloudwatchMetricsEnabled": True, "sampledRequestsEnabled": True}
RATE: dict[str, Any] = {
    "name": "rate",
    "priority": 0,
    "action": {"block": {}},
    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}},
    "visibilityConfig": SEEN,
}
MANAGED: dict[str, Any] = {
    "name": "common",
    "priority": 1,
    "overrideAction": {"none": {}},
    "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"}},
    "visibilityConfig": SEEN,
}
ACL: dict[str, Any] = {
    "scope": "REGIONAL",
    "defaultAction": {"allow": {}},
    "rules": [RATE, MANAGED],
    "visibilityConfig": SEEN,
}
