"""A group that serves visitors stands on servers that AWS does not take back."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Setting, Severity, wrong
from policy.rules.autoscaling._fleet import DISTRIBUTION, GROUP, TEMPLATE, fleet, serves, spot_share
from policy.subject import Subject
from policy.values import get
from policy.views.stated import stated

POLICY = "mixedInstancesPolicy"


def check(subject: Subject) -> Iterator[Complaint]:
    if not serves(subject):
        raise NotApplicable("no load balancer sends it visitors: its work waits where it lies")
    for template in subject.links("launchTemplate", TEMPLATE):
        if get(stated(template, "instanceMarketOptions"), "marketType") == "spot":
            yield wrong("instanceMarketOptions.marketType", "a share of spot in a mixed-instances policy", at=template)
    policy = stated(subject, POLICY)
    share = spot_share(policy)
    if share == 0:
        return
    base = float(get(policy, f"{DISTRIBUTION}.onDemandBaseCapacity", 0))
    fewest, largest = subject.settings["on_demand_base"], subject.settings["spot_percent"]
    if base < fewest:
        yield wrong(f"{POLICY}.{DISTRIBUTION}.onDemandBaseCapacity", f"{fewest:g} or more", found=base)
    if share > largest:
        path = f"{POLICY}.{DISTRIBUTION}.onDemandPercentageAboveBaseCapacity"
        yield wrong(path, f"{100 - largest:g} or more", found=100 - share)


RULE = Rule(
    id="autoscaling-spot-bounded",
    on=GROUP,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("resilience:spot-only-capacity",),
    why="When AWS needs its spot capacity back it takes all of it within two minutes, in every zone",
    mend="Keep a base on demand, one server a zone at least, and bound the share of spot above it",
    check=check,
    settings={
        "on_demand_base": Setting(says="Fewest servers that are always on demand", default=3, minimum=1, maximum=100),
        "spot_percent": Setting(
            says="Largest share of spot above the base, in percent", default=70, minimum=0, maximum=100
        ),
    },
    examples=Examples(
        accepted=fleet(),
        refused=Change(f"{POLICY}.{DISTRIBUTION}.onDemandBaseCapacity", 2, on="web"),
        also_refused=[Change(f"{POLICY}.{DISTRIBUTION}.onDemandPercentageAboveBaseCapacity", "0", on="web")],
        unknown=Change(f"{POLICY}.{DISTRIBUTION}.onDemandBaseCapacity", None, on="web"),
        absent=Absent(
            Remove(f"{POLICY}.{DISTRIBUTION}", on="web"), Verdict.ACCEPTED, "AWS's default launches on demand alone"
        ),
        not_applicable=[one for one in fleet() if one.name == "workers"],
        stronger=[Change(f"{POLICY}.{DISTRIBUTION}.onDemandPercentageAboveBaseCapacity", 100.0, on="web")],
    ),
    breaks=[
        Break(on=GROUP, path=f"{POLICY}.{DISTRIBUTION}.{name}", value=0, where=lambda group: "targetGroupArns" in group)
        for name in ("onDemandBaseCapacity", "onDemandPercentageAboveBaseCapacity")
    ],
)
