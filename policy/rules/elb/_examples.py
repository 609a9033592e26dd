"""A load balancer and a target group as they should be."""

from typing import Any

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGETS = "aws:lb/targetGroup:TargetGroup"
LISTENER = "aws:lb/listener:Listener"
LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"

BALANCER_PROPS: dict[str, Any] = {
    "loadBalancerType": "application",
    "internal": False,
    "dropInvalidHeaderFields": True,
    "desyncMitigationMode": "defensive",
    "enableDeletionProtection": True,
    "enableWafFailOpen": False,
    "clientKeepAlive": 600,
    "accessLogs": {"bucket": "logs", "enabled": True},
}
HEALTH_CHECK: dict[str, Any] = {
    "protocol": "HTTPS", "interval": 10, "timeout": 4, "healthyThreshold": 2, "unhealthyThreshold": 2,
}  # fmt: skip
TARGETS_PROPS: dict[str, Any] = {
    "targetType": "instance",
    "protocol": "HTTPS",
    "deregistrationDelay": 60,
    "healthCheck": HEALTH_CHECK,
    "targetGroupHealth": {
        "dnsFailover": {"minimumHealthyTargetsCount": "1", "minimumHealthyTargetsPercentage": "50"},
        "unhealthyStateRouting": {"minimumHealthyTargetsCount": 1, "minimumHealthyTargetsPercentage": "25"},
    },
}
