"""What the web fleets do when users surge, when they multiply, when a region is lost, and when a server dies."""

import math
from collections.abc import Sequence

from preview.facts import fact
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, figure
from preview.promises.promise import Better, Finding, Model, Promise
from preview.promises.scaling import exhibits as scaling_exhibits
from preview.promises.scaling.fleet import Fleet
from preview.promises.scaling.rendering import render_figures
from preview.promises.scaling.scenarios import Platform, Scenario, region_losses, spike, surge, worst

REPLACEMENT = Promise(
    id="instance_replacement_seconds", title="A dead web server is replaced", unit="s", better=Better.LOWER
)
SURGE = Promise(id="surge_unserved_percent", title="A surge of users is absorbed", unit="%", better=Better.LOWER)
SPIKE = Promise(
    id="spike_unserved_percent", title="A sudden multiple of the usual users is absorbed", unit="%", better=Better.LOWER
)
REGION_LOSS = Promise(
    id="region_loss_unserved_percent", title="The other regions carry a lost one's users at peak", unit="%",
    better=Better.LOWER,
)  # fmt: skip
PROMISES = (REPLACEMENT, SURGE, SPIKE, REGION_LOSS)


def reached(deployed: Deployed) -> dict[str, Figure]:
    """The figure that decides each promise."""
    platform = Platform.of(deployed)
    return {
        REPLACEMENT.id: _slowest(platform).replacement.total,
        SURGE.id: surge(platform).unserved,
        SPIKE.id: spike(platform).unserved,
        REGION_LOSS.id: worst(region_losses(platform)).unserved,
    }


def findings(deployed: Deployed) -> list[Finding]:
    """All four promises with their parts, charts and tables."""
    platform = Platform.of(deployed)
    losses = region_losses(platform)
    lost = worst(losses)
    return [
        _replaced(platform, render_figures(deployed)),
        _finding(SURGE, platform, surge(platform)),
        _finding(SPIKE, platform, spike(platform)),
        _finding(REGION_LOSS, platform, lost, tuple(each.unserved for each in losses if each is not lost)),
    ]


def _slowest(platform: Platform) -> Fleet:
    return max(platform.fleets.values(), key=lambda fleet: fleet.replacement.total.value)


def _replaced(platform: Platform, render: Sequence[Figure]) -> Finding:
    slowest = _slowest(platform).replacement
    return Finding(
        promise=REPLACEMENT,
        reached=slowest.total,
        why=_assumed(slowest.total),
        also=(slowest.detection, slowest.answering, slowest.first_check, _ramp(slowest.slow_start), *render),
        exhibits=(scaling_exhibits.replacements(platform.fleets),),
    )


def _assumed(reached: Figure) -> str:
    assumed = [
        f"{found.value:g} {found.unit} ({found.id})" for found in reached.facts() if found.quality == "assumption"
    ]
    return f"AWS publishes nothing on some parts, which are assumed: {', '.join(assumed)}." if assumed else ""


def _ramp(slow_start: Quantity) -> Figure:
    return figure("slow start, after it serves", "s", Kind.BOUND, "slow_start", slow_start=slow_start)


def _finding(promise: Promise, platform: Platform, scenario: Scenario, others: tuple[Figure, ...] = ()) -> Finding:
    return Finding(
        promise=promise,
        reached=scenario.unserved,
        why=_why(platform, scenario),
        also=(scenario.slowed, *others),
        exhibits=scaling_exhibits.of(scenario, platform.fleets),
    )


def _why(platform: Platform, scenario: Scenario) -> str:
    """What is missing where users are turned away."""
    short = [
        f"{math.ceil(max(trace.load) / platform.fleets[region].server.value)} in {region} (it begins with "
        f"{trace.servers[0]})"
        for region, trace in scenario.traces.items()
        if trace.turned_away > 0
    ]
    if not short:
        return ""
    slowest = max(fleet.ready.value for fleet in platform.fleets.values()) + fact("asg.reaction").value
    return (
        f"A server serves {slowest:g} s after the alarm that asks for it. Servers that would answer all without "
        f"scaling: {', '.join(short)}."
    )


MODEL = Model(promises=PROMISES, reached=reached, findings=findings)
