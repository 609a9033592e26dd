"""Servers: on demand and spot, their disks, images and monitoring.

A fleet has, in each hour of a day, as many servers as its policies ask for at that hour's load, within the sizes of
its group and its schedules. What a fleet does within an hour is left out.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.capacity.instances import processors
from preview.promises.cost.demand import HOURS_OF_DAY, RENDER_FLEET, Demand, once
from preview.promises.cost.line import Line, line
from preview.promises.cost.prices import price
from preview.promises.deployed import UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, figure, simulated

GROUP = "aws:autoscaling/group:Group"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
POLICY = "aws:autoscaling/policy:Policy"
SCHEDULE = "aws:autoscaling/schedule:Schedule"
IMAGE = "aws:imagebuilder/image:Image"
RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe"
CLEAN_UP = "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy"
MIXED = "mixedInstancesPolicy"
FIRST_TYPE = f"{MIXED}.launchTemplate.overrides.0.instanceType"
"""The type that is taken first; the others stand in where it is short, at a like price."""

MIX = f"{MIXED}.instancesDistribution"
UNCHANGED = -1
"""What a schedule holds for a size that it leaves as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fleet:
    """A scaling group as it is billed."""

    group: Node
    region: str
    instance_type: str
    template: Node
    servers: Figure
    """Mean of a month."""

    on_demand: Figure
    """Mean of a month, as is spot."""

    spot: Figure
    largest: int
    """Servers in the busiest hour."""


def lines(demand: Demand) -> Iterator[Line]:
    """What the fleets cost."""
    for fleet in fleets(demand):
        region = fleet.region
        what = "render workers" if _renders(demand, fleet.group) else "web servers"
        priced = ("EC2", f"{fleet.instance_type} Linux on-demand")
        hours = {name: _hours(name, mean, demand) for name, mean in _bought(fleet).items()}
        if "on demand" in hours:
            yield line("EC2", region, f"{what} on demand", GROUP, TEMPLATE, quantity=hours["on demand"], priced=priced)
        if "spot" in hours:
            bid = spot_price(fleet.instance_type, region)
            yield line("EC2", region, f"{what} spot", GROUP, TEMPLATE, quantity=hours["spot"], priced=bid)
        yield from _attached(demand, fleet, what)
    yield from _images(demand)


@once
def fleets(demand: Demand) -> tuple[Fleet, ...]:
    """Every scaling group with its sizes at the expected load."""
    return tuple(
        _render_fleet(demand, group) if _renders(demand, group) else _web_fleet(demand, group)
        for group in demand.deployed.of_type(GROUP)
    )


def spot_price(instance_type: str, region: str) -> Figure:
    """The on-demand price less the saving that was seen for this type, or for the nearest type in size and purpose."""
    return figure(
        f"{instance_type} spot in {region}",
        "instance-hour",
        Kind.ESTIMATE,
        "on_demand * (1 - saving)",
        on_demand=price("EC2", f"{instance_type} Linux on-demand", region),
        saving=price("EC2 spot", f"{instance_type} saving over on-demand", region),
    )


def _bought(fleet: Fleet) -> Mapping[str, Figure]:
    return {name: mean for name, mean in (("on demand", fleet.on_demand), ("spot", fleet.spot)) if mean.value > 0}


def _hours(name: str, mean: Figure, demand: Demand) -> Figure:
    return figure(
        f"server hours {name}", "h", Kind.ESTIMATE, "servers * hours", servers=mean, hours=demand.hours
    )  # fmt: skip


def _attached(demand: Demand, fleet: Fleet, what: str) -> Iterator[Line]:
    deployed = demand.deployed
    if deployed.value(fleet.template, "blockDeviceMappings.0.ebs.volumeSize") is not None:
        disks = figure(
            "disks",
            "GB",
            Kind.ESTIMATE,
            "servers * gigabytes",
            servers=fleet.servers,
            gigabytes=deployed.number(fleet.template, "blockDeviceMappings.0.ebs.volumeSize", "GB"),
        )
        yield line("EBS", fleet.region, f"disks of {what}", TEMPLATE, quantity=disks, priced=("EBS", "gp3 storage"))
    if deployed.value(fleet.template, "monitoring.enabled"):
        metrics = figure(
            "metrics of detailed monitoring",
            "metrics",
            Kind.ESTIMATE,
            "servers * each * enabled",
            servers=fleet.servers,
            each=fact("ec2.detailed_metrics"),
            enabled=deployed.number(fleet.template, "monitoring.enabled", "0 or 1"),
        )
        priced = ("CloudWatch", "custom metric first 10k")
        yield line("CloudWatch", fleet.region, f"monitoring of {what}", TEMPLATE, quantity=metrics, priced=priced)


def _images(demand: Demand) -> Iterator[Line]:
    """Snapshots of the images that a clean-up keeps, as large as their disks: more than what is in them."""
    deployed = demand.deployed
    for image in deployed.of_type(IMAGE):
        recipes = [each for each in deployed.references(image, "imageRecipeArn") if each.type == RECIPE]
        clean_ups = deployed.of_type(CLEAN_UP, region=image.region)
        for recipe, clean_up in zip(recipes, clean_ups, strict=False):
            snapshots = figure(
                "snapshots of images",
                "GB",
                Kind.BOUND,
                "images * gigabytes",
                images=deployed.number(clean_up, "policyDetails.0.filter.value", "images"),
                gigabytes=deployed.number(recipe, "blockDeviceMappings.0.ebs.volumeSize", "GB"),
            )
            priced = ("EBS", "snapshot storage")
            yield line("EBS", _region(image), "images of web servers", IMAGE, RECIPE, quantity=snapshots, priced=priced)


# --- web servers ------------------------------------------------------------------------------------------------------


def _web_fleet(demand: Demand, group: Node) -> Fleet:
    deployed = demand.deployed
    uses: dict[str, Quantity] = {
        "users": demand.users,
        "users_at_peak": demand.users_at_peak,
        "share": demand.share(_region(group)),
        "each": deployed.expected("load.requests_per_user_minute", "requests/min"),
        "largest": deployed.number(group, "maxSize", "servers"),
        "peak_hour": fact("bill.peak_hour"),
    }
    smallest = _smallest_by_hour(demand, group, uses)
    per_minute = uses["share"].value / 100 * uses["each"].value
    servers_per_request = _asked_per_request(demand, group, uses)
    sizes = [
        min(max(math.ceil(users * per_minute * servers_per_request - 1e-9), least), int(uses["largest"].value))
        for users, least in zip(demand.users_by_hour(), smallest, strict=True)
    ]
    return _fleet(demand, group, sizes, "servers of each hour of a day, as its policies ask for at that load", uses)


def _asked_per_request(demand: Demand, group: Node, uses: dict[str, Quantity]) -> float:
    """Servers that the policies ask for, per request a minute: the greatest of all target-tracking policies."""
    deployed, asked = demand.deployed, [0.0]
    for policy in _of_group(demand, POLICY, group):
        path = "targetTrackingConfiguration"
        metric = deployed.value(policy, f"{path}.predefinedMetricSpecification.predefinedMetricType")
        if metric not in ("ALBRequestCountPerTarget", "ASGAverageCPUUtilization"):
            continue
        target = deployed.number(policy, f"{path}.targetValue", "")
        if metric == "ALBRequestCountPerTarget":
            uses["requests_target"] = target
            asked.append(1 / target.value)
        else:
            cpu = deployed.expected("load.server_cpu_milliseconds_per_request", "ms")
            held = processors(str(deployed.value(group, FIRST_TYPE)))
            uses |= {"cpu_target": target, "cpu": cpu, "processors": held}
            asked.append(cpu.value / 1000 / 60 / held.value / target.value * 100)
    return max(asked)


def _smallest_by_hour(demand: Demand, group: Node, uses: dict[str, Quantity]) -> list[int]:
    """The least size of each local hour: that of the schedule before it, or the group's own without schedules."""
    changes: dict[int, int] = {}
    for schedule in _of_group(demand, SCHEDULE, group):
        hour = str(demand.deployed.value(schedule, "recurrence") or "").split(" ")[1:2]
        size = demand.deployed.number(schedule, "minSize", "servers")
        if hour and hour[0].isdigit() and size.value != UNCHANGED:
            changes[int(hour[0])] = int(size.value)
            uses[f"smallest_from_{hour[0]}"] = size
    if not changes:
        uses["smallest"] = demand.deployed.number(group, "minSize", "servers")
        return [int(uses["smallest"].value)] * HOURS_OF_DAY
    hours = sorted(changes)
    return [changes[max((at for at in hours if at <= hour), default=hours[-1])] for hour in range(HOURS_OF_DAY)]


# --- render workers ---------------------------------------------------------------------------------------------------


def _render_fleet(demand: Demand, group: Node) -> Fleet:
    deployed = demand.deployed
    uses: dict[str, Quantity] = {
        "uploads": demand.here(demand.uploads, _region(group)),
        "seconds": deployed.expected("load.render_seconds_per_upload", "s"),
        "idle": fact("bill.render_idle"),
        "hours": demand.hours,
        "smallest": deployed.number(group, "minSize", "workers"),
    }
    mean = figure(
        "render workers",
        "workers",
        Kind.ESTIMATE,
        "max(smallest, uploads * seconds / 3600 * (1 + idle / 100) / hours)",
        **uses,
    )
    mix = _mix(demand, group)
    return _described(
        demand,
        group,
        servers=mean,
        on_demand=figure(
            "workers on demand",
            "workers",
            Kind.ESTIMATE,
            "min(mean, base) + max(mean - base, 0) * percent / 100",
            mean=mean,
            **mix,
        ),
        spot=figure(
            "spot workers", "workers", Kind.ESTIMATE, "max(mean - base, 0) * (1 - percent / 100)", mean=mean, **mix
        ),
        largest=math.ceil(mean.value),
    )


# --- common -----------------------------------------------------------------------------------------------------------


def _fleet(demand: Demand, group: Node, sizes: list[int], how: str, uses: dict[str, Quantity]) -> Fleet:
    mix = _mix(demand, group)
    base, percent = mix["base"].value, mix["percent"].value
    on_demand = [min(size, base) + max(size - base, 0) * percent / 100 for size in sizes]
    mean, bought = sum(sizes) / len(sizes), sum(on_demand) / len(on_demand)

    def part(name: str, value: float, what: str) -> Figure:
        return simulated(name, "servers", Kind.ESTIMATE, value, f"{what} of the {how}", interval=None, **uses, **mix)

    return _described(
        demand,
        group,
        servers=simulated("servers", "servers", Kind.ESTIMATE, mean, f"mean of the {how}", interval=None, **uses),
        on_demand=part("servers on demand", bought, "the base and its percentage above,"),
        spot=part("spot servers", mean - bought, "the others"),
        largest=max(sizes),
    )


def _described(demand: Demand, group: Node, *, servers: Figure, on_demand: Figure, spot: Figure, largest: int) -> Fleet:
    templates = [each for each in demand.deployed.references(group, MIXED) if each.type == TEMPLATE]
    instance_type = demand.deployed.value(group, FIRST_TYPE)
    if len(templates) != 1 or not isinstance(instance_type, str):
        raise UndeclaredError(f"{group.name} has no launch template with instance types, so its price is unknown")
    return Fleet(
        group=group,
        region=_region(group),
        instance_type=instance_type,
        template=templates[0],
        servers=servers,
        on_demand=on_demand,
        spot=spot,
        largest=largest,
    )


def _mix(demand: Demand, group: Node) -> dict[str, Quantity]:
    number = demand.deployed.number
    return {
        "base": number(group, f"{MIX}.onDemandBaseCapacity", "servers"),
        "percent": number(group, f"{MIX}.onDemandPercentageAboveBaseCapacity", "%"),
    }


def _of_group(demand: Demand, token: str, group: Node) -> list[Node]:
    name = cast(Any, group.inputs.get("name"))
    return [
        node
        for node in demand.deployed.of_type(token, region=group.region)
        if name is not None and node.inputs.get("autoscalingGroupName") == name
    ]


def _region(group: Node) -> str:
    if group.region is None:
        raise UndeclaredError(f"{group.name} stands in no region, so its price is unknown")
    return group.region


def _renders(demand: Demand, group: Node) -> bool:
    return demand.deployed.component(group, RENDER_FLEET) is not None
