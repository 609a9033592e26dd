"""Load balancers, NAT gateways, endpoints, addresses, and gigabytes between zones and regions."""

from collections.abc import Iterator

from preview.facts import fact
from preview.graph import Node
from preview.promises.cost.demand import LOAD_BALANCER, Demand, once
from preview.promises.cost.line import Line, line
from preview.promises.figure import Figure, Kind, Quantity, figure

NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
ADDRESS = "aws:ec2/eip:Eip"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
SUBNET = "aws:ec2/subnet:Subnet"
RULE = "aws:lb/listenerRule:ListenerRule"
LISTENER = "aws:lb/listener:Listener"
PROXY_ENDPOINT = "aws:rds/proxyEndpoint:ProxyEndpoint"
OTHER_REGIONS = ("Data transfer", "Outbound data transfer to other regions")
OTHER_ZONES = ("Data transfer", "between AZs (both directions summed)")


def lines(demand: Demand) -> Iterator[Line]:
    """What the networks cost."""
    for region in demand.regions:
        yield from _load_balancer(demand, region)
        yield from _nat(demand, region)
        yield from _endpoints(demand, region)
        yield from _between_zones(demand, region)


@once
def zones(demand: Demand, region: str) -> Figure:
    """Zones that a region's network spans."""
    subnets = demand.deployed.of_type(SUBNET, region=region)
    first = {str(node.inputs.get("availabilityZone")): node for node in subnets}
    return figure(
        "zones", "zones", Kind.BOUND, "zones", zones=demand.deployed.count(list(first.values()), "zones")
    )  # fmt: skip


def all_month(demand: Demand, nodes: list[Node], unit: str) -> Figure:
    """Hours of resources that stand all month."""
    return figure(
        f"hours of {unit}", "h", Kind.BOUND, "count * hours", count=demand.deployed.count(nodes, unit),
        hours=demand.hours,
    )  # fmt: skip


def _load_balancer(demand: Demand, region: str) -> Iterator[Line]:
    balancers = demand.deployed.of_type(LOAD_BALANCER, region=region)
    standing = all_month(demand, balancers, "load balancers")
    yield line("ALB", region, "hours", LOAD_BALANCER, quantity=standing, priced=("ALB", "load balancer hour"))
    requests = demand.here(demand.web_requests, region)
    rate = figure(
        "web requests", "1/s", Kind.ESTIMATE, "requests / hours / 3600", requests=requests, hours=demand.hours
    )
    units = capacity_units(
        demand.hours,
        rate,
        per_connection=fact("bill.requests_per_connection"),
        kilobytes=fact("bill.page_kilobytes"),
        rules=demand.deployed.count(demand.deployed.of_type(RULE, region=region), "rules"),
    )
    yield line("ALB", region, "capacity units", LOAD_BALANCER, LISTENER, RULE, quantity=units, priced=("ALB", "LCU"))
    addresses = figure(
        "public addresses", "h", Kind.BOUND, "count * zones * hours",
        count=demand.deployed.count(balancers, "load balancers"), zones=zones(demand, region), hours=demand.hours,
    )  # fmt: skip
    yield line("VPC", region, "addresses of load balancers", LOAD_BALANCER, quantity=addresses, priced=_IPV4)


def capacity_units(
    hours: Quantity, rate: Quantity, *, per_connection: Quantity, kilobytes: Quantity, rules: Quantity
) -> Figure:
    """What a load balancer is billed for at a rate of requests per second, in LCU-hours: the most used dimension.

    Active connections are left out: behind a distribution they are few.
    """
    connections = figure(
        "new connections", "LCU", Kind.ESTIMATE, "rate / per_connection / unit", rate=rate,
        per_connection=per_connection, unit=fact("alb.lcu_connections"),
    )  # fmt: skip
    gigabytes = figure(
        "processed bytes", "LCU", Kind.ESTIMATE, "rate * 3600 * kilobytes / 1e6 / unit", rate=rate,
        kilobytes=kilobytes, unit=fact("alb.lcu_gigabytes"),
    )  # fmt: skip
    evaluations = figure(
        "rule evaluations", "LCU", Kind.ESTIMATE, "rate * max(rules - free, 0) / unit", rate=rate, rules=rules,
        free=fact("alb.free_rules"), unit=fact("alb.lcu_rules"),
    )  # fmt: skip
    return figure(
        "capacity units",
        "LCU-hour",
        Kind.ESTIMATE,
        "hours * max(connections, gigabytes, evaluations)",
        hours=hours,
        connections=connections,
        gigabytes=gigabytes,
        evaluations=evaluations,
    )


def _nat(demand: Demand, region: str) -> Iterator[Line]:
    gateways = demand.deployed.of_type(NAT_GATEWAY, region=region)
    if not gateways:
        return
    standing = all_month(demand, gateways, "NAT gateways")
    yield line("NAT", region, "hours", NAT_GATEWAY, quantity=standing, priced=("NAT gateway", "gateway hour"))
    processed = figure("through NAT", "GB", Kind.ESTIMATE, "own + tables + objects", **_through_nat(demand, region))
    yield line("NAT", region, "gigabytes", NAT_GATEWAY, quantity=processed, priced=("NAT gateway", "data processed"))
    addresses = demand.deployed.of_type(ADDRESS, region=region)
    if addresses:
        held = all_month(demand, addresses, "addresses")
        yield line("VPC", region, "addresses of NAT gateways", ADDRESS, quantity=held, priced=_IPV4)


def _through_nat(demand: Demand, region: str) -> dict[str, Figure]:
    """Gigabytes by what they are for; what has a gateway endpoint goes there instead."""
    groups = demand.deployed.of_type("aws:autoscaling/group:Group", region=region)
    tables = _gateway(demand, region, "dynamodb")
    objects = _gateway(demand, region, "s3")
    return {
        "own": figure(
            "packages and calls", "GB", Kind.ESTIMATE, "fleets * gigabytes",
            fleets=demand.deployed.count(groups, "fleets"), gigabytes=fact("bill.nat_gigabytes"),
        ),
        "tables": figure(
            "to and from tables", "GB", Kind.ESTIMATE, "requests * kilobytes / 1e6 * (0 if endpoints else 1)",
            requests=demand.here(demand.web_requests, region), kilobytes=fact("bill.table_kilobytes"),
            endpoints=demand.deployed.count(tables, "endpoints"),
        ),
        "objects": figure(
            "models to and from workers", "GB", Kind.ESTIMATE,
            "workers_here * uploads * (uploaded + stored) / 1e3 * (0 if endpoints else 1)",
            workers_here=figure("workers", "", Kind.BOUND, "min(workers, 1)", workers=demand.workers),
            uploads=demand.here(demand.uploads, region),
            uploaded=demand.deployed.expected("load.model_megabytes", "MB"), stored=demand.model_megabytes,
            endpoints=demand.deployed.count(objects, "endpoints"),
        ),
    }  # fmt: skip


def _gateway(demand: Demand, region: str, service: str) -> list[Node]:
    return [
        node
        for node in demand.deployed.of_type(ENDPOINT, region=region)
        if node.inputs.get("vpcEndpointType") == "Gateway" and str(node.inputs.get("serviceName")).endswith(service)
    ]


def _endpoints(demand: Demand, region: str) -> Iterator[Line]:
    interfaces = [
        node
        for node in demand.deployed.of_type(ENDPOINT, region=region)
        if node.inputs.get("vpcEndpointType") == "Interface"
    ]
    more = demand.deployed.of_type(PROXY_ENDPOINT, region=region)
    for nodes, item, token in ((interfaces, "interfaces", ENDPOINT), (more, "database proxies", PROXY_ENDPOINT)):
        if nodes:
            standing = figure(
                f"hours of {item}", "h", Kind.BOUND, "hours * zones", hours=all_month(demand, nodes, "endpoints"),
                zones=zones(demand, region),
            )  # fmt: skip
            priced = ("VPC endpoint", "interface endpoint hour per AZ")
            yield line("VPC endpoints", region, f"hours of {item}", token, quantity=standing, priced=priced)
    if interfaces:
        logged = figure(
            "logs of servers", "GB", Kind.ESTIMATE, "requests * bytes / 1e9",
            requests=demand.here(demand.web_requests, region), bytes=fact("bill.web_line"),
        )  # fmt: skip
        priced = ("VPC endpoint", "interface endpoint data first 1 PB")
        yield line("VPC endpoints", region, "gigabytes", ENDPOINT, quantity=logged, priced=priced)


def _between_zones(demand: Demand, region: str) -> Iterator[Line]:
    """Servers and database in different zones; between load balancers and servers AWS bills nothing."""
    proxies = demand.deployed.of_type("aws:rds/proxy:Proxy", region=region)
    if not proxies:
        return
    crossing = figure(
        "between zones",
        "GB",
        Kind.ESTIMATE,
        "orders * kilobytes / 1e6 * max(zones - 1, 0) / max(zones, 1) * directions",
        orders=demand.here(demand.orders, region),
        kilobytes=fact("bill.order_kilobytes"),
        zones=zones(demand, region),
        directions=fact("transfer.directions"),
    )
    yield line("Data transfer", region, "between zones", "aws:rds/proxy:Proxy", quantity=crossing, priced=OTHER_ZONES)


_IPV4 = ("VPC", "public IPv4 address")
