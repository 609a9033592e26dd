"""Alarms, dashboards, metrics, logs, and the canaries that visit the shop."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from preview.facts import fact
from preview.graph import Node
from preview.promises.cost.databases import INSTANCE
from preview.promises.cost.demand import Demand, once
from preview.promises.cost.edge import QUERY_LOG, all_requests, dns_queries
from preview.promises.cost.functions import calls
from preview.promises.cost.line import EDGE, Line, line
from preview.promises.cost.storage import cdn_log_gigabytes, trail_events
from preview.promises.deployed import UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
CANARY = "aws:synthetics/canary:Canary"
DELIVERY = "aws:cloudwatch/logDelivery:LogDelivery"
FIREWALL_LOG = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
INGESTED = ("CloudWatch", "log ingestion Standard")
STORED = ("CloudWatch", "log storage (compressed archive)")
CUSTOM = ("CloudWatch", "custom metric first 10k")
MINUTES = {"minute": 1, "hour": 60, "day": 1440}


def lines(demand: Demand) -> Iterator[Line]:
    """What watching costs."""
    yield from _alarms(demand)
    yield from _dashboards(demand)
    yield from _logs(demand)
    yield from _database_samples(demand)
    yield from _canaries(demand)
    yield from _delivered(demand)


def _by_region(nodes: list[Node]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        found[str(node.region)].append(node)
    return dict(sorted(found.items()))


# --- alarms, dashboards -----------------------------------------------------------------------------------------------


def _alarms(demand: Demand) -> Iterator[Line]:
    deployed = demand.deployed
    for region, alarms in _by_region(deployed.of_type(ALARM)).items():
        watched = [_metrics(alarm) for alarm in alarms]
        single = [alarm for alarm, metrics in zip(alarms, watched, strict=True) if metrics]
        queries = [alarm for alarm, metrics in zip(alarms, watched, strict=True) if not metrics]
        each = sum(watched) / max(len(single), 1)
        metrics = figure(
            "metrics with alarms", "metrics", Kind.BOUND, f"alarms * {each:g}", alarms=deployed.count(single, "alarms")
        )
        priced = ("CloudWatch", "alarm standard resolution")
        yield line("CloudWatch", region, "alarms", ALARM, quantity=metrics, priced=priced)
        if queries:
            analysed = figure(
                "metrics that alarms query", "metrics", Kind.ESTIMATE, "alarms * each",
                alarms=deployed.count(queries, "alarms"), each=fact("bill.query_metrics"),
            )  # fmt: skip
            priced = ("CloudWatch", "metric analysed by a query alarm")
            yield line("CloudWatch", region, "alarms with queries", ALARM, quantity=analysed, priced=priced)
    for token, item, priced in (
        (COMPOSITE, "composite alarms", ("CloudWatch", "composite alarm")),
        (FILTER, "metrics of log filters", CUSTOM),
    ):
        for region, nodes in _by_region(deployed.of_type(token)).items():
            yield line("CloudWatch", region, item, token, quantity=deployed.count(nodes, item), priced=priced)


def _metrics(alarm: Node) -> int:
    """Metrics that an alarm watches: its own, or those in its expression; 0 where a query selects them."""
    queries = alarm.inputs.get("metricQueries")
    if not queries:
        return 1
    if any(str(query.get("expression", "")).startswith("SELECT") for query in queries):
        return 0
    return sum(1 for query in queries if query.get("metric"))


def _dashboards(demand: Demand) -> Iterator[Line]:
    dashboards = demand.deployed.of_type(DASHBOARD)
    if dashboards:
        paid = figure(
            "dashboards beyond the free ones", "dashboards", Kind.BOUND, "max(dashboards - free, 0)",
            dashboards=demand.deployed.count(dashboards, "dashboards"), free=fact("cw.free_dashboards"),
        )  # fmt: skip
        yield line("CloudWatch", EDGE, "dashboards", DASHBOARD, quantity=paid, priced=("CloudWatch", "dashboard"))


# --- logs -------------------------------------------------------------------------------------------------------------


def _logs(demand: Demand) -> Iterator[Line]:
    """Each region's log groups by what writes to them: ingested once, then stored for their retention."""
    grouped: dict[tuple[str, str, float], list[Node]] = defaultdict(list)
    for group in demand.deployed.of_type(GROUP):
        days = group.inputs.get("retentionInDays") or fact("bill.kept_days").value
        grouped[str(group.region), _writer(demand, group), float(days)].append(group)
    for (region, writer, _), groups in sorted(grouped.items()):
        written = _written(demand, region, writer, groups)
        types = (GROUP, *_ALSO.get(writer, ()))
        item = f"logs of {writer.rpartition(':')[2]}"
        yield line("CloudWatch", region, item, *types, quantity=written, priced=INGESTED)
        kept = figure(
            "logs kept", "GB", Kind.ESTIMATE, "written * compressed * days / month", written=written,
            compressed=fact("cw.log_compression"), days=_retention(demand, groups[0]), month=demand.days,
        )  # fmt: skip
        yield line("CloudWatch", region, f"{item}, kept", GROUP, quantity=kept, priced=STORED)


def _retention(demand: Demand, group: Node) -> Reading:
    return demand.deployed.number(group, "retentionInDays", "days", fact("bill.kept_days"))


def _writer(demand: Demand, group: Node) -> str:
    """Type of the component that a log group belongs to."""
    parent = group.parent
    return "" if parent is None else demand.deployed.node(parent).type


def _written(demand: Demand, region: str, writer: str, groups: list[Node]) -> Figure:
    """Gigabytes that come to log groups in a month."""
    amount = _WRITERS.get(writer)
    counted = demand.deployed.count(groups, "log groups")
    if amount is None:
        return figure("logs", "GB", Kind.ESTIMATE, "groups * each", groups=counted, each=fact("bill.quiet_gigabytes"))
    return figure(
        "logs", "GB", Kind.ESTIMATE, "min(groups, 1) * written", groups=counted, written=amount(demand, region)
    )


def _of_requests(line_of: str, *, flows: bool = False) -> Callable[[Demand, str], Figure]:
    def amount(demand: Demand, region: str) -> Figure:
        formula = f"requests * bytes / 1e9{' * flows' if flows else ''}"
        uses: dict[str, Quantity] = {"requests": demand.here(demand.web_requests, region), "bytes": fact(line_of)}
        if flows:
            uses["flows"] = fact("bill.flows")
        return figure("log lines", "GB", Kind.ESTIMATE, formula, **uses)

    return amount


def _of_calls(line_of: str) -> Callable[[Demand, str], Figure]:
    return lambda demand, region: figure(
        "log lines", "GB", Kind.ESTIMATE, "calls * bytes / 1e9", calls=calls(demand, region), bytes=fact(line_of)
    )


@once
def flow_gigabytes(demand: Demand, region: str) -> Figure:
    """Flow log records of a region in a month."""
    return _of_requests("bill.flow_line", flows=True)(demand, region)


def _of_firewall(demand: Demand, region: str, requests: Figure, *, worldwide: bool) -> Figure:
    """Every request that the web ACL inspects, or where its log is filtered the few that it blocks or counts."""
    deployed = demand.deployed
    filtered = [
        each
        for each in deployed.of_type(FIREWALL_LOG, region=region)
        if each.inputs.get("loggingFilter") and _worldwide(demand, each) is worldwide
    ]
    return figure(
        "logged requests",
        "GB",
        Kind.ESTIMATE,
        "requests * (blocked / 100 if filters else 1) * bytes / 1e9",
        requests=requests,
        blocked=fact("bill.blocked_percent"),
        filters=deployed.count(filtered, "filtered logs"),
        bytes=fact("bill.blocked_line"),
    )


def _worldwide(demand: Demand, logging: Node) -> bool:
    """Whether a log is that of the distribution's web ACL."""
    acls = demand.deployed.references(logging, "resourceArn")
    return any(acl.inputs.get("scope") == "CLOUDFRONT" for acl in acls)


def _of_trail(demand: Demand, _region: str) -> Figure:
    return figure(
        "events", "GB", Kind.ESTIMATE, "events * bytes / 1e9", events=trail_events(demand),
        bytes=fact("bill.event_line"),
    )  # fmt: skip


def _of_names(demand: Demand, _region: str) -> Figure:
    queries = dns_queries(demand)
    if queries is None:
        return figure("queries", "GB", Kind.ESTIMATE, "each", each=fact("bill.quiet_gigabytes"))
    return figure("queries", "GB", Kind.ESTIMATE, "queries * bytes / 1e9", queries=queries, bytes=fact("bill.dns_line"))


def _of_workers(demand: Demand, region: str) -> Figure:
    return figure(
        "log lines", "GB", Kind.ESTIMATE, "uploads * bytes / 1e9", uploads=demand.here(demand.uploads, region),
        bytes=fact("bill.upload_line"),
    )  # fmt: skip


def _of_visits(demand: Demand, region: str) -> Figure:
    runs = [_runs(demand, canary) for canary in demand.deployed.of_type(CANARY, region=region)]
    if not runs:
        return figure("visits", "GB", Kind.ESTIMATE, "each", each=fact("bill.quiet_gigabytes"))
    return figure("visits", "GB", Kind.ESTIMATE, "runs * bytes / 1e9", runs=runs[0], bytes=fact("bill.visit_line"))


_WRITERS: Mapping[str, Callable[[Demand, str], Figure]] = {
    "storefront:region:Network": flow_gigabytes,
    "storefront:region:WebFleet": _of_requests("bill.web_line"),
    "storefront:region:RenderFleet": _of_workers,
    "storefront:region:Api": _of_calls("bill.api_line"),
    "storefront:region:Function": _of_calls("bill.function_line"),
    "storefront:region:Firewall": lambda demand, region: _of_firewall(
        demand, region, demand.here(demand.web_requests, region), worldwide=False
    ),
    "storefront:region:Canary": _of_visits,
    "storefront:edge:Firewall": lambda demand, region: _of_firewall(
        demand, region, all_requests(demand), worldwide=True
    ),
    "storefront:edge:QueryLog": _of_names,
    "storefront:account:AuditTrail": _of_trail,
}
"""What writes to log groups as the load drives it; all others are quiet."""

_ALSO = {
    "storefront:region:Network": (FLOW_LOG,),
    "storefront:region:Firewall": (FIREWALL_LOG,),
    "storefront:edge:Firewall": (FIREWALL_LOG,),
    "storefront:edge:QueryLog": (QUERY_LOG,),
}
"""Resources that a log is billed for beside its group."""


def _database_samples(demand: Demand) -> Iterator[Line]:
    """Enhanced monitoring of databases comes as logs."""
    for region, nodes in _by_region(demand.deployed.of_type(INSTANCE)).items():
        sampled = [node for node in nodes if float(node.inputs.get("monitoringInterval") or 0) > 0]
        if not sampled:
            continue
        written = figure(
            "samples of databases", "GB", Kind.ESTIMATE, "instances * hours * 3600 / interval * kilobytes / 1e6",
            instances=demand.deployed.count(sampled, "instances"), hours=demand.hours,
            interval=demand.deployed.number(sampled[0], "monitoringInterval", "s", choices=(1, 5, 10, 15, 30, 60)),
            kilobytes=fact("bill.sample_kilobytes"),
        )  # fmt: skip
        yield line("CloudWatch", region, "samples of databases", INSTANCE, quantity=written, priced=INGESTED)


def _delivered(demand: Demand) -> Iterator[Line]:
    """The distribution's log goes to a bucket, which AWS bills for its conversion alone."""
    deliveries = demand.deployed.of_type(DELIVERY)
    if deliveries:
        converted = figure(
            "converted lines", "GB", Kind.ESTIMATE, "lines * min(deliveries, 1)", lines=cdn_log_gigabytes(demand),
            deliveries=demand.deployed.count(deliveries, "deliveries"),
        )  # fmt: skip
        priced = ("CloudWatch", "conversion of delivered logs to Parquet")
        region = str(deliveries[0].region)
        yield line("CloudWatch", EDGE, "access log of the CDN", DELIVERY, quantity=converted, priced=priced, at=region)


# --- canaries ---------------------------------------------------------------------------------------------------------


def _canaries(demand: Demand) -> Iterator[Line]:
    for canary in demand.deployed.of_type(CANARY):
        region, runs = str(canary.region), _runs(demand, canary)
        yield line("CloudWatch", region, "canary runs", CANARY, quantity=runs, priced=("CloudWatch", "canary run"))
        memory = demand.deployed.number(canary, "runConfig.memoryInMb", "MB", fact("lambda.canary_memory"))
        worked = figure(
            "run time of canaries", "GB-second", Kind.ESTIMATE, "runs * seconds * memory / 1024", runs=runs,
            seconds=fact("bill.visit_seconds"), memory=memory,
        )  # fmt: skip
        priced = ("Lambda", "duration x86 first 6B GB-s")
        yield line("Lambda", region, "run time of canaries", CANARY, quantity=worked, priced=priced)


def _runs(demand: Demand, canary: Node) -> Figure:
    """Runs of a canary in a month, by its schedule `rate(5 minutes)`."""
    expression = str(demand.deployed.value(canary, "schedule.expression"))
    number, _, unit = expression.removeprefix("rate(").removesuffix(")").partition(" ")
    if not number.isdigit() or unit.removesuffix("s") not in MINUTES:
        raise UndeclaredError(f"the schedule of {canary.name} is {expression!r}, which is no rate")
    every = int(number) * MINUTES[unit.removesuffix("s")]
    canaries = demand.deployed.count([canary], "canaries")
    return figure("runs", "runs", Kind.BOUND, f"canaries * hours * 60 / {every}", canaries=canaries, hours=demand.hours)
