"""One page that shows how every region does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.interfaces import Origins, Tables
from components.naming import Names
from settings.account import AlarmThresholds

Metric = list[Any]
"""A metric as dashboards write it: namespace, name, dimensions in turn, and how to draw it."""

COLUMNS = 24
WIDTH = 8
HEIGHT = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class OverviewArgs:
    names: Names
    origins: Origins
    """What every running region offers to the edge."""

    database_clusters: Mapping[str, str]
    """Identifier of every region's database cluster."""

    health_checks: Mapping[str, Input[str]]
    """Identifier of the health check that decides about each region."""

    tables: Tables
    distribution_id: Input[str] | None
    thresholds: AlarmThresholds


class Overview(Component):
    """Shows the promises side by side: a widget for each, a line in it for each region."""

    dashboard_name: str

    def __init__(self, name: str, args: OverviewArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:account:Overview", name, args, opts)
        self.dashboard_name = args.names.of("overview")
        aws.cloudwatch.Dashboard(
            self.named("dashboard"),
            dashboard_name=self.dashboard_name,
            dashboard_body=Output.json_dumps({"widgets": _placed(_widgets(args))}),
            opts=self.own(),
        )
        self.publish()


def _widgets(args: OverviewArgs) -> list[dict[str, Any]]:
    home, limits = args.names.region, args.thresholds
    balancers = {region: _balancer(origin.load_balancer_arn) for region, origin in args.origins.items()}

    def over_balancers(metric: str, stat: str) -> list[Metric]:
        return [
            ["AWS/ApplicationELB", metric, "LoadBalancer", balancer, _line(region, stat)]
            for region, balancer in balancers.items()
        ]

    def over_clusters(metric: str, stat: str) -> list[Metric]:
        return [
            ["AWS/RDS", metric, "DBClusterIdentifier", cluster, _line(region, stat)]
            for region, cluster in args.database_clusters.items()
        ]

    return [
        _widget("Regions in DNS: 1 healthy, 0 out", home, _checks(args.health_checks, home)),
        *(_edge(args.distribution_id, home, limits) if args.distribution_id is not None else []),
        _widget("Regions: requests", home, over_balancers("RequestCount", "Sum")),
        _widget("Regions: answers with 5xx", home, over_balancers("HTTPCode_Target_5XX_Count", "Sum")),
        _widget(
            "Regions: p95 of the answer time, s",
            home,
            over_balancers("TargetResponseTime", "p95"),
            limit=limits.latency_p95_milliseconds / 1000,
        ),
        _widget("Databases: processor, %", home, over_clusters("CPUUtilization", "Average")),
        _widget(
            "Databases: lag behind the writer's region, ms",
            home,
            over_clusters("AuroraGlobalDBReplicationLag", "Maximum"),
            limit=limits.replica_lag_seconds * 1000,
        ),
        _widget("Tables: throttled requests", home, _throttles(args)),
    ]


def _edge(distribution_id: Input[str], home: str, limits: AlarmThresholds) -> list[dict[str, Any]]:
    edge = ["DistributionId", distribution_id, "Region", "Global"]
    return [
        _widget("Edge: requests", home, [["AWS/CloudFront", "Requests", *edge, _line(home, "Sum", "requests")]]),
        _widget(
            "Edge: server errors, %",
            home,
            [["AWS/CloudFront", "5xxErrorRate", *edge, _line(home, "Average", "5xx")]],
            limit=limits.server_error_percent,
        ),
        _widget(
            "Edge: cache hits, %",
            home,
            [["AWS/CloudFront", "CacheHitRate", *edge, _line(home, "Average", "hits")]],
            limit=limits.cache_hit_percent,
        ),
    ]


def _checks(health_checks: Mapping[str, Input[str]], home: str) -> list[Metric]:
    return [
        ["AWS/Route53", "HealthCheckStatus", "HealthCheckId", check, _line(home, "Minimum", region)]
        for region, check in health_checks.items()
    ]


def _throttles(args: OverviewArgs) -> list[Metric]:
    tables = (args.tables.catalogue, args.tables.carts, args.tables.sessions)
    return [
        ["AWS/DynamoDB", metric, "TableName", table, _line(region, "Sum", f"{table} {region}")]
        for region in args.origins
        for table in tables
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
    ]


def _line(region: str, stat: str, label: str | None = None) -> dict[str, Any]:
    return {"region": region, "stat": stat, "label": label or region}


def _widget(title: str, region: str, metrics: Sequence[Metric], *, limit: float | None = None) -> dict[str, Any]:
    annotations = {"annotations": {"horizontal": [{"value": limit, "label": "alarm"}]}} if limit is not None else {}
    return {
        "type": "metric",
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "period": 60,
            "metrics": metrics,
            **annotations,
        },
    }


def _placed(widgets: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Left to right, top to bottom."""
    per_row = COLUMNS // WIDTH
    return [{**widget, "x": i % per_row * WIDTH, "y": i // per_row * HEIGHT} for i, widget in enumerate(widgets)]


def _balancer(arn: Output[str]) -> Output[str]:
    """The part of a load balancer's ARN that its metrics are filed under."""
    return arn.apply(lambda text: text.partition(":loadbalancer/")[2])
