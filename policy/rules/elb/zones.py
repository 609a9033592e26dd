"""Load balancers stand in three zones."""

from collections.abc import Iterator

from policy.examples import Change, Declared, Examples, Link, Unlink
from policy.rule import Break, Complaint, Rule, Scope, Setting, Severity, wrong
from policy.rules.elb._examples import BALANCER
from policy.rules.vpc._examples import network, of_tier
from policy.subject import Subject
from policy.views.edge import is_public
from policy.views.network import WayOut, placed


def check(subject: Subject) -> Iterator[Complaint]:
    public = is_public(subject)
    ways = (WayOut.INTERNET,) if public else (WayOut.THROUGH, WayOut.NONE)
    found = {zone for prop in ("subnets", "subnetMappings") for zone in placed(subject, prop).zones(*ways)}
    wanted = subject.settings["zones"]
    if len(found) < wanted:
        kind = "public" if public else "private"
        yield wrong("subnets", f"{kind} subnets in {wanted:g} zones", found=len(found))


RULE = Rule(
    id="elb-in-three-zones",
    on=BALANCER,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("ELB.13", "resilience:two-zones"),
    why="A load balancer has no address in a zone without a subnet of it; with two zones one failure takes half",
    mend="Give it a subnet in each of three zones, public ones unless it is internal",
    check=check,
    settings={"zones": Setting(says="Zones that a load balancer stands in", default=3, minimum=2, maximum=6)},
    examples=Examples(
        accepted=[
            *network(),
            Declared(type=BALANCER, name="site", props={"internal": False}, links={"subnets": of_tier("public")}),
            Declared(type=BALANCER, name="packaged", props={"internal": False}, links={"subnets": ["network"]}),
            Declared(
                type=BALANCER, name="inside", props={"internal": True}, links={"subnetMappings": of_tier("private")}
            ),
        ],
        refused=Link("subnets", ["public-a", "public-b"], on="site"),
        also_refused=[
            Link("subnets", of_tier("private"), on="site"),
            Unlink("subnets", on="packaged"),
            Change("availabilityZone", "eu-west-2a", on="public-c"),
        ],
        unknown=Change("availabilityZone", None, on="public-b"),
        absent=None,
    ),
    breaks=[Break(on=BALANCER, path="subnets", unlink=True)],
)
