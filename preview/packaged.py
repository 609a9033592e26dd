"""What packaged components create: awsx runs in a process of its own, so its children are spelled out here.

Names, tags and order follow awsx 3's own code for the one layout that the platform uses: explicit address blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.protobuf.struct_pb2 import Struct

from preview.graph import UNKNOWN, Node

MakeUrn = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Expansion:
    """The resources that a packaged component creates, and what it returns."""

    nodes: list[Node]
    outputs: dict[str, Any]


class _Vpc:
    def __init__(self, component: Node, provider: str | None, region: str, make_urn: MakeUrn) -> None:
        self.component, self.provider, self.region, self.make_urn = component, provider, region, make_urn
        self.nodes: list[Node] = []
        self.internet_gateway = ""
        self.nat_gateways: list[str] = []

    def add(self, token: str, name: str, parent: str, inputs: dict[str, Any], **links: str) -> str:
        """Add a resource; `links` are the properties that hold the id of another one."""
        urn = self.make_urn(parent, token, name)
        above = () if parent == self.component.urn else (parent,)
        inputs = {**dict.fromkeys(links, UNKNOWN), **inputs}
        raw = Struct()
        raw.update(inputs)
        self.nodes.append(
            Node(
                urn=urn,
                type=token,
                name=name,
                parent=parent,
                provider=self.provider or None,
                region=self.region or None,
                inputs=inputs,
                dependencies=tuple(sorted({*above, *links.values()})),
                property_dependencies={name: (target,) for name, target in links.items()},
                expanded_from=self.component.urn,
                raw=raw,
            )
        )
        return urn

    def expand(self) -> Expansion:
        name, args = self.component.name, self.component.inputs
        zones: list[str] = args["availabilityZoneNames"]
        gateways: dict[str, str] = args.get("natGateways") or {}
        strategy = gateways.get("strategy", "OnePerAz")
        given: dict[str, str] = args.get("tags") or {}
        shared = {"Name": name, **given}
        kept = ("cidrBlock", "enableDnsHostnames", "enableDnsSupport")
        vpc = self.add(
            "aws:ec2/vpc:Vpc", name, self.component.urn, {**{k: args[k] for k in kept if k in args}, "tags": shared}
        )
        self.internet_gateway = self.add(
            "aws:ec2/internetGateway:InternetGateway", name, vpc, {"tags": shared}, vpcId=vpc
        )
        count: dict[str, int] = {}
        for index, zone in enumerate(zones):
            for spec in sorted(args["subnetSpecs"], key=lambda s: ("Public", "Private", "Isolated").index(s["type"])):
                count[spec["type"]] = count.get(spec["type"], 0) + 1
                self._subnet(vpc, spec, index, zone=zone, shared=shared, strategy=strategy)
        return Expansion(
            self.nodes,
            {
                "vpcId": UNKNOWN,
                **{f"{kind.lower()}SubnetIds": [UNKNOWN] * number for kind, number in count.items()},
                "routeTables": UNKNOWN,
                "natGateways": UNKNOWN,
                "eips": UNKNOWN,
            },
        )

    def _subnet(
        self, vpc: str, spec: dict[str, Any], index: int, *, zone: str, shared: dict[str, str], strategy: str
    ) -> None:
        kind: str = spec["type"]
        name = f"{self.component.name}-{spec.get('name') or kind.lower()}-{index + 1}"
        tags: dict[str, str] = {**shared, **(spec.get("tags") or {}), "Name": name, "SubnetType": kind}
        subnet = self.add(
            "aws:ec2/subnet:Subnet",
            name,
            vpc,
            {
                "availabilityZone": zone,
                "cidrBlock": spec["cidrBlocks"][index],
                "mapPublicIpOnLaunch": kind == "Public",
                "tags": tags,
            },
            vpcId=vpc,
        )
        table = self.add("aws:ec2/routeTable:RouteTable", name, subnet, {"tags": tags}, vpcId=vpc)
        association = "aws:ec2/routeTableAssociation:RouteTableAssociation"
        self.add(association, name, table, {}, routeTableId=table, subnetId=subnet)
        if kind == "Public" and (strategy == "OnePerAz" or (strategy == "Single" and index == 0)):
            gateway = f"{self.component.name}-{index + 1}"
            own: dict[str, str] = {**(self.component.inputs.get("tags") or {}), "Name": gateway}
            address = self.add("aws:ec2/eip:Eip", gateway, subnet, {"domain": "vpc", "tags": own})
            made = self.add(
                "aws:ec2/natGateway:NatGateway", gateway, subnet, {"tags": own}, subnetId=subnet, allocationId=address
            )
            self.nat_gateways.append(made)
        if kind == "Public":
            self._route(name, table, gatewayId=self.internet_gateway)
        elif kind == "Private" and strategy != "None":
            self._route(name, table, natGatewayId=self.nat_gateways[index if strategy == "OnePerAz" else 0])

    def _route(self, name: str, table: str, **target: str) -> None:
        self.add(
            "aws:ec2/route:Route", name, table, {"destinationCidrBlock": "0.0.0.0/0"}, routeTableId=table, **target
        )


def _expand_vpc(component: Node, provider: str | None, region: str, make_urn: MakeUrn) -> Expansion:
    return _Vpc(component, provider, region, make_urn).expand()


EXPANSIONS: dict[str, Callable[[Node, str | None, str, MakeUrn], Expansion]] = {"awsx:ec2:Vpc": _expand_vpc}
