"""Functions, the API before them, queues, topics, events, schedules, and sign-in."""

from collections.abc import Iterator

from preview.facts import fact
from preview.graph import Node
from preview.promises.cost.demand import Demand, once
from preview.promises.cost.edge import CHECK
from preview.promises.cost.line import Line, line
from preview.promises.figure import Figure, Kind, Quantity, figure

FUNCTION = "aws:lambda/function:Function"
API = "aws:apigatewayv2/api:Api"
STAGE = "aws:apigatewayv2/stage:Stage"
ROUTE = "aws:apigatewayv2/route:Route"
QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"
BUS = "aws:cloudwatch/eventBus:EventBus"
SCHEDULE = "aws:scheduler/schedule:Schedule"
POOL = "aws:cognito/userPool:UserPool"
ARM = ("Lambda", "duration arm64 first 7.5B GB-s")
X86 = ("Lambda", "duration x86 first 6B GB-s")


def lines(demand: Demand) -> Iterator[Line]:
    """What functions and messages cost."""
    for region in demand.regions:
        yield from _api(demand, region)
        yield from _functions(demand, region)
        yield from _messages(demand, region)
    yield from _schedules(demand)
    yield from _sign_in(demand)


@once
def calls(demand: Demand, region: str) -> Figure:
    """Requests that the API of a region answers in a month: users' and those of health checks."""
    return figure(
        "API calls", "requests", Kind.ESTIMATE, "users + checks", users=demand.here(demand.api_requests, region),
        checks=check_requests(demand, "/api/health", region),
    )  # fmt: skip


@once
def check_requests(demand: Demand, path: str, region: str) -> Figure:
    """Requests that health checks of a path make in a region; each region's endpoint has the same checks."""
    deployed = demand.deployed
    checks = [each for each in deployed.of_type(CHECK) if each.inputs.get("resourcePath") == path]
    if not checks:
        return figure("requests of health checks", "requests", Kind.ESTIMATE, "0 * hours", hours=demand.hours)
    watched = max(len(deployed.serving), 1) if region in deployed.serving or not deployed.serving else 0
    return figure(
        "requests of health checks",
        "requests",
        Kind.ESTIMATE,
        f"checks * {_places(checks[0])} * checkers * hours * 3600 / interval{f' / {watched}' if watched else ' * 0'}",
        checks=deployed.count(checks, "health checks"),
        checkers=fact("bill.checkers"),
        hours=demand.hours,
        interval=deployed.number(
            checks[0], "requestInterval", "s", fact("r53.interval_standard"), choices=(10.0, 30.0)
        ),
    )


def _places(check: Node) -> int:
    """Regions that a check is made from; AWS takes eight where none is named."""
    return len(check.inputs.get("regions") or range(8))


def _api(demand: Demand, region: str) -> Iterator[Line]:
    apis = demand.deployed.of_type(API, region=region)
    if not apis:
        return
    asked = figure(
        "API requests", "requests", Kind.ESTIMATE, "calls * min(apis, 1)", calls=calls(demand, region),
        apis=demand.deployed.count(apis, "APIs"),
    )  # fmt: skip
    priced = ("API Gateway", "HTTP API first 300M")
    yield line("API Gateway", region, "requests", API, ROUTE, quantity=asked, priced=priced)
    detailed = [
        stage
        for stage in demand.deployed.of_type(STAGE, region=region)
        if demand.deployed.value(stage, "defaultRouteSettings.detailedMetricsEnabled")
    ]
    if detailed:
        path = "defaultRouteSettings.detailedMetricsEnabled"
        metrics = figure(
            "metrics of routes", "metrics", Kind.BOUND, "routes * each * detailed",
            routes=demand.deployed.count(demand.deployed.of_type(ROUTE, region=region), "routes"),
            each=fact("apigw.route_metrics"), detailed=demand.deployed.number(detailed[0], path, "0 or 1"),
        )  # fmt: skip
        priced = ("CloudWatch", "custom metric first 10k")
        yield line("CloudWatch", region, "metrics of routes", STAGE, quantity=metrics, priced=priced)


def _functions(demand: Demand, region: str) -> Iterator[Line]:
    functions = demand.deployed.of_type(FUNCTION, region=region)
    if not functions:
        return
    first = functions[0]
    counted = demand.deployed.count(functions, "functions")
    memory = demand.deployed.number(first, "memorySize", "MB", fact("lambda.default_memory"))
    uploads = demand.here(demand.uploads, region)
    called = figure(
        "calls", "calls", Kind.ESTIMATE, "min(functions, 1) * calls", functions=counted, calls=calls(demand, region)
    )
    yield line("Lambda", region, "requests", FUNCTION, quantity=called, priced=("Lambda", "requests"))
    worked = figure(
        "run time",
        "GB-second",
        Kind.ESTIMATE,
        "(calls * milliseconds / 1000 + uploads * seconds) * memory / 1024",
        calls=called,
        milliseconds=fact("bill.function_milliseconds"),
        uploads=uploads,
        seconds=fact("bill.job_seconds"),
        memory=memory,
    )
    arm = "arm64" in (first.inputs.get("architectures") or ())
    yield line("Lambda", region, "run time", FUNCTION, quantity=worked, priced=ARM if arm else X86)
    if any(demand.deployed.value(each, "tracingConfig.mode") == "Active" for each in functions):
        traced = figure(
            "traces", "traces", Kind.ESTIMATE, "min(calls, hours * 3600) + max(calls - hours * 3600, 0) * share",
            calls=called, hours=demand.hours, share=fact("xray.share"),
        )  # fmt: skip
        yield line("X-Ray", region, "traces", FUNCTION, quantity=traced, priced=("X-Ray", "traces recorded"))


def _messages(demand: Demand, region: str) -> Iterator[Line]:
    deployed, uploads = demand.deployed, demand.here(demand.uploads, region)
    queues = deployed.of_type(QUEUE, region=region)
    if queues:
        # Five pollers of a function's queue ask every 20 seconds, and so does each worker.
        asked = figure(
            "requests to queues", "requests", Kind.ESTIMATE, "queues * hours * 3600 / 20 + uploads * 6",
            queues=deployed.count(queues, "queues"), hours=demand.hours, uploads=uploads,
        )  # fmt: skip
        yield line("SQS", region, "requests", QUEUE, quantity=asked, priced=("SQS", "standard requests"))
    told = figure(
        "events", "events", Kind.ESTIMATE, "orders + uploads * 3", orders=demand.here(demand.orders, region),
        uploads=uploads,
    )  # fmt: skip
    buses, topics = deployed.of_type(BUS, region=region), deployed.of_type(TOPIC, region=region)
    if buses:
        sent = _if_any(demand, "events of the shop", "events", told, buses)
        yield line("EventBridge", region, "events", BUS, quantity=sent, priced=("EventBridge", "custom events"))
    if topics:
        mailed = _if_any(demand, "notifications", "notifications", told, topics)
        yield line("SNS", region, "notifications", TOPIC, quantity=mailed, priced=("SNS", "email notifications"))


def _if_any(demand: Demand, name: str, unit: str, quantity: Figure, nodes: list[Node]) -> Figure:
    return figure(
        name, unit, Kind.ESTIMATE, "quantity * min(count, 1)", quantity=quantity,
        count=demand.deployed.count(nodes, unit),
    )  # fmt: skip


def _schedules(demand: Demand) -> Iterator[Line]:
    schedules = demand.deployed.of_type(SCHEDULE)
    if not schedules:
        return
    # At most every quarter of an hour.
    run = figure(
        "scheduled calls beyond the free ones", "invocations", Kind.BOUND, "max(schedules * hours * 4 - free, 0)",
        schedules=demand.deployed.count(schedules, "schedules"), hours=demand.hours, free=fact("scheduler.free"),
    )  # fmt: skip
    priced = ("EventBridge", "scheduled invocations")
    yield line("EventBridge", str(schedules[0].region), "schedules", SCHEDULE, quantity=run, priced=priced)


def _sign_in(demand: Demand) -> Iterator[Line]:
    for pool in demand.deployed.of_type(POOL):
        active: Quantity = figure(
            "customers who sign in, beyond the free ones", "MAU", Kind.ESTIMATE,
            "max(pools * orders / each - free, 0)", pools=demand.deployed.count([pool], "user pools"),
            orders=demand.orders, each=fact("bill.orders_per_customer"), free=fact("cognito.free"),
        )  # fmt: skip
        priced = ("Cognito", "Essentials MAU")
        yield line("Cognito", str(pool.region), "customers", POOL, quantity=active, priced=priced)
