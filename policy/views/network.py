"""Networks of a stack: the subnets of a VPC, where their traffic goes, and what stands in which."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from policy.subject import Stack, Subject
from policy.values import each, get
from policy.views.stated import stated

COMPONENT = "awsx:ec2:Vpc"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN_ASSOCIATION = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
ROUTE = "aws:ec2/route:Route"
INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"


class WayOut(Enum):
    """Where the traffic of a subnet can go."""

    INTERNET = "routed to an internet gateway"
    THROUGH = "routed through a gateway that lets nobody in"
    NONE = "without any way out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """The subnets that a resource stands in."""

    subnets: tuple[Subject, ...]
    exact: bool
    """Whether it stands in every one of them. A packaged VPC does not tell which of its subnets an output names."""

    def zones(self, *ways: WayOut) -> set[str]:
        """The zones of its subnets, or of those with one of some ways out."""
        return zones(one for one in self.subnets if not ways or way_out(one) in ways)


def attached(vpc: Subject, prop: str, *types: str) -> list[Subject]:
    """The resources of some types whose property depends on a VPC, or on the packaged component that it is part of."""
    found = {one.urn: one for above in (vpc, *_components(vpc)) for one in above.users(prop, *types)}
    return [found[urn] for urn in sorted(found)]


def subnets(vpc: Subject) -> list[Subject]:
    """The subnets of a VPC."""
    return attached(vpc, "vpcId", SUBNET)


def placed(subject: Subject, prop: str) -> Placement:
    """Where a resource stands, by a property that holds ids of subnets; UnknownValueError where nothing tells."""
    components = subject.links(prop, COMPONENT)
    found = {one.urn: one for one in subject.links(prop, SUBNET)}
    for component in components:
        found.update({one.urn: one for vpc in _vpcs(subject.stack, component) for one in subnets(vpc)})
    if not found and subject.links(prop):
        get(subject.props, prop)
    return Placement(subnets=tuple(found[urn] for urn in sorted(found)), exact=not components)


def zones(some: Iterable[Subject]) -> set[str]:
    """The zones of some subnets, by name or, where that is not stated, by id."""
    return {str(_zone(one)) for one in some}


def way_out(subnet: Subject) -> WayOut:
    """Where a subnet's route table sends its traffic; without one, that of the VPC's main table."""
    memory = subnet.stack.memory
    key = ("way out", subnet.urn)
    if key not in memory:
        ways = {way for table in _tables(subnet) for way in _ways(table)}
        memory[key] = next((way for way in WayOut if way in ways), WayOut.NONE)
    return memory[key]


def _zone(subnet: Subject) -> str:
    return stated(subnet, "availabilityZone") or get(subnet.props, "availabilityZoneId") or ""


def _components(vpc: Subject) -> Iterator[Subject]:
    return (above for above in vpc.ancestors() if above.type == COMPONENT)


def _vpcs(stack: Stack, component: Subject) -> list[Subject]:
    return [one for one in stack.of_type(VPC) if component.urn in {above.urn for above in _components(one)}]


def _tables(subnet: Subject) -> Iterator[Subject]:
    associations = subnet.users("subnetId", ASSOCIATION)
    for vpc in () if associations else subnet.links("vpcId", VPC):
        associations = [*associations, *vpc.users("vpcId", MAIN_ASSOCIATION)]
        yield from vpc.users("defaultRouteTableId", DEFAULT_TABLE)
    for association in associations:
        tables = association.links("routeTableId", TABLE, DEFAULT_TABLE)
        if not tables:
            get(association.props, "routeTableId")
        yield from tables


def _ways(table: Subject) -> Iterator[WayOut]:
    if stated(table, "routes") is not None:
        for _, entry in each(table.props, "routes"):
            inside = not table.links("routes", INTERNET_GATEWAY) and not _names_gateway(get(entry, "gatewayId"))
            yield WayOut.THROUGH if inside else WayOut.INTERNET
    for prop in ("routeTableId", "defaultRouteTableId"):
        for route in table.users(prop, ROUTE):
            linked = route.links("gatewayId", INTERNET_GATEWAY, COMPONENT)
            yield WayOut.INTERNET if linked or _names_gateway(stated(route, "gatewayId")) else WayOut.THROUGH


def _names_gateway(value: str | None) -> bool:
    return value is not None and str(value).startswith("igw-")
