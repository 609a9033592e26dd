"""A network of three zones and three tiers, for the examples of every rule about where something stands."""

from collections.abc import Iterator

from policy.examples import Declared
from policy.views.network import (
    ASSOCIATION,
    COMPONENT,
    INTERNET_GATEWAY,
    ROUTE,
    SUBNET,
    TABLE,
    VPC,
)

NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
ZONES = ("a", "b", "c")
TIERS = ("public", "private", "isolated")


def network() -> list[Declared]:
    """A packaged VPC `network` with subnets such as `public-a` and a route table for each tier."""
    return [
        Declared(type=COMPONENT, name="network", region=None),
        Declared(type=VPC, name="vpc", props={"cidrBlock": "10.0.0.0/16"}, parent="network"),
        Declared(type=INTERNET_GATEWAY, name="gateway", links={"vpcId": ["vpc"]}, parent="vpc"),
        Declared(type=NAT_GATEWAY, name="nat", links={"subnetId": ["public-a"]}, parent="vpc"),
        *(Declared(type=TABLE, name=tier, links={"vpcId": ["vpc"]}, parent="vpc") for tier in TIERS),
        Declared(type=ROUTE, name="to-gateway", links={"routeTableId": ["public"], "gatewayId": ["gateway"]}),
        Declared(type=ROUTE, name="to-nat", links={"routeTableId": ["private"], "natGatewayId": ["nat"]}),
        *(one for tier in TIERS for zone in ZONES for one in _subnet(tier, zone)),
    ]


def of_tier(tier: str) -> list[str]:
    """The names of a tier's subnets."""
    return [f"{tier}-{zone}" for zone in ZONES]


def _subnet(tier: str, zone: str) -> Iterator[Declared]:
    name = f"{tier}-{zone}"
    props = {"availabilityZone": f"eu-west-2{zone}", "mapPublicIpOnLaunch": False}
    yield Declared(type=SUBNET, name=name, props=props, links={"vpcId": ["vpc"]}, parent="vpc")
    yield Declared(type=ASSOCIATION, name=f"{name}-table", links={"subnetId": [name], "routeTableId": [tier]})
