"""A web fleet of a few resources, as it stands in every region of a small stack."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from preview.graph import Graph, Node
from preview.promises.deployed import Deployed
from preview.promises.scaling.fleet import GROUP, HOOK, POLICY, SCHEDULE, TARGETS
from preview.promises.scaling.servers import TEMPLATE
from tests.preview.promises.small import graph, node

LOAD: dict[str, Any] = {
    "countries_left_out": [],
    "users_at_once": 1_000,
    "users_at_peak": 2_000,
    "surge": {"from_users": 200, "to_users": 2_400, "minutes": 15},
    "spike": {"factor": 10, "minutes": 5, "warned": False},
    "requests_per_user_minute": 6,
    "server_cpu_milliseconds_per_request": 20,
    "uploads_per_day": 10,
    "render_seconds_per_upload": 120,
}
CPU = {
    "targetTrackingConfiguration": {
        "targetValue": 50,
        "predefinedMetricSpecification": {"predefinedMetricType": "ASGAverageCPUUtilization"},
    }
}
REQUESTS = {
    "targetTrackingConfiguration": {
        "targetValue": 1_200,
        "predefinedMetricSpecification": {"predefinedMetricType": "ALBRequestCountPerTarget"},
    }
}


def fast(period: int = 10, target: float = 1_200) -> dict[str, Any]:
    """A policy on requests that are counted more often."""
    metric = {"metricName": "RequestsPerServer", "namespace": "shop", "period": period}
    return {"targetTrackingConfiguration": {"targetValue": target, "customizedMetricSpecification": metric}}


def schedule(smallest: int, **more: Any) -> dict[str, Any]:
    """A daily change of the minimum."""
    return {"minSize": smallest, "maxSize": -1, "desiredCapacity": -1, "recurrence": "0 1 * * *", **more}


def fleet(
    region: str = "eu-west-2",
    *,
    policies: Sequence[dict[str, Any]] = (CPU,),
    schedules: Sequence[dict[str, Any]] = (),
    hooks: Sequence[dict[str, Any]] = (),
    targets: dict[str, Any] | None = None,
    image: str = "ami-own",
    **group: Any,
) -> list[Node]:
    """A load balancer, a target group, a launch template, a group of m7g.large, and what is attached to the group."""
    check = {"interval": 10, "unhealthyThreshold": 2, "timeout": 4}
    behind = node(TARGETS, f"{region}-targets", region=region, healthCheck=check, **(targets or {}))
    template = node(
        TEMPLATE, f"{region}-template", region=region, imageId=image, instanceType="m7g.large",
        monitoring={"enabled": True},
    )  # fmt: skip
    inputs: dict[str, Any] = {
        "minSize": 2, "maxSize": 20, "healthCheckType": "ELB", "healthCheckGracePeriod": 180,
        "defaultInstanceWarmup": 60, **group,
    }  # fmt: skip
    servers = replace(
        node(GROUP, f"{region}-group", region=region, **inputs),
        property_dependencies={"targetGroupArns": (behind.urn,), "launchTemplate": (template.urn,)},
    )
    attached = [
        replace(
            node(token, f"{region}-{token[-4:]}-{position}", region=region, **each),
            property_dependencies={"autoscalingGroupName": (servers.urn,)},
        )
        for token, all_of_it in ((POLICY, policies), (SCHEDULE, schedules), (HOOK, hooks))
        for position, each in enumerate(all_of_it)
    ]
    balancer = node("aws:lb/loadBalancer:LoadBalancer", f"{region}-balancer", region=region)
    return [balancer, behind, template, servers, *attached]


def stack(*fleets: Sequence[Node], **load: Any) -> Deployed:
    """A stack of these fleets, under the usual load but for what is named."""
    return Deployed(_graph(fleets, {**LOAD, **load}))


def _graph(fleets: Sequence[Sequence[Node]], load: dict[str, Any]) -> Graph:
    return graph(*[each for standing in fleets for each in standing], load=load)
