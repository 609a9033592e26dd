"""Fleets of servers: what they may grow to, and on what machines."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.capacity.instances import processors
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Reading, figure

GROUP = "aws:autoscaling/group:Group"
POLICY = "aws:autoscaling/policy:Policy"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def of_web(deployed: Deployed, region: str) -> list[Node]:
    """The scaling groups of a region that stand behind a load balancer."""
    return [group for group in deployed.of_type(GROUP, region=region) if group.inputs.get("targetGroupArns")]


def largest(deployed: Deployed, group: Node) -> Reading:
    """Servers that a group may grow to."""
    return deployed.number(group, "maxSize", "servers")


def instance_types(deployed: Deployed, group: Node) -> tuple[str, ...]:
    """Types that a group may launch, the preferred first; UndeclaredError where it names none."""
    overrides = deployed.value(group, "mixedInstancesPolicy.launchTemplate.overrides")
    offered = [found.get("instanceType") for found in cast(Sequence[Mapping[str, Any]], overrides or ())]
    templates = [
        node.inputs.get("instanceType")
        for node in deployed.references(group, "mixedInstancesPolicy", "launchTemplate")
        if node.type == TEMPLATE
    ]
    named = tuple(str(name) for name in (offered or templates) if name)
    if not named:
        raise UndeclaredError(f"{group.name} names no instance type")
    return named


def fewest_processors(deployed: Deployed, group: Node) -> Figure:
    """Virtual processors of the smallest type that a group may launch."""
    return _processors(deployed, group, "fewest", "min")


def most_processors(deployed: Deployed, group: Node) -> Figure:
    """Virtual processors of the largest type that a group may launch."""
    return _processors(deployed, group, "most", "max")


def _processors(deployed: Deployed, group: Node, word: str, function: str) -> Figure:
    uses = {f"type_{place}": processors(name) for place, name in enumerate(instance_types(deployed, group))}
    formula = f"{function}({', '.join(uses)})" if len(uses) > 1 else "type_0"
    return figure(f"{word} processors of a server", "vCPUs", Kind.BOUND, formula, **uses)


def on_demand_base(deployed: Deployed, group: Node) -> Reading:
    """Servers of a group that are on demand before any is on spot."""
    path = "mixedInstancesPolicy.instancesDistribution.onDemandBaseCapacity"
    return deployed.number(group, path, "servers", fact("asg.on_demand_base"))


def on_demand_percent(deployed: Deployed, group: Node) -> Reading:
    """Share on demand of the servers above that base, in percent."""
    path = "mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity"
    return deployed.number(group, path, "%", fact("asg.on_demand_percent"))


def processor_target(deployed: Deployed, group: Node) -> Reading | None:
    """Use of the processors that scaling holds, in percent; None where nothing tracks it."""
    for policy in deployed.of_type(POLICY, region=group.region):
        tracked = deployed.value(
            policy, "targetTrackingConfiguration.predefinedMetricSpecification.predefinedMetricType"
        )
        if tracked == "ASGAverageCPUUtilization" and group in deployed.references(policy, "autoscalingGroupName"):
            return deployed.number(policy, "targetTrackingConfiguration.targetValue", "%")
    return None
