"""Groups launch into three zones."""

from collections.abc import Iterator

from policy.examples import Change, Declared, Examples, Link, Unlink
from policy.rule import Break, Complaint, Rule, Scope, Setting, Severity, wrong
from policy.rules.autoscaling._fleet import GROUP
from policy.rules.vpc._examples import network, of_tier
from policy.subject import Subject
from policy.views.network import WayOut, placed
from policy.views.stated import stated


def check(subject: Subject) -> Iterator[Complaint]:
    named = {str(zone) for zone in stated(subject, "availabilityZones") or ()}
    found = named | placed(subject, "vpcZoneIdentifiers").zones(WayOut.THROUGH, WayOut.NONE)
    if len(found) < subject.settings["zones"]:
        yield wrong("vpcZoneIdentifiers", f"private subnets in {subject.settings['zones']:g} zones", found=len(found))


RULE = Rule(
    id="autoscaling-in-three-zones",
    on=GROUP,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("AutoScaling.2", "resilience:two-zones"),
    why="With two zones the loss of one takes half of the servers at the moment when all visitors need the rest",
    mend="Give the group a private subnet in each of three zones",
    check=check,
    settings={"zones": Setting(says="Zones that a group launches into", default=3, minimum=2, maximum=6)},
    examples=Examples(
        accepted=[
            *network(),
            Declared(type=GROUP, name="web", links={"vpcZoneIdentifiers": of_tier("private")}),
            Declared(type=GROUP, name="workers", links={"vpcZoneIdentifiers": ["network"]}),
        ],
        refused=Link("vpcZoneIdentifiers", ["private-a", "private-b"], on="web"),
        also_refused=[
            Link("vpcZoneIdentifiers", of_tier("public"), on="web"),
            Unlink("vpcZoneIdentifiers", on="workers"),
        ],
        unknown=Change("availabilityZone", None, on="private-a"),
        absent=None,
    ),
    breaks=[Break(on=GROUP, path="vpcZoneIdentifiers", unlink=True)],
)
