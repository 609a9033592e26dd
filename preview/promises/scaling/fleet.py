"""A region's web fleet as the graph declares it: how large it may be, and what scales it."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure
from preview.promises.scaling import servers
from preview.promises.scaling.autoscaling import Metric, Rules, Spot, Tracker
from preview.promises.scaling.servers import Replacement

GROUP = "aws:autoscaling/group:Group"
POLICY = "aws:autoscaling/policy:Policy"
SCHEDULE = "aws:autoscaling/schedule:Schedule"
HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook"
TARGETS = "aws:lb/targetGroup:TargetGroup"
CUSTOMISED = "targetTrackingConfiguration.customizedMetricSpecification"
PERIODS = (10.0, 30.0, 60.0)
"""Periods that AWS allows a customised metric, in seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracking:
    """A target-tracking policy."""

    metric: Metric
    target: Reading
    period: Quantity
    """Seconds of a datapoint."""

    delay: Figure
    """Seconds from the end of a period until its datapoint is seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Purchase:
    """What of a fleet is on demand, and what it does about spot servers that are taken."""

    base: Reading
    share: Reading
    """Share of on demand above the base, in percent."""

    rebalance: Reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Fleet:
    """The web servers of one region."""

    region: str
    smallest: Figure
    """Servers in the hours when the schedules allow the fewest."""

    prepared: Figure
    """Servers in the hours when the schedules want the most."""

    forecast: Reading | None
    """Processor use that predictive scaling provides the daily peak for, in percent; None where it does not scale."""

    largest: Reading
    server: Figure
    """Requests per second of one server."""

    tracking: tuple[Tracking, ...]
    ready: Figure
    """Seconds from the launch of a new server until it takes requests."""

    warm_ready: Figure
    warm_pool: tuple[Reading, Reading] | None
    """Least size of the warm pool, and the servers that it and the group have together."""

    counted: Figure
    """Seconds from the launch until a server's metrics count."""

    purchase: Purchase
    renewal: Figure
    """Share of the servers that is away at a time, being replaced for its age, in percent."""

    replacement: Replacement

    @property
    def comfortable(self) -> float:
        """Use of the processors up to which answers are not slowed, 0 to 1: what scaling would hold, or all."""
        targets = [each.target.value / 100 for each in self.tracking if each.metric is Metric.CPU]
        return min(targets, default=1.0)

    def rules(self, standing: int) -> Rules:
        """What the simulation needs, for so many servers at its beginning."""
        return Rules(
            largest=int(self.largest.value),
            server_capacity=self.server.value,
            trackers=tuple(_tracker(each) for each in self.tracking),
            reaction=fact("asg.reaction").value,
            ready=self.ready.value,
            warm_servers=_waiting(self.warm_pool, standing),
            warm_ready=self.warm_ready.value,
            counted=self.counted.value,
            slow_start=self.replacement.slow_start.value,
            comfortable=self.comfortable,
            away=math.ceil(standing * self.renewal.value / 100),
            spot=_spot(self.purchase),
        )

    @property
    def uses(self) -> dict[str, Quantity]:
        """All that the simulation rests on, by name."""
        named: dict[str, Quantity] = {
            "smallest": self.smallest,
            "prepared": self.prepared,
            "largest": self.largest,
            "server": self.server,
            "ready": self.ready,
            "counted": self.counted,
            "slow_start": self.replacement.slow_start,
            "on_demand_base": self.purchase.base,
            "on_demand_share": self.purchase.share,
            "rebalance": self.purchase.rebalance,
            "renewal": self.renewal,
        }
        for position, each in enumerate(self.tracking):
            key = f"policy_{position}"
            named |= {f"{key}_target": each.target, f"{key}_period": each.period, f"{key}_delay": each.delay}
        if self.warm_pool is not None:
            named |= {"warm_pool": self.warm_pool[0], "warm_together": self.warm_pool[1], "warm_ready": self.warm_ready}
        if self.forecast is not None:
            named["forecast"] = self.forecast
        facts = ("asg.reaction", "tt.out_datapoints", "spot.interrupted", "spot.notice", "asg.health_poll")
        return named | {identifier.replace(".", "_"): fact(identifier) for identifier in facts}


def web_fleets(deployed: Deployed) -> dict[str, Fleet]:
    """The fleet of every region that users are sent to, by region; of all that run where no latency record says."""
    regions = deployed.serving or deployed.running
    if not regions:
        raise UndeclaredError("the stack declares no region with a load balancer, and so no web servers")
    groups: dict[str | None, list[Node]] = defaultdict(list)
    for group in deployed.of_type(GROUP):
        if _targets(deployed, group):
            groups[group.region].append(group)
    for region in regions:
        if len(groups[region]) != 1:
            count = len(groups[region]) or "no"
            raise UndeclaredError(f"{region} has {count} Auto Scaling groups behind its load balancer; one is needed")
    attached = _attached(deployed)
    return {region: _fleet(deployed, groups[region][0], attached[groups[region][0].urn]) for region in regions}


def _fleet(deployed: Deployed, group: Node, attached: Sequence[Node]) -> Fleet:
    (targets, *_), template = _targets(deployed, group), servers.launch_template(deployed, group)
    servers.must_outlive_its_boot(deployed, group, targets)
    hold = [deployed.number(each, "heartbeatTimeout", "s") for each in attached if _holds_launches(each)]
    cold, warm = servers.answering(deployed, template, hold), servers.answering_from_warm_pool()
    check, warm_pool = servers.first_check(deployed, targets), _warm_pool(deployed, group)
    smallest = _minimum(deployed, group, attached, "min", "servers in the quietest hours")
    return Fleet(
        region=group.region or "",
        smallest=smallest,
        prepared=_minimum(deployed, group, attached, "max", "servers in the busiest hours"),
        forecast=_forecast(deployed, attached),
        largest=deployed.number(group, "maxSize", "servers"),
        server=servers.capacity(deployed, group),
        tracking=tuple(_trackings(deployed, template, attached)),
        ready=servers.serving(cold, check),
        warm_ready=servers.serving(warm, check),
        warm_pool=warm_pool,
        counted=_counted(deployed, group),
        purchase=_purchase(deployed, group),
        renewal=_renewal(deployed, group),
        replacement=servers.replacement(
            deployed, group, targets, warm if _waiting(warm_pool, int(smallest.value)) else cold
        ),
    )


# --- relations ----------------------------------------------------------------------------------------------------


def _attached(deployed: Deployed) -> dict[str, list[Node]]:
    """Policies, schedules and hooks by the group that they belong to."""
    found: dict[str, list[Node]] = defaultdict(list)
    for token in (POLICY, SCHEDULE, HOOK):
        for node in deployed.of_type(token):
            for group in deployed.references(node, "autoscalingGroupName"):
                found[group.urn].append(node)
    return found


def _targets(deployed: Deployed, group: Node) -> list[Node]:
    """The target groups that a group's servers stand in."""
    return [found for found in deployed.references(group, "targetGroupArns") if found.type == TARGETS]


def _holds_launches(node: Node) -> bool:
    return node.type == HOOK and node.inputs.get("lifecycleTransition") == "autoscaling:EC2_INSTANCE_LAUNCHING"


# --- size ---------------------------------------------------------------------------------------------------------


def _minimum(deployed: Deployed, group: Node, attached: Sequence[Node], pick: str, name: str) -> Figure:
    """The minimum that is in force at some hour: recurring schedules own it where there are any."""
    schedules = [each for each in attached if each.type == SCHEDULE and _is_given(each.inputs.get("minSize"))]
    recurring = [each for each in schedules if each.inputs.get("recurrence")]
    owners = [*(schedules if pick == "max" else recurring), *([] if recurring else [group])]
    readings = {
        f"minimum_{position}": deployed.number(each, "minSize", "servers") for position, each in enumerate(owners)
    }
    formula = f"{pick}({', '.join(readings)})" if len(readings) > 1 else "minimum_0"
    return figure(name, "servers", Kind.BOUND, formula, **readings)


def _is_given(size: Any) -> bool:
    """AWS writes -1 where a size is left as it is."""
    return isinstance(size, int | float) and size >= 0


def _warm_pool(deployed: Deployed, group: Node) -> tuple[Reading, Reading] | None:
    if deployed.value(group, "warmPool") is None:
        return None
    prepared = "warmPool.maxGroupPreparedCapacity"
    together = prepared if _is_given(deployed.value(group, prepared)) else "maxSize"
    least = deployed.number(group, "warmPool.minSize", "servers", fact("asg.warm_pool_smallest"))
    return least, deployed.number(group, together, "servers")


def _waiting(warm_pool: tuple[Reading, Reading] | None, standing: int) -> int:
    """Servers in the warm pool while so many stand in the group."""
    if warm_pool is None:
        return 0
    least, together = warm_pool
    return int(max(least.value, together.value - standing, 0))


def _purchase(deployed: Deployed, group: Node) -> Purchase:
    own = "mixedInstancesPolicy.instancesDistribution"
    share = f"{own}.onDemandPercentageAboveBaseCapacity"
    return Purchase(
        base=deployed.number(group, f"{own}.onDemandBaseCapacity", "servers", fact("asg.on_demand_base")),
        share=deployed.number(group, share, "%", fact("asg.on_demand_share")),
        rebalance=deployed.number(group, "capacityRebalance", "", fact("asg.capacity_rebalance")),
    )


def _renewal(deployed: Deployed, group: Node) -> Figure:
    """Old servers go before new ones come, unless the maintenance policy keeps all of them healthy."""
    name = "servers away for their age"
    if not deployed.value(group, "maxInstanceLifetime"):
        return figure(name, "%", Kind.BOUND, "0")
    path, default = "instanceMaintenancePolicy.minHealthyPercentage", fact("asg.healthy_share")
    return figure(name, "%", Kind.BOUND, "100 - healthy", healthy=deployed.number(group, path, "%", default))


def _spot(purchase: Purchase) -> Spot:
    """With rebalancing others are launched on notice, without it once the group sees that its servers are gone."""
    rebalances = purchase.rebalance.value > 0
    return Spot(
        base=int(purchase.base.value),
        share=1 - purchase.share.value / 100,
        interrupted=fact("spot.interrupted").value,
        replaced_after=-fact("spot.notice").value if rebalances else fact("asg.health_poll").value,
    )


# --- scaling ------------------------------------------------------------------------------------------------------


def _trackings(deployed: Deployed, template: Node, attached: Sequence[Node]) -> list[Tracking]:
    found: list[Tracking] = []
    for policy in attached:
        metric = _metric(policy.inputs.get("targetTrackingConfiguration") or {})
        if metric is None:
            continue
        target = deployed.number(policy, "targetTrackingConfiguration.targetValue", "")
        period = _period(deployed, policy, template, metric)
        seen = {"period": period, "delay": fact("tt.delay")}
        delay = figure("a datapoint is seen", "s", Kind.ESTIMATE, "min(period, delay)", **seen)
        found.append(Tracking(metric=metric, target=target, period=period, delay=delay))
    return found


def _metric(configuration: Mapping[str, Any]) -> Metric | None:
    """What a policy tracks; None for what the simulation does not know, which then scales nothing."""
    specifications = ("predefinedMetricSpecification", "customizedMetricSpecification")
    named = str([configuration.get(each) for each in specifications]).lower()
    if "cpu" in named:
        return Metric.CPU
    return Metric.REQUESTS if "request" in named else None


def _period(deployed: Deployed, policy: Node, template: Node, metric: Metric) -> Quantity:
    for path in (f"{CUSTOMISED}.period", f"{CUSTOMISED}.metrics.0.metricStat.period"):
        if deployed.value(policy, path) is not None:
            return deployed.number(policy, path, "s", choices=PERIODS)
    if deployed.value(policy, CUSTOMISED) is not None:
        return fact("tt.period_slowest")
    if metric is Metric.REQUESTS:
        return fact("alb.metric_period")
    detailed = deployed.number(template, "monitoring.enabled", "", fact("ec2.detailed_monitoring"))
    periods = {"fine": fact("ec2.metric_detailed"), "coarse": fact("ec2.metric_basic")}
    formula = "detailed * fine + (1 - detailed) * coarse"
    return figure("period of the processor metric", "s", Kind.BOUND, formula, detailed=detailed, **periods)


def _forecast(deployed: Deployed, attached: Sequence[Node]) -> Reading | None:
    for policy in attached:
        if deployed.value(policy, "predictiveScalingConfiguration.mode") == "ForecastAndScale":
            return deployed.number(policy, "predictiveScalingConfiguration.metricSpecification.targetValue", "%")
    return None


def _counted(deployed: Deployed, group: Node) -> Figure:
    """Warm-up begins when the server is in service, which is when its system runs."""
    warmup = deployed.number(group, "defaultInstanceWarmup", "s", fact("asg.cooldown"))
    uses = {"launch": fact("ec2.launch"), "warmup": warmup}
    return figure("metrics of a new server count", "s", Kind.ESTIMATE, "launch + warmup", **uses)


def _tracker(tracking: Tracking) -> Tracker:
    return Tracker(
        metric=tracking.metric,
        target=tracking.target.value,
        period=tracking.period.value,
        delay=tracking.delay.value,
        datapoints=int(fact("tt.out_datapoints").value),
    )
