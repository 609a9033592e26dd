"""Relational clusters: their instances, the global database that joins them, and who reaches them how."""

from collections.abc import Sequence

from policy.subject import Subject

GLOBAL = "aws:rds/globalCluster:GlobalCluster"
CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
PROXY = "aws:rds/proxy:Proxy"
ENDPOINT = "aws:rds/proxyEndpoint:ProxyEndpoint"
POOL = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget"
KEY = "aws:kms/key:Key"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"


def instances(cluster: Subject) -> Sequence[Subject]:
    """The instances of a cluster."""
    return cluster.users("clusterIdentifier", INSTANCE)


def members(database: Subject) -> Sequence[Subject]:
    """The clusters of a global database."""
    return database.users("globalClusterIdentifier", CLUSTER)


def clients(resource: Subject) -> Sequence[Subject]:
    """The servers and functions that are told of a resource: by user data or by environment."""
    return [*resource.users("userData"), *resource.users("environment")]


def origin(key: Subject) -> Subject:
    """The key that a multi-Region replica copies; any other key itself."""
    return next(iter(key.links("primaryKeyArn", KEY)), key)
