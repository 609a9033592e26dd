"""What the relational database's writer takes: connections, and work for its processors."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from preview.facts import Fact, fact
from preview.graph import Node
from preview.promises.capacity.instances import memory, processors
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Kind, Quantity, Reading, figure

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
PROXY_TARGET = "aws:rds/proxyTarget:ProxyTarget"
POOL = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
SERVERLESS = "db.serverless"


def writing_cluster(deployed: Deployed) -> Node | None:
    """The relational cluster that writes; None where there is none, or one in each region."""
    if deployed.writer_region is None:
        return None
    return next((node for node in deployed.of_type(CLUSTER, region=deployed.writer_region)), None)


def connections(deployed: Deployed, cluster: Node) -> Quantity:
    """Connections that a cluster's smallest instance takes: its parameter `max_connections`, else by its memory."""
    declared = parameter(deployed, cluster, "max_connections", "connections")
    if declared is not None:
        return declared
    return figure(
        "connections of the writer",
        "connections",
        Kind.ESTIMATE,
        "min(memory * 1024**3 / bytes, most)",
        memory=_memory(deployed, cluster),
        bytes=fact("postgres.bytes_per_connection"),
        most=fact("postgres.most_connections"),
    )


def pooled_percent(deployed: Deployed, cluster: Node) -> Reading | None:
    """Share of the connections that the cluster's proxy may open, in percent; None without a proxy."""
    for target in deployed.of_type(PROXY_TARGET, region=cluster.region):
        if cluster in deployed.references(target, "dbClusterIdentifier"):
            for pool in deployed.references(target, "targetGroupName"):
                if pool.type == POOL:
                    return deployed.number(pool, "connectionPoolConfig.maxConnectionsPercent", "%")
    return None


def writer_processors(deployed: Deployed, cluster: Node) -> Quantity:
    """Virtual processors of the writer; of a serverless one, at its largest."""
    if not _is_serverless(deployed, cluster):
        return _smallest([processors(name) for name in _machines(deployed, cluster)])
    return figure(
        "processors of the writer",
        "vCPUs",
        Kind.ESTIMATE,
        "units * each",
        units=deployed.number(cluster, "serverlessv2ScalingConfiguration.maxCapacity", "units"),
        each=fact("aurora.acu_processors"),
    )


def parameter(deployed: Deployed, cluster: Node, name: str, unit: str) -> Reading | None:
    """A number that the cluster's parameter group sets; None where it leaves the default."""
    for group in deployed.references(cluster, "dbClusterParameterGroupName"):
        entries = cast(Sequence[Mapping[str, Any]], group.inputs.get("parameters") or ())
        for place, entry in enumerate(entries):
            if group.type == PARAMETERS and entry.get("name") == name:
                return deployed.number(group, f"parameters.{place}.value", unit)
    return None


def _memory(deployed: Deployed, cluster: Node) -> Quantity:
    if not _is_serverless(deployed, cluster):
        return _smallest([memory(name) for name in _machines(deployed, cluster)])
    units = deployed.number(cluster, "serverlessv2ScalingConfiguration.maxCapacity", "units")
    return figure(
        "memory of the writer", "GiB", Kind.BOUND, "units * each", units=units, each=fact("aurora.acu_memory")
    )


def _is_serverless(deployed: Deployed, cluster: Node) -> bool:
    return SERVERLESS in _classes(deployed, cluster)


def _machines(deployed: Deployed, cluster: Node) -> list[str]:
    """Instance types behind the classes: db.r7g.large runs on an r7g.large."""
    return [name.removeprefix("db.") for name in sorted(_classes(deployed, cluster))]


def _classes(deployed: Deployed, cluster: Node) -> set[str]:
    instances = deployed.of_type(INSTANCE, region=cluster.region)
    return {
        str(node.inputs.get("instanceClass"))
        for node in instances
        if cluster in deployed.references(node, "clusterIdentifier")
    }


def _smallest(found: Sequence[Fact]) -> Fact:
    if not found:
        raise UndeclaredError("the relational cluster has no instance")
    return min(found, key=lambda each: each.value)
