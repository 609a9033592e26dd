"""Limits of the web servers: how many there may be, and how many have an address."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from preview.facts import fact
from preview.graph import Node
from preview.promises.capacity import demand, fleets
from preview.promises.capacity.limits.limit import Limit, Sort
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, figure, simulated

SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"


def fleet(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    """The web servers at their largest number, at the use of their processors that scaling holds."""
    for group in fleets.of_web(deployed, region):
        largest = fleets.largest(deployed, group)
        yield Limit(
            name="web servers",
            sort=Sort.DECLARED,
            region=region,
            place=f"maxSize of {group.name}",
            room=usable(deployed, group, largest),
            each=demand.processing(deployed),
            share=share,
            setting=largest,
            remedy="web.max_instances, or larger web.instance_types",
        )


def addresses(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    """The subnets that servers stand in: each takes an address, and the rest of the region few."""
    subnets = _private_subnets(deployed, region)
    for group in fleets.of_web(deployed, region) if subnets else ():
        yield Limit(
            name="addresses for web servers",
            sort=Sort.DECLARED,
            region=region,
            place=f"cidrBlock of {len(subnets)} private subnets",
            room=usable(deployed, group, _addresses(deployed, subnets)),
            each=demand.processing(deployed),
            share=share,
            remedy="a wider regions[].cidr, which replaces the network",
        )


def usable(deployed: Deployed, group: Node, servers: Quantity) -> Figure:
    """Processors of so many servers of a group that users may keep busy."""
    uses: dict[str, Quantity] = {"servers": servers, "processors": fleets.fewest_processors(deployed, group)}
    target = fleets.processor_target(deployed, group)
    formula = "servers * processors"
    if target is not None:
        uses, formula = {**uses, "target": target}, f"{formula} * min(target, 100) / 100"
    return figure("usable processors", "vCPUs", Kind.BOUND, formula, **uses)


def _addresses(deployed: Deployed, subnets: list[Node]) -> Figure:
    reserved = fact("vpc.reserved_addresses")
    blocks = sum(IPv4Network(str(subnet.inputs["cidrBlock"])).num_addresses for subnet in subnets)
    return simulated(
        "addresses of the private subnets",
        "addresses",
        Kind.BOUND,
        blocks - reserved.value * len(subnets),
        "addresses of the subnets' blocks, without those that AWS keeps",
        subnets=deployed.count(subnets, "private subnets"),
        reserved=reserved,
    )


def _private_subnets(deployed: Deployed, region: str) -> list[Node]:
    """Subnets whose route table leads to a NAT gateway."""
    private = {
        table.urn
        for route in deployed.of_type(ROUTE, region=region)
        if route.inputs.get("natGatewayId")
        for table in deployed.references(route, "routeTableId")
    }
    return [
        subnet
        for association in deployed.of_type(ASSOCIATION, region=region)
        if any(table.urn in private for table in deployed.references(association, "routeTableId"))
        for subnet in deployed.references(association, "subnetId")
        if subnet.type == SUBNET
    ]
