"""Data stores stand in subnets that the internet has no route to, a database in such without any way out."""

from collections.abc import Iterator

from policy.examples import Change, Declared, Examples, Link
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.vpc._examples import network, of_tier
from policy.subject import Subject
from policy.views.network import TABLE, WayOut, placed, way_out, zones

GROUP = "aws:rds/subnetGroup:SubnetGroup"
PROXY = "aws:rds/proxy:Proxy"
WORKGROUP = "aws:redshiftserverless/workgroup:Workgroup"
STANDS = {GROUP: "subnetIds", PROXY: "vpcSubnetIds", WORKGROUP: "subnetIds"}
SUITS = {GROUP: [WayOut.NONE], PROXY: [WayOut.NONE, WayOut.THROUGH], WORKGROUP: [WayOut.NONE, WayOut.THROUGH]}
TO_GATEWAY = [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-0123456789abcdef0"}]


def check(subject: Subject) -> Iterator[Complaint]:
    prop, suitable = STANDS[subject.type], SUITS[subject.type]
    placement = placed(subject, prop)
    if not placement.subnets:
        raise NotApplicable("its subnets are not of this stack")
    unfit = [one for one in placement.subnets if way_out(one) not in suitable]
    wanted = " or ".join(way.value for way in suitable)
    if placement.exact:
        yield from (wrong(prop, f"subnets {wanted}; {one.name} is {way_out(one).value}") for one in unfit)
    elif missing := zones(unfit) - placement.zones(*suitable):
        yield wrong(prop, f"a network with subnets {wanted} in every zone; without are {', '.join(sorted(missing))}")


RULE = Rule(
    id="vpc-data-subnets",
    on=tuple(STANDS),
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("RDS.46",),
    why="A data store in a subnet with a route to the internet is one address and one rule away from it",
    mend="Put it into subnets whose route tables have no internet gateway, and for a database no way out at all",
    check=check,
    examples=Examples(
        accepted=[
            *network(),
            Declared(type=GROUP, name="database", links={"subnetIds": of_tier("isolated")}),
            Declared(type=GROUP, name="packaged", links={"subnetIds": ["network"]}),
            Declared(type=PROXY, name="proxy", links={"vpcSubnetIds": of_tier("isolated")}),
            Declared(type=WORKGROUP, name="warehouse", links={"subnetIds": of_tier("private")}),
        ],
        refused=Link("subnetIds", of_tier("private"), on="database"),
        also_refused=[
            Link("subnetIds", of_tier("public"), on="warehouse"),
            Change("routes", TO_GATEWAY, on="isolated"),
        ],
        unknown=Change("routeTableId", None, on="isolated-a-table"),
        absent=None,
        not_applicable=[Declared(type=GROUP, props={"subnetIds": ["subnet-0123456789abcdef0"]})],
        stronger=[Link("subnetIds", of_tier("isolated"), on="warehouse")],
    ),
    breaks=[
        Break(
            on=TABLE, path="routes", value=TO_GATEWAY, also=("vpc-tiers-in-three-zones",),
            where=lambda table: table["tags"]["SubnetType"] == "Isolated",
        ),
    ],
)  # fmt: skip
