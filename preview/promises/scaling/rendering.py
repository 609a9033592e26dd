"""How long an upload waits for a render worker where none runs between two uploads.

An alarm on waiting jobs starts the first worker; target tracking on the jobs of each worker starts the others.
"""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure, simulated
from preview.promises.scaling import servers
from preview.promises.scaling.fleet import GROUP, POLICY

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TARGET = "targetTrackingConfiguration.targetValue"


@dataclass(frozen=True, kw_only=True, slots=True)
class Workers:
    """The render workers of one region."""

    first: Figure
    """Seconds from an upload until a worker takes it, where none runs."""

    answering: Figure
    largest: Reading
    jobs_per_worker: Reading


def render_figures(deployed: Deployed) -> tuple[Figure, ...]:
    """The waits of the slowest region; nothing where no region has render workers."""
    fleets = [found for group in deployed.of_type(GROUP) if (found := _workers(deployed, group)) is not None]
    if not fleets:
        return ()
    slowest = max(fleets, key=lambda each: each.first.value)
    asleep = figure(
        "an upload's render starts, after hours without any", "s", Kind.BOUND, "first + asleep",
        first=slowest.first, asleep=fact("sqs.asleep"),
    )  # fmt: skip
    return slowest.first, asleep, _burst(deployed, slowest)


def _workers(deployed: Deployed, group: Node) -> Workers | None:
    """Those of a group that an alarm wakes and a backlog scales; None for any other group."""
    policies = [each for each in deployed.of_type(POLICY) if group in deployed.references(each, "autoscalingGroupName")]
    backlog = [each for each in policies if "AWS/SQS" in str(each.inputs.get("targetTrackingConfiguration"))]
    alarms = [
        alarm
        for alarm in deployed.of_type(ALARM)
        for each in deployed.references(alarm, "alarmActions")
        if each in policies
    ]
    if not backlog or not alarms:
        return None
    answering = servers.answering(deployed, servers.launch_template(deployed, group))
    evaluations = deployed.number(alarms[0], "evaluationPeriods", "periods")
    return Workers(
        first=figure(
            "an upload's render starts, where no worker runs", "s", Kind.ESTIMATE,
            "evaluations * period + delay + reaction + answering",
            evaluations=evaluations, period=_period(deployed, alarms[0]), delay=fact("tt.delay"),
            reaction=fact("asg.reaction"), answering=answering,
        ),
        answering=answering,
        largest=deployed.number(group, "maxSize", "workers"),
        jobs_per_worker=deployed.number(backlog[0], TARGET, "jobs"),
    )  # fmt: skip


def _period(deployed: Deployed, alarm: Node) -> Quantity:
    for position, query in enumerate(alarm.inputs.get("metricQueries") or ()):
        if query.get("metric"):
            return deployed.number(alarm, f"metricQueries.{position}.metric.period", "s")
    return deployed.number(alarm, "period", "s", fact("sqs.metric_period"))


def _burst(deployed: Deployed, workers: Workers) -> Figure:
    """A day's uploads at once, all in one region."""
    jobs, seconds = (
        deployed.expected("load.uploads_per_day", "jobs"),
        deployed.expected("load.render_seconds_per_upload", "s"),
    )
    datapoints, period = fact("tt.out_datapoints"), fact("tt.period_slowest")
    others_after = figure(
        "other workers start after the first", "s", Kind.ESTIMATE, "datapoints * period + delay + reaction + answering",
        datapoints=datapoints, period=period, delay=fact("tt.delay"), reaction=fact("asg.reaction"),
        answering=workers.answering,
    )  # fmt: skip
    left = jobs.value - math.floor(others_after.value / seconds.value)
    wanted = min(workers.largest.value, math.ceil(left / workers.jobs_per_worker.value))
    starts = [workers.first.value, *[workers.first.value + others_after.value] * max(0, int(wanted) - 1)]
    return simulated(
        "the last render starts, where a day's uploads come at once to one region", "s", Kind.ESTIMATE,
        longest_wait(starts, int(jobs.value), seconds.value),
        "one worker begins, target tracking adds the others; each takes the next job when it is free",
        jobs=jobs, seconds=seconds, first=workers.first, others_after=others_after, largest=workers.largest,
        jobs_per_worker=workers.jobs_per_worker,
    )  # fmt: skip


def longest_wait(starts: Sequence[float], jobs: int, seconds: float) -> float:
    """When the last of so many waiting jobs is begun by workers that start at these times, in seconds."""
    free, begun = list(starts), 0.0
    heapq.heapify(free)
    for _ in range(jobs):
        begun = heapq.heappop(free)
        heapq.heappush(free, begun + seconds)
    return begun
