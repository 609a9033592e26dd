"""What watches a region as a whole: its dashboard, its state in one alarm, its visitor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.interfaces import Ground, Tables
from components.region.canary import Canary, CanaryArgs
from settings.account import OperationsSettings

WIDTH, HEIGHT, COLUMNS = 8, 6, 3
MOST_CHILDREN, LONGEST_RULE = 100, 10_240
"""Alarms that CloudWatch takes in a composite alarm, and characters in its rule."""

VISITED = ("/", "/api/health", "/catalogue/categories/new")
"""One address of the static site, one of the functions, one of the servers and the catalogue behind them."""

Metric = list[Any]
Dimensions = Mapping[str, Input[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchArgs:
    ground: Ground
    operations: OperationsSettings
    domain: str
    tables: Tables
    load_balancer: Input[str]
    """The suffix of the load balancer's ARN, as its metrics call it."""

    target_group: Input[str]
    web_group: Input[str]
    render_group: Input[str]
    database_cluster: Input[str]
    queues: Sequence[Input[str]]
    functions: Sequence[str]
    api_id: Input[str]
    api_host: Input[str]
    alarm_names: Sequence[Input[str]]
    """Alarms of which one is enough to call the region unwell."""

    results_bucket: str
    """Physical name of the bucket that holds the visitor's script and results."""

    results_bucket_name: Input[str]
    """The same, once the bucket exists."""


class Watch(Component):
    """Shows how a region keeps its promises, and says in one alarm whether it is well."""

    dashboard_name: str
    state_alarm_name: str

    def __init__(self, name: str, args: WatchArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Watch", name, args, opts)
        self._args = args
        names = args.ground.names
        self.dashboard_name = names.globally("region")
        self.state_alarm_name = names.globally("region")

        canary = self._canary() if args.operations.canaries else None
        alarms = [*args.alarm_names, *([canary.alarm_name] if canary else [])]
        if args.operations.composite_alarms:
            self._state_alarm(alarms)
        aws.cloudwatch.Dashboard(
            self.named("dashboard"),
            dashboard_name=self.dashboard_name,
            dashboard_body=Output.json_dumps({"widgets": _placed(_widgets(args, alarms, canary))}),
            opts=self.own(),
        )
        self.publish()

    def _state_alarm(self, alarms: Sequence[Input[str]]) -> None:
        topic_arn = self._args.ground.alert_topic_arn
        aws.cloudwatch.CompositeAlarm(
            self.named("state"),
            alarm_name=self.state_alarm_name,
            alarm_description=f"Region {self._args.ground.names.region} does not keep a promise.",
            alarm_rule=Output.all(*alarms).apply(any_of),
            alarm_actions=[topic_arn],
            ok_actions=[topic_arn],
            opts=self.own(),
        )

    def _canary(self) -> Canary:
        args = self._args
        site = [f"https://{args.domain}{path}" for path in VISITED]
        return Canary(
            self.named("visitor"),
            CanaryArgs(
                ground=args.ground,
                visits=[*site, Output.concat("https://", args.api_host, "/api/health")],
                interval_minutes=args.operations.canary_interval_minutes,
                bucket=args.results_bucket,
                bucket_name=args.results_bucket_name,
                log_retention_days=args.operations.log_retention_days,
            ),
            self.own(),
        )


def any_of(alarms: Sequence[str]) -> str:
    """The rule of an alarm that goes off with any of `alarms`; ValueError where CloudWatch would refuse it."""
    rule = " OR ".join(f'ALARM("{alarm}")' for alarm in alarms)
    if not 0 < len(alarms) <= MOST_CHILDREN or len(rule) > LONGEST_RULE:
        raise ValueError(
            f"a region's state is made of {len(alarms)} alarms in a rule of {len(rule)} characters; CloudWatch takes "
            f"1 to {MOST_CHILDREN} alarms and {LONGEST_RULE} characters"
        )
    return rule


def _widgets(args: WatchArgs, alarms: Sequence[Input[str]], canary: Canary | None) -> list[dict[str, Any]]:
    region = args.ground.names.region
    graphs = [*_visitors(args), *_servers(args), *_data(args), *_functions(args)]
    if canary:
        success = _row("CloudWatchSynthetics", "SuccessPercent", {"CanaryName": canary.canary_name}, "Average")
        graphs.append(("Visitor answered (%)", [success]))
    arns = [Output.concat(args.ground.names.arn("cloudwatch", "alarm:"), alarm) for alarm in alarms]
    return [
        {"type": "alarm", "properties": {"title": "Promises", "alarms": arns}},
        *(
            {
                "type": "metric",
                "properties": {"title": title, "region": region, "view": "timeSeries", "period": 60, "metrics": rows},
            }
            for title, rows in graphs
        ),
    ]


def _visitors(args: WatchArgs) -> list[tuple[str, list[Metric]]]:
    balancer, api = {"LoadBalancer": args.load_balancer}, {"ApiId": args.api_id}
    return [
        (
            "Requests",
            [
                _row("AWS/ApplicationELB", "RequestCount", balancer, "Sum"),
                _row("AWS/ApiGateway", "Count", api, "Sum"),
            ],
        ),
        (
            "Errors of ours (5xx)",
            [
                _row("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", balancer, "Sum"),
                _row("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", balancer, "Sum"),
                _row("AWS/ApiGateway", "5xx", api, "Sum"),
            ],
        ),
        (
            "Answer time, p95 (servers s, API ms)",
            [
                _row("AWS/ApplicationELB", "TargetResponseTime", balancer, "p95"),
                [*_row("AWS/ApiGateway", "Latency", api, "p95")[:-1], {"stat": "p95", "yAxis": "right"}],
            ],
        ),
    ]


def _servers(args: WatchArgs) -> list[tuple[str, list[Metric]]]:
    targets = {"TargetGroup": args.target_group, "LoadBalancer": args.load_balancer}
    web, render = {"AutoScalingGroupName": args.web_group}, {"AutoScalingGroupName": args.render_group}
    return [
        (
            "Servers, healthy and not",
            [
                _row("AWS/ApplicationELB", "HealthyHostCount", targets, "Minimum"),
                _row("AWS/ApplicationELB", "UnHealthyHostCount", targets, "Maximum"),
            ],
        ),
        ("Processor of the web servers (%)", [_row("AWS/EC2", "CPUUtilization", web, "Average")]),
        (
            "Fleets (instances in service)",
            [_row("AWS/AutoScaling", "GroupInServiceInstances", group, "Average") for group in (web, render)],
        ),
    ]


def _data(args: WatchArgs) -> list[tuple[str, list[Metric]]]:
    cluster = {"DBClusterIdentifier": args.database_cluster}
    tables = (args.tables.catalogue, args.tables.carts, args.tables.sessions)
    return [
        (
            "Database (%, connections)",
            [
                _row("AWS/RDS", "CPUUtilization", cluster, "Maximum"),
                [*_row("AWS/RDS", "DatabaseConnections", cluster, "Sum")[:-1], {"stat": "Sum", "yAxis": "right"}],
            ],
        ),
        (
            "Replica lag, in the region and behind the writer (ms)",
            [
                _row("AWS/RDS", "AuroraReplicaLagMaximum", cluster, "Maximum"),
                _row("AWS/RDS", "AuroraGlobalDBReplicationLag", cluster, "Maximum"),
            ],
        ),
        (
            "Tables: refused reads and writes",
            [
                _row("AWS/DynamoDB", metric, {"TableName": table}, "Sum")
                for table in tables
                for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
            ],
        ),
    ]


def _functions(args: WatchArgs) -> list[tuple[str, list[Metric]]]:
    def each(metric: str, stat: str) -> list[Metric]:
        return [_row("AWS/Lambda", metric, {"FunctionName": name}, stat) for name in args.functions]

    waiting = [_row("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": q}, "Maximum") for q in args.queues]
    return [
        ("Waiting work: age of the oldest (s)", waiting),
        ("Functions: errors", each("Errors", "Sum")),
        ("Functions: refused calls", each("Throttles", "Sum")),
        ("Functions: time, p95 (ms)", each("Duration", "p95")),
    ]


def _row(namespace: str, metric: str, dimensions: Dimensions, stat: str) -> Metric:
    pairs = [part for pair in dimensions.items() for part in pair]
    return [namespace, metric, *pairs, {"stat": stat}]


def _placed(widgets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The widgets in rows of three, the first one across the whole width."""
    first, *others = widgets
    return [
        {"x": 0, "y": 0, "width": WIDTH * COLUMNS, "height": HEIGHT, **first},
        *(
            {
                "x": WIDTH * (position % COLUMNS),
                "y": HEIGHT * (1 + position // COLUMNS),
                "width": WIDTH,
                "height": HEIGHT,
                **widget,
            }
            for position, widget in enumerate(others)
        ),
    ]
