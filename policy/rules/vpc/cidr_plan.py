"""Networks have private addresses that no other network of the stack has."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from policy.examples import Change, Declared, Examples
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.addresses import PRIVATE_V4, block
from policy.views.network import VPC, attached

MORE = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"


def check(subject: Subject) -> Iterator[Complaint]:
    blocks = list(_blocks(subject))
    if not all(any(one.subnet_of(private) for private in PRIVATE_V4) for one in blocks):
        yield wrong("cidrBlock", "a block of private addresses (RFC 1918 or 100.64.0.0/10)")
    for other in subject.stack.of_type(VPC):
        if other.urn < subject.urn and any(one.overlaps(two) for one in blocks for two in _blocks(other)):
            yield wrong("cidrBlock", f"a block that does not overlap the one of {other.name} in {other.region}")


def _blocks(vpc: Subject) -> Iterator[IPv4Network]:
    for one in (vpc, *attached(vpc, "vpcId", MORE)):
        found = block(str(get(one.props, "cidrBlock")))
        if isinstance(found, IPv4Network):
            yield found


RULE = Rule(
    id="vpc-cidr-plan",
    on=VPC,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Networks whose addresses overlap can never be connected, and public ones hide a part of the internet",
    mend="Give each region's network a private block of its own",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=VPC, name="london", props={"cidrBlock": "10.0.0.0/16"}),
            Declared(type=VPC, name="ohio", props={"cidrBlock": "10.1.0.0/16"}, region="us-east-2"),
            Declared(type=MORE, name="more", props={"cidrBlock": "10.2.0.0/16"}, links={"vpcId": ["london"]}),
        ],
        refused=Change("cidrBlock", "10.0.128.0/20", on="ohio"),
        also_refused=[Change("cidrBlock", "10.1.0.0/16", on="more"), Change("cidrBlock", "11.0.0.0/16", on="ohio")],
        unknown=Change("cidrBlock", None, on="ohio"),
        absent=None,
    ),
    breaks=[
        Break(on=VPC, path="cidrBlock", value="10.101.0.0/16"),
        Break(on=VPC, path="cidrBlock", value="198.18.0.0/16"),
    ],
)
