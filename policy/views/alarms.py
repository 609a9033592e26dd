"""Alarms of a stack: what each looks at, in whichever form it says so, and what it watches."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from policy.subject import Props, Stack, Subject
from policy.values import each, get

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
LAMBDA_ALIAS = "aws:lambda/alias:Alias"

NAMES = {
    "aws:sqs/queue:Queue": ("QueueName", "name"),
    "aws:lambda/function:Function": ("FunctionName", "name"),
    "aws:rds/cluster:Cluster": ("DBClusterIdentifier", "clusterIdentifier"),
    "aws:dynamodb/table:Table": ("TableName", "name"),
    "aws:autoscaling/group:Group": ("AutoScalingGroupName", "name"),
    "aws:scheduler/scheduleGroup:ScheduleGroup": ("ScheduleGroup", "name"),
}
"""Types whose metrics bear a name that the program chose: the dimension, and the property that is the name."""

_SELECT = re.compile(r'^\s*SELECT\s+(\w+)\(\s*"?(\w+)"?\s*\)\s+FROM\s+(?:SCHEMA\(\s*)?"([^"]+)"', re.IGNORECASE)
_EQUALS = re.compile(r"\"?(\w+)\"?\s*=\s*'([^']*)'")


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """One metric that an alarm looks at."""

    namespace: str
    name: str
    statistic: str
    dimensions: frozenset[tuple[str, str]]
    """Those with known values."""

    every: bool = False
    """Whether it takes in every resource: a query in CloudWatch's own language that names none."""


@dataclass(frozen=True, eq=False, slots=True)
class Alarm:
    """An alarm on metrics; None where they are hidden."""

    subject: Subject
    metrics: tuple[Metric, ...] | None
    linked: frozenset[str]
    """URNs of what its metrics are about, by property dependencies."""


def known(props: Props, path: str) -> Any:
    """The value at a path; None where it is absent or unknown."""
    try:
        return get(props, path)
    except UnknownValueError:
        return None


def alarms(stack: Stack) -> Sequence[Alarm]:
    """All alarms on metrics."""
    if "alarms" not in stack.memory:
        stack.memory["alarms"] = [_alarm(one) for one in stack.of_type(ALARM)]
    return stack.memory["alarms"]


def watching(
    resource: Subject, namespace: str, *names: str, region: str | None = None
) -> Iterator[tuple[Alarm, Metric]]:
    """The alarms on a resource's metric, by any of its names; UnknownValueError where none is seen and one is hidden.

    They stand in the resource's region, or in the one where AWS reports the metric.
    """
    place = region or resource.region
    there = [one for one in alarms(resource.stack) if one.subject.region == place]
    found = [
        (alarm, metric)
        for alarm in there
        for metric in alarm.metrics or ()
        if metric.namespace == namespace and metric.name in names and _about(alarm, metric, resource)
    ]
    for hidden in () if found else (one for one in there if one.metrics is None):
        get(hidden.subject.props, "metricName")
    yield from found


def _about(alarm: Alarm, metric: Metric, resource: Subject) -> bool:
    if metric.every or resource.urn in alarm.linked:
        return True
    dimension, prop = NAMES.get(resource.type, ("", ""))
    return bool(dimension) and (dimension, known(resource.props, prop)) in metric.dimensions


def _alarm(subject: Subject) -> Alarm:
    linked = [*subject.links("dimensions"), *subject.links("metricQueries")]
    functions = [one for alias in linked if alias.type == LAMBDA_ALIAS for one in alias.links("functionName")]
    try:
        metrics = tuple(_metrics(subject.props))
    except UnknownValueError:
        metrics = None
    return Alarm(subject, metrics, frozenset(one.urn for one in (*linked, *functions)))


def _metrics(props: Props) -> Iterator[Metric]:
    """An alarm has one metric or queries; at preview the other of the two reads as unknown."""
    if (name := known(props, "metricName")) is not None:
        statistic = known(props, "statistic") or known(props, "extendedStatistic") or ""
        dimensions = _dimensions(known(props, "dimensions"))
        yield Metric(
            namespace=str(get(props, "namespace")), name=str(name), statistic=str(statistic), dimensions=dimensions
        )
        return
    for _, query in each(props, "metricQueries"):
        metric = get(query, "metric")
        if metric is not None:
            yield Metric(
                namespace=str(get(metric, "namespace")),
                name=str(get(metric, "metricName")),
                statistic=str(get(metric, "stat", "")),
                dimensions=_dimensions(known(metric, "dimensions")),
            )
        elif selected := _SELECT.match(str(get(query, "expression", ""))):
            yield _selected(selected, str(get(query, "expression")))


def _selected(selected: re.Match[str], expression: str) -> Metric:
    statistic, name, namespace = selected.groups()
    dimensions = frozenset((key, value) for key, value in _EQUALS.findall(expression))
    return Metric(
        namespace=namespace, name=name, statistic=statistic.title(), dimensions=dimensions, every=not dimensions
    )


def _dimensions(props: Mapping[str, Any] | None) -> frozenset[tuple[str, str]]:
    return frozenset((key, str(value)) for key in props or () if (value := known(props or {}, key)) is not None)
