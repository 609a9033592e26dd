"""Types of resources and components as people call them."""

import re
from functools import cache

OWN_WORDS = {
    "cloudfront/distribution": "distribution",
    "lb/loadBalancer": "load balancer",
    "autoscaling/group": "Auto Scaling group",
    "rds/globalCluster": "global database",
    "rds/cluster": "database cluster",
    "rds/clusterInstance": "database instance",
    "rds/proxy": "database proxy",
    "dynamodb/table": "table",
    "apigatewayv2/api": "HTTP API",
    "lambda/function": "function",
    "cognito/userPool": "user pool",
    "redshiftserverless/workgroup": "warehouse workgroup",
    "imagebuilder/imagePipeline": "image pipeline",
    "ec2/vpc": "VPC",
    "ec2/natGateway": "NAT gateway",
    "ec2/subnet": "subnet",
    "ec2/vpcEndpoint": "VPC endpoint",
    "ec2/eip": "Elastic IP address",
    "wafv2/webAcl": "web ACL",
    "route53/zone": "DNS zone",
    "route53/healthCheck": "health check",
    "route53/record": "DNS record",
    "acm/certificate": "certificate",
    "backup/vault": "backup vault",
    "backup/plan": "backup plan",
    "s3/bucketReplicationConfig": "bucket replication",
    "s3/bucket": "bucket",
    "sqs/queue": "queue",
    "sns/topic": "topic",
    "synthetics/canary": "canary",
    "cloudtrail/trail": "audit trail",
    "guardduty/detector": "threat detector",
    "securityhub/account": "security hub",
    "inspector2/enabler": "vulnerability scan",
    "accessanalyzer/analyzer": "access analyzer",
    "cfg/recorder": "configuration recorder",
    "cfg/rule": "configuration rule",
    "budgets/budget": "budget",
    "cloudwatch/dashboard": "dashboard",
    "cloudwatch/metricAlarm": "alarm",
    "secretsmanager/secret": "secret",
    "kms/key": "key",
    "kms/replicaKey": "replica key",
    "route53/keySigningKey": "signing key",
    "cloudfront/function": "edge function",
    "cloudfront/cachePolicy": "cache policy",
    "cloudwatch/logGroup": "log group",
    "lb/targetGroup": "target group",
    "autoscaling/policy": "scaling policy",
    "autoscaling/schedule": "scaling schedule",
    "ec2/securityGroup": "security group",
}
"""By module and type, in place of what the token says; a component is known by the first of these that it holds."""

_PROMINENCE = {module: place for place, module in enumerate(OWN_WORDS)}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TOKEN = re.compile(r"\b(?:aws:[\w/]+:\w+|storefront:\w+:\w+)")


@cache
def kind(token: str) -> str:
    """One resource of a type in words: `aws:route53/healthCheck:HealthCheck` is a `health check`."""
    package, _, rest = token.partition(":")
    if package == "aws" and rest.partition(":")[0] in OWN_WORDS:
        return OWN_WORDS[rest.partition(":")[0]]
    return _HUMP.sub(" ", token.rpartition(":")[2]).lower()


@cache
def kinds(token: str) -> str:
    """Several of them: `health checks`."""
    word = kind(token)
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


def prominence(token: str) -> int | None:
    """How early a component is known by resources of this type; None for those that hold it together."""
    return _PROMINENCE.get(token.partition(":")[2].partition(":")[0])


def title(token: str) -> str:
    """A component's type as a title: `storefront:region:RenderFleet` is `Render fleet`."""
    return kind(token).capitalize()


def setting(path: str) -> str:
    """A property path with the types in it in words: `number of NAT gateways`."""
    return _TOKEN.sub(lambda found: kinds(found.group()), path)
