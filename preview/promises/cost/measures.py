"""What a naive build of the same platform would leave out.

Each measure is a change to the graph that takes it back: the naive build is the same stack with all of them taken back,
and is billed like any other. Regions, zones, databases, security and monitoring stay as they are, so that both keep the
same service level.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from preview.facts import fact, rows
from preview.promises.cost.caching import CACHE_POLICY, DISTRIBUTION
from preview.promises.cost.compute import FIRST_TYPE, GROUP, MIX, SCHEDULE, fleets
from preview.promises.cost.databases import INSTANCE
from preview.promises.cost.demand import RENDER_FLEET, Demand
from preview.promises.cost.functions import FUNCTION
from preview.promises.cost.network import ENDPOINT
from preview.promises.cost.observability import FIREWALL_LOG
from preview.promises.cost.prices import is_published
from preview.promises.cost.storage import ENCRYPTION, LIFECYCLE
from preview.promises.deployed import Deployed


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change to a graph: inputs by URN and path, and resources that go."""

    inputs: Mapping[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    gone: Sequence[str] = ()

    def applied(self, deployed: Deployed) -> Deployed:
        """The graph after it."""
        changed = deployed.altered(self.inputs) if self.inputs else deployed
        return changed.without(self.gone) if self.gone else changed


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """Something that makes the platform cheaper than the naive build."""

    id: str
    title: str
    naive: str
    """What the naive build does in its place."""

    taken_back: Callable[[Demand], Change]


def without(demand: Demand, measures: Iterable[Measure]) -> Deployed:
    """The stack with measures taken back."""
    changes = [measure.taken_back(demand) for measure in measures]
    inputs = {key: value for change in changes for key, value in change.inputs.items()}
    gone = tuple(urn for change in changes for urn in change.gone)
    kept = {key: value for key, value in inputs.items() if key[0] not in gone}
    return Change(inputs=kept, gone=gone).applied(demand.deployed)


# --- servers ----------------------------------------------------------------------------------------------------------


def _no_spot(demand: Demand) -> Change:
    path = f"{MIX}.onDemandPercentageAboveBaseCapacity"
    groups = demand.deployed.of_type(GROUP)
    return Change(inputs={(each.urn, path): 100 for each in groups if demand.deployed.value(each, path) is not None})


def _no_scaling(demand: Demand) -> Change:
    """Web fleets stand at the size of their busiest hour; a fleet of workers follows its queue in any build."""
    webs = [fleet for fleet in fleets(demand) if demand.deployed.component(fleet.group, RENDER_FLEET) is None]
    return Change(
        inputs={(fleet.group.urn, "minSize"): fleet.largest for fleet in webs},
        gone=[each.urn for each in demand.deployed.of_type(SCHEDULE)],
    )


def _no_arm(demand: Demand) -> Change:
    deployed, inputs = demand.deployed, dict[tuple[str, str], Any]()
    for group in deployed.of_type(GROUP):
        for index, override in enumerate(deployed.value(group, FIRST_TYPE.rpartition(".0.")[0]) or ()):
            other = _x86(str(override.get("instanceType")), "EC2", "Linux on-demand")
            if other is not None:
                path = f"{FIRST_TYPE.rpartition('.0.')[0]}.{index}.instanceType"
                inputs[group.urn, path] = other
    for instance in deployed.of_type(INSTANCE):
        other = _x86(str(instance.inputs.get("instanceClass")), "Aurora", "Standard on-demand")
        if other is not None:
            inputs[instance.urn, "instanceClass"] = other
    for function in deployed.of_type(FUNCTION):
        if "arm64" in (function.inputs.get("architectures") or ()):
            inputs[function.urn, "architectures"] = ["x86_64"]
    return Change(inputs=inputs)


def _x86(name: str, service: str, suffix: str) -> str | None:
    """The x86 type in an Arm type's place, where a price of it is published."""
    family, _, size = name.rpartition(".")
    other = _counterparts().get(family)
    found = f"{other}.{size}" if other else None
    return found if found and is_published(service, f"{found} {suffix}") else None


@cache
def _counterparts() -> dict[str, str]:
    return {row["arm"]: row["x86"] for row in rows("x86_counterparts")}


# --- files ------------------------------------------------------------------------------------------------------------


def _no_tiers(demand: Demand) -> Change:
    inputs: dict[tuple[str, str], Any] = {}
    for lifecycle in demand.deployed.of_type(LIFECYCLE):
        for index, rule in enumerate(lifecycle.inputs.get("rules") or ()):
            if rule.get("transitions"):
                inputs[lifecycle.urn, f"rules.{index}.transitions"] = None
    return Change(inputs=inputs)


def _no_shield(demand: Demand) -> Change:
    return Change(inputs=dict(_switches(demand)))


def _switches(demand: Demand) -> Iterator[tuple[tuple[str, str], Any]]:
    for distribution in demand.deployed.of_type(DISTRIBUTION):
        for index, origin in enumerate(distribution.inputs.get("origins") or ()):
            if (origin.get("originShield") or {}).get("enabled"):
                yield (distribution.urn, f"origins.{index}.originShield.enabled"), False


def _short_lived(demand: Demand) -> Change:
    longest = fact("cf.default_ttl").value
    return Change(
        inputs={
            (policy.urn, "defaultTtl"): int(longest)
            for policy in demand.deployed.of_type(CACHE_POLICY)
            if float(policy.inputs.get("defaultTtl") or 0) > longest
        }
    )


def _as_uploaded(demand: Demand) -> Change:
    return Change(gone=list(demand.workers.members))


def _no_bucket_keys(demand: Demand) -> Change:
    return Change(
        inputs={
            (each.urn, "rules.0.bucketKeyEnabled"): False
            for each in demand.deployed.of_type(ENCRYPTION)
            if demand.deployed.value(each, "rules.0.bucketKeyEnabled")
        }
    )


# --- network ----------------------------------------------------------------------------------------------------------


def _no_gateway_endpoints(demand: Demand) -> Change:
    endpoints = demand.deployed.of_type(ENDPOINT)
    return Change(gone=[each.urn for each in endpoints if each.inputs.get("vpcEndpointType") == "Gateway"])


def _unfiltered_logs(demand: Demand) -> Change:
    logs = demand.deployed.of_type(FIREWALL_LOG)
    return Change(inputs={(each.urn, "loggingFilter"): None for each in logs if each.inputs.get("loggingFilter")})


SMALLER_MODELS = Measure(
    id="smaller_models",
    title="Models are made smaller before they are served",
    naive="Models go to viewers as merchants uploaded them; no render workers",
    taken_back=_as_uploaded,
)

MEASURES: tuple[Measure, ...] = (
    SMALLER_MODELS,
    Measure(
        id="filtered_logs", title="Web ACLs log what they stop or count", naive="Web ACLs log every request",
        taken_back=_unfiltered_logs,
    ),
    Measure(
        id="arm", title="Arm processors", naive="x86 servers, databases and functions of the same size",
        taken_back=_no_arm,
    ),
    Measure(id="spot", title="Spot servers", naive="All servers on demand", taken_back=_no_spot),
    Measure(
        id="scaling", title="Fleets follow the load and the night",
        naive="Web fleets of the busiest hour's size, all hours", taken_back=_no_scaling,
    ),
    Measure(id="shield", title="Origin Shield", naive="No Origin Shield", taken_back=_no_shield),
    Measure(
        id="gateway_endpoints", title="Gateway endpoints", naive="Tables and buckets reached through NAT gateways",
        taken_back=_no_gateway_endpoints,
    ),
    Measure(
        id="tiers", title="Storage tiers", naive="All objects in S3 Standard until they expire", taken_back=_no_tiers
    ),
    Measure(
        id="lifetimes", title="Long lifetimes at the edge", naive="The CDN's default lifetime of a day",
        taken_back=_short_lived,
    ),
    Measure(
        id="bucket_keys", title="Buckets with keys of their own", naive="Every request to a bucket reaches KMS",
        taken_back=_no_bucket_keys,
    ),
)  # fmt: skip
"""The greatest first, as the waterfall draws them."""
