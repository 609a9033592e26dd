"""CloudWatch alarms, as every component declares its own."""

from collections.abc import Mapping, Sequence
from typing import Literal

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

Comparison = Literal[
    "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"
]
Query = aws.cloudwatch.MetricAlarmMetricQueryArgsDict
Missing = Literal["notBreaching", "breaching", "ignore", "missing"]


def alarm(
    name: str,
    *,
    says: str,
    namespace: str,
    metric: str,
    dimensions: Mapping[str, Input[str]],
    threshold: float,
    topic_arn: Input[str],
    opts: ResourceOptions,
    statistic: str = "Sum",
    comparison: Comparison = "GreaterThanThreshold",
    period_seconds: int = 60,
    periods: int = 3,
    datapoints: int = 2,
    missing: Missing = "notBreaching",
    physical_name: str | None = None,
) -> aws.cloudwatch.MetricAlarm:
    """An alarm on one metric that tells `topic_arn` when it goes off and when it is over.

    `statistic` is Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p95.
    """
    percentile = statistic if statistic.startswith("p") else None
    return aws.cloudwatch.MetricAlarm(
        name,
        name=physical_name,
        alarm_description=says,
        namespace=namespace,
        metric_name=metric,
        dimensions=dict(dimensions),
        statistic=None if percentile else statistic,
        extended_statistic=percentile,
        comparison_operator=comparison,
        threshold=threshold,
        period=period_seconds,
        evaluation_periods=periods,
        datapoints_to_alarm=min(datapoints, periods),
        treat_missing_data=missing,
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=opts,
    )


def query_alarm(
    name: str,
    *,
    says: str,
    queries: Sequence[Query],
    threshold: float,
    topic_arn: Input[str],
    opts: ResourceOptions,
    periods: int = 3,
    datapoints: int = 2,
) -> aws.cloudwatch.MetricAlarm:
    """The same on what is computed or selected from several metrics."""
    return aws.cloudwatch.MetricAlarm(
        name,
        alarm_description=says,
        comparison_operator="GreaterThanThreshold",
        threshold=threshold,
        evaluation_periods=periods,
        datapoints_to_alarm=min(datapoints, periods),
        treat_missing_data="notBreaching",
        metric_queries=list(queries),
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=opts,
    )


def ratio_alarm(
    name: str,
    *,
    says: str,
    part: tuple[str, str],
    whole: tuple[str, str],
    dimensions: Mapping[str, Input[str]],
    threshold_percent: float,
    topic_arn: Input[str],
    opts: ResourceOptions,
    periods: int = 3,
    datapoints: int = 2,
) -> aws.cloudwatch.MetricAlarm:
    """An alarm on the share, in percent, of `part` in `whole`; each is (namespace, metric), summed by the minute."""
    return query_alarm(
        name,
        says=says,
        queries=[
            {"id": "share", "expression": "IF(whole > 0, 100 * part / whole, 0)", "label": says, "return_data": True},
            summed("part", *part, dimensions),
            summed("whole", *whole, dimensions),
        ],
        threshold=threshold_percent,
        topic_arn=topic_arn,
        opts=opts,
        periods=periods,
        datapoints=datapoints,
    )


def summed(
    identifier: str, namespace: str, metric: str, dimensions: Mapping[str, Input[str]], *, period_seconds: int = 60
) -> Query:
    """One metric, summed, for others to compute with."""
    return {
        "id": identifier,
        "metric": {
            "namespace": namespace,
            "metric_name": metric,
            "dimensions": dict(dimensions),
            "stat": "Sum",
            "period": period_seconds,
        },
    }


def selected(expression: str, *, label: str, period_seconds: int = 60) -> Query:
    """What a query in CloudWatch's own language selects from all metrics alike, however many there are."""
    return {"id": "all", "expression": expression, "label": label, "period": period_seconds, "return_data": True}
