"""AWS's limits on names, by type and property. Source: the API references' length constraints (2026)."""

from collections.abc import Iterator

from preview.graph import UNKNOWN, Node

LIMITS: dict[tuple[str, str], int] = {
    ("aws:s3/bucket:Bucket", "bucket"): 63,
    ("aws:iam/role:Role", "name"): 64,
    ("aws:iam/instanceProfile:InstanceProfile", "name"): 128,
    ("aws:lambda/function:Function", "name"): 64,
    ("aws:sqs/queue:Queue", "name"): 80,
    ("aws:sns/topic:Topic", "name"): 256,
    ("aws:dynamodb/table:Table", "name"): 255,
    ("aws:lb/loadBalancer:LoadBalancer", "name"): 32,
    ("aws:lb/targetGroup:TargetGroup", "name"): 32,
    ("aws:rds/cluster:Cluster", "clusterIdentifier"): 63,
    ("aws:rds/clusterInstance:ClusterInstance", "identifier"): 63,
    ("aws:rds/globalCluster:GlobalCluster", "globalClusterIdentifier"): 63,
    ("aws:rds/proxy:Proxy", "name"): 63,
    ("aws:cloudwatch/metricAlarm:MetricAlarm", "name"): 255,
    ("aws:cloudwatch/logGroup:LogGroup", "name"): 512,
    ("aws:cloudwatch/eventRule:EventRule", "name"): 64,
    ("aws:cloudwatch/eventBus:EventBus", "name"): 256,
    ("aws:synthetics/canary:Canary", "name"): 21,
    ("aws:wafv2/webAcl:WebAcl", "name"): 128,
    ("aws:backup/vault:Vault", "name"): 50,
    ("aws:autoscaling/group:Group", "name"): 255,
    ("aws:scheduler/schedule:Schedule", "name"): 64,
    ("aws:secretsmanager/secret:Secret", "name"): 512,
    ("aws:kms/alias:Alias", "name"): 256,
    ("aws:redshiftserverless/namespace:Namespace", "namespaceName"): 64,
    ("aws:redshiftserverless/workgroup:Workgroup", "workgroupName"): 64,
}

AUTONAME_SUFFIX = 8
"""Pulumi appends a dash and seven characters where the program gives no name."""

AUTONAMED = {type_: (prop, limit) for (type_, prop), limit in LIMITS.items()}


def too_long(node: Node) -> Iterator[str]:
    """What is wrong with the physical name of a node, given or made by Pulumi from the logical one."""
    if node.type not in AUTONAMED:
        return
    prop, limit = AUTONAMED[node.type]
    given = node.inputs.get(prop)
    if given == UNKNOWN:
        return
    prefix = node.inputs.get(f"{prop}Prefix")
    length = len(given) if given else len(prefix) + 26 if prefix else len(node.name) + AUTONAME_SUFFIX
    if length > limit:
        yield f"{node.urn}: {prop} of {length} characters; AWS allows {limit}"
