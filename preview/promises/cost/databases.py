"""The relational database with its proxies, the tables, the warehouse, and the nightly exports."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.capacity.instances import processors
from preview.promises.cost.demand import Demand
from preview.promises.cost.line import Line, line
from preview.promises.cost.network import OTHER_REGIONS, all_month
from preview.promises.deployed import UndeclaredError
from preview.promises.figure import Figure, Kind, Quantity, figure

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
GLOBAL = "aws:rds/globalCluster:GlobalCluster"
PROXY = "aws:rds/proxy:Proxy"
TABLE = "aws:dynamodb/table:Table"
WORKGROUP = "aws:redshiftserverless/workgroup:Workgroup"
NAMESPACE = "aws:redshiftserverless/namespace:Namespace"
SCHEDULE = "aws:scheduler/schedule:Schedule"
SERVERLESS = "db.serverless"
SCALING = "serverlessv2ScalingConfiguration"


def lines(demand: Demand) -> Iterator[Line]:
    """What the databases cost."""
    for cluster in demand.deployed.of_type(CLUSTER):
        if cluster.inputs.get("storageType") not in (None, "", "aurora"):
            raise UndeclaredError(f"{cluster.name} has other storage than Aurora Standard, and the bill knows no other")
        members = instances(demand, cluster)
        yield from _instances(demand, cluster, members)
        yield from _volume(demand, cluster, members)
        yield from _proxies(demand, cluster, members)
    yield from _tables(demand)
    yield from _exports(demand)
    yield from _warehouse(demand)


def instances(demand: Demand, cluster: Node) -> list[Node]:
    """The instances of a cluster."""
    return [
        node
        for node in demand.deployed.of_type(INSTANCE, region=cluster.region)
        if cluster.urn in node.property_dependencies.get("clusterIdentifier", ())
    ]


def units(demand: Demand, cluster: Node) -> Figure:
    """Mean capacity units of a serverless instance."""
    number = demand.deployed.number
    return figure(
        "capacity units", "ACU", Kind.ESTIMATE, "least + (most - least) * percent / 100",
        least=number(cluster, f"{SCALING}.minCapacity", "ACU"), most=number(cluster, f"{SCALING}.maxCapacity", "ACU"),
        percent=fact("bill.acu_percent"),
    )  # fmt: skip


# --- relational -------------------------------------------------------------------------------------------------------


def _instances(demand: Demand, cluster: Node, members: Sequence[Node]) -> Iterator[Line]:
    region = str(cluster.region)
    classes: dict[str, list[Node]] = defaultdict(list)
    for node in members:
        classes[str(node.inputs.get("instanceClass"))].append(node)
    for name, nodes in sorted(classes.items()):
        hours = all_month(demand, nodes, "instances")
        if name == SERVERLESS:
            used = figure(
                "capacity", "ACU-hour", Kind.ESTIMATE, "hours * units", hours=hours, units=units(demand, cluster)
            )
            priced = ("Aurora", "Serverless v2 Standard")
            yield line("Aurora", region, "serverless instances", INSTANCE, CLUSTER, quantity=used, priced=priced)
        else:
            priced = ("Aurora", f"{name} Standard on-demand")
            yield line("Aurora", region, f"{name} instances", INSTANCE, CLUSTER, quantity=hours, priced=priced)
        yield from _insights(demand, cluster, name, nodes)


def _insights(demand: Demand, cluster: Node, name: str, nodes: list[Node]) -> Iterator[Line]:
    """Insights kept longer than the free days, at the rate of their advanced mode, which is no less."""
    longer = [
        node
        for node in nodes
        if node.inputs.get("performanceInsightsEnabled")
        and float(node.inputs.get("performanceInsightsRetentionPeriod") or 0) > fact("pi.free_days").value
    ]
    if not longer:
        return
    region, hours = str(cluster.region), all_month(demand, longer, "instances")
    if name == SERVERLESS:
        used = figure("insights", "ACU-hour", Kind.BOUND, "hours * units", hours=hours, units=units(demand, cluster))
        priced = ("CloudWatch", "Database Insights advanced, serverless")
    else:
        used = figure("insights", "vCPU-hour", Kind.BOUND, "hours * held", hours=hours, held=_processors(name))
        priced = ("CloudWatch", "Database Insights advanced, provisioned")
    yield line("CloudWatch", region, "database insights", INSTANCE, quantity=used, priced=priced)


def _volume(demand: Demand, cluster: Node, members: Sequence[Node]) -> Iterator[Line]:
    deployed, region = demand.deployed, str(cluster.region)
    clusters = deployed.count([cluster], "clusters")
    held = figure(
        "volume", "GB", Kind.ESTIMATE, "clusters * gigabytes", clusters=clusters,
        gigabytes=deployed.expected("load.databases_gigabytes", "GB"),
    )  # fmt: skip
    yield line("Aurora", region, "storage", CLUSTER, quantity=held, priced=("Aurora", "Standard storage"))
    changes = figure(
        "changes kept", "GB", Kind.ESTIMATE, "gigabytes * change / 100 * retention", gigabytes=held,
        change=fact("bill.daily_change"), retention=deployed.number(cluster, "backupRetentionPeriod", "days"),
    )  # fmt: skip
    yield line("Aurora", region, "backups", CLUSTER, quantity=changes, priced=("Aurora", "backup beyond free"))
    idle = figure(
        "reads and writes without users", "I/O", Kind.ESTIMATE, "instances * each * hours * 3600",
        instances=deployed.count(list(members), "instances"), each=fact("bill.idle_ios"), hours=demand.hours,
    )  # fmt: skip
    orders = figure(
        "reads and writes of orders", "I/O", Kind.ESTIMATE, "orders * each", orders=demand.orders,
        each=fact("bill.order_ios"),
    )  # fmt: skip
    if region == deployed.writer_region:
        done = figure("reads and writes", "I/O", Kind.ESTIMATE, "idle + orders", idle=idle, orders=orders)
    else:
        done = idle
    yield line("Aurora", region, "reads and writes", CLUSTER, quantity=done, priced=("Aurora", "Standard I/O"))
    if region != deployed.writer_region and deployed.of_type(GLOBAL):
        yield from _replicated(demand, region, idle, orders)


def _replicated(demand: Demand, region: str, idle: Figure, orders: Figure) -> Iterator[Line]:
    writes = figure(
        "replicated writes", "I/O", Kind.ESTIMATE, "(idle + orders) * percent / 100", idle=idle, orders=orders,
        percent=fact("bill.write_percent"),
    )  # fmt: skip
    priced = ("Aurora", "Global Database replicated write I/O")
    yield line("Aurora", region, "replicated writes", GLOBAL, CLUSTER, quantity=writes, priced=priced)
    writer = demand.deployed.writer_region
    if writer is not None:
        sent = demand.gigabytes("orders to other regions", demand.orders, fact("bill.order_kilobytes"))
        item = f"database to {region}"
        yield line("Data transfer", writer, item, GLOBAL, quantity=sent, priced=OTHER_REGIONS)


def _proxies(demand: Demand, cluster: Node, members: Sequence[Node]) -> Iterator[Line]:
    region = str(cluster.region)
    proxies = demand.deployed.of_type(PROXY, region=region)
    if not proxies or not members:
        return
    name = str(members[0].inputs.get("instanceClass"))
    hours = all_month(demand, proxies, "proxies")
    count = demand.deployed.count(list(members), "instances")
    if name == SERVERLESS:
        formula, each = "hours * max(instances * each, least)", units(demand, cluster)
        least, priced = fact("proxy.min_acus"), ("RDS Proxy", "Aurora Serverless v2 target")
    else:
        formula, each = "hours * max(instances * each, least)", _processors(name)
        least, priced = fact("proxy.min_vcpus"), ("RDS Proxy", "provisioned target")
    used = figure(
        "capacity behind proxies", "h", Kind.BOUND, formula, hours=hours, instances=count, each=each, least=least
    )
    yield line("RDS Proxy", region, "capacity", PROXY, quantity=used, priced=priced)


def _processors(instance_class: str) -> Quantity:
    return processors(instance_class.removeprefix("db."))


# --- tables -----------------------------------------------------------------------------------------------------------


def replicas(table: Node) -> Mapping[str, int]:
    """Regions of a table's replicas, with their place in its inputs."""
    given = cast(Sequence[Mapping[str, Any]], table.inputs.get("replicas") or ())
    return {str(replica["regionName"]): index for index, replica in enumerate(given)}


def _tables(demand: Demand) -> Iterator[Line]:
    tables = demand.deployed.of_type(TABLE)
    for table in tables:
        if table.inputs.get("billingMode") != "PAY_PER_REQUEST":
            raise UndeclaredError(f"{table.name} is not billed per request, and the bill knows no other way")
    places = sorted(
        {str(table.region) for table in tables} | {region for table in tables for region in replicas(table)}
    )
    for region in places:
        here = [table for table in tables if region == table.region or region in replicas(table)]
        yield from _requests(demand, region, here)
        yield from _stored(demand, region, here, tables)
        yield from _to_replicas(demand, region, len(places) - 1)


def _requests(demand: Demand, region: str, tables: list[Node]) -> Iterator[Line]:
    reads = figure(
        "read units",
        "units",
        Kind.ESTIMATE,
        "min(tables, 1) * (web * (page + session) + api * carts / 100)",
        tables=demand.deployed.count(tables, "tables"),
        web=demand.here(demand.web_requests, region),
        page=fact("catalogue.read_units"),
        session=fact("bill.session_reads"),
        api=demand.here(demand.api_requests, region),
        carts=demand.deployed.expected("load.cart_reads_percent", "%"),
    )
    priced = ("DynamoDB", "on-demand read request units")
    yield line("DynamoDB", region, "reads", TABLE, quantity=reads, priced=priced)
    # A write in any region is one in every region, at the same price whether it is the first or a replica's.
    writes = figure(
        "write units",
        "units",
        Kind.ESTIMATE,
        "min(tables, 1) * (carts + uploads * writes * (1 + indexes))",
        tables=demand.deployed.count(tables, "tables"),
        carts=demand.cart_writes,
        uploads=demand.uploads,
        writes=fact("bill.item_writes"),
        indexes=_indexes(demand, tables),
    )
    priced = ("DynamoDB", "on-demand write request units")
    yield line("DynamoDB", region, "writes, own and replicated", TABLE, quantity=writes, priced=priced)


def _indexes(demand: Demand, tables: list[Node]) -> Figure:
    most = max(len(cast(Sequence[Any], table.inputs.get("globalSecondaryIndexes") or ())) for table in tables)
    having = demand.deployed.count(tables, "tables")
    return figure("indexes of a table", "indexes", Kind.BOUND, f"min(tables, 1) * {most}", tables=having)


def _stored(demand: Demand, region: str, here: list[Node], tables: list[Node]) -> Iterator[Line]:
    number, uses = demand.deployed.number, dict[str, Quantity]()
    for index, table in enumerate(here):
        place = replicas(table).get(region)
        path = "pointInTimeRecovery.enabled" if place is None else f"replicas.{place}.pointInTimeRecovery"
        uses[f"recoverable_{index}"] = number(table, path, "0 or 1", fact("ddb.recovery_default"))
    held = figure(
        "tables", "GB", Kind.ESTIMATE, "gigabytes * here / tables",
        gigabytes=demand.deployed.expected("load.tables_gigabytes", "GB"),
        here=demand.deployed.count(here, "tables"), tables=demand.deployed.count(tables, "tables"),
    )  # fmt: skip
    yield line("DynamoDB", region, "storage", TABLE, quantity=held, priced=("DynamoDB", "storage"))
    recoverable = figure(
        "tables with recovery", "GB", Kind.ESTIMATE, f"held * ({' + '.join(uses)}) / {len(here)}", held=held, **uses
    )
    priced = ("DynamoDB", "PITR backup")
    yield line("DynamoDB", region, "point-in-time recovery", TABLE, quantity=recoverable, priced=priced)


def _to_replicas(demand: Demand, region: str, others: int) -> Iterator[Line]:
    if not others:
        return
    sent = figure(
        "changes to replicas", "GB", Kind.ESTIMATE, f"carts * kilobytes / 1e6 * {others}",
        carts=demand.here(demand.cart_writes, region), kilobytes=fact("bill.request_kilobytes"),
    )  # fmt: skip
    yield line("Data transfer", region, "tables to replicas", TABLE, quantity=sent, priced=OTHER_REGIONS)


# --- exports and warehouse --------------------------------------------------------------------------------------------


def _exports(demand: Demand) -> Iterator[Line]:
    deployed = demand.deployed
    tables = max(len(deployed.of_type(TABLE)), 1)
    for schedule in deployed.of_type(SCHEDULE):
        target, region = str(deployed.value(schedule, "target.arn")), str(schedule.region)
        nights = figure(
            "exports", "exports", Kind.BOUND, "schedules * days", schedules=deployed.count([schedule], "schedules"),
            days=demand.days,
        )  # fmt: skip
        if target.endswith(":rds:startExportTask"):
            whole, priced, formula = "load.databases_gigabytes", ("Aurora", "snapshot export"), "nights * gigabytes"
        elif target.endswith(":dynamodb:exportTableToPointInTime"):
            whole, priced, formula = (
                "load.tables_gigabytes",
                ("DynamoDB", "export to S3"),
                f"nights * gigabytes / {tables}",
            )
        else:
            continue
        sent = figure("exported", "GB", Kind.ESTIMATE, formula, nights=nights, gigabytes=deployed.expected(whole, "GB"))
        yield line(priced[0], region, "exports", SCHEDULE, quantity=sent, priced=priced)


def _warehouse(demand: Demand) -> Iterator[Line]:
    deployed = demand.deployed
    for group in deployed.of_type(WORKGROUP):
        region = str(group.region)
        used = figure(
            "warehouse", "RPU-hour", Kind.ESTIMATE, "units * hours * days",
            units=deployed.number(group, "baseCapacity", "RPU"), hours=fact("bill.warehouse_hours"), days=demand.days,
        )  # fmt: skip
        yield line("Redshift", region, "capacity", WORKGROUP, quantity=used, priced=("Redshift Serverless", "RPU"))
        held = figure(
            "warehouse storage", "GB", Kind.ESTIMATE, "groups * (database + tables)",
            groups=deployed.count([group], "workgroups"),
            database=deployed.expected("load.databases_gigabytes", "GB"),
            tables=deployed.expected("load.tables_gigabytes", "GB"),
        )  # fmt: skip
        priced = ("Redshift Serverless", "managed storage")
        yield line("Redshift", region, "storage", NAMESPACE, quantity=held, priced=priced)
