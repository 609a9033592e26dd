"""Every tier of subnets of a network stands in three zones."""

from collections.abc import Iterator

from policy.examples import Change, Drop, Examples, Link
from policy.rule import Break, Complaint, Rule, Scope, Setting, Severity, wrong
from policy.rules.vpc._examples import network
from policy.subject import Subject
from policy.views.network import SUBNET, VPC, WayOut, subnets, way_out, zones


def check(subject: Subject) -> Iterator[Complaint]:
    wanted = subject.settings["zones"]
    tiers: dict[WayOut, list[Subject]] = {way: [] for way in WayOut}
    for subnet in subnets(subject):
        tiers[way_out(subnet)].append(subnet)
    if not any(tiers.values()):
        yield wrong("", f"subnets in {wanted:g} zones", found=0)
    for way, members in tiers.items():
        found = len(zones(members))
        if members and found < wanted:
            yield wrong("", f"subnets {way.value} in {wanted:g} zones", found=found)


RULE = Rule(
    id="vpc-tiers-in-three-zones",
    on=VPC,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("resilience:two-zones",),
    why="With two zones the loss of one takes half of everything, and what counts a majority stands still",
    mend="Give each tier of the network a subnet in three zones, and keep each to its own way out",
    check=check,
    settings={"zones": Setting(says="Zones that each tier stands in", default=3, minimum=2, maximum=6)},
    examples=Examples(
        accepted=network(),
        refused=Change("availabilityZone", "eu-west-2a", on="private-b"),
        also_refused=[
            Drop("public-c"),
            Link("routeTableId", ["public"], on="private-a-table"),
        ],
        unknown=Change("availabilityZone", None, on="private-b"),
        absent=None,
    ),
    breaks=[
        Break(
            on=SUBNET, path="availabilityZone", value="eu-west-2a", also=("vpc-data-subnets",),
            where=lambda one: one["availabilityZone"] == "eu-west-2b" and one["tags"]["SubnetType"] == "Isolated",
        ),
    ],
)  # fmt: skip
