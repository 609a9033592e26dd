"""How much the content delivery network keeps from the buckets, as the bill takes it.

Not a simulation: a share for AWS's default lifetime of a day, a share for lifetimes of a year, and in between in
proportion to the lifetime's logarithm; both shares are assumptions.
"""

import math

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed
from preview.promises.edge_locations import edge
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure, simulated

CACHE_POLICY = "aws:cloudfront/cachePolicy:CachePolicy"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


def hit_ratio(deployed: Deployed) -> Figure:
    """Share of file requests that the distribution answers itself, in percent; 0 without a distribution."""
    found = edge(deployed)
    if found is None:
        return figure("hits", "%", Kind.ESTIMATE, "0 * regions", regions=deployed.count([], "distributions"))
    lifetime = lifetimes(deployed, found.distribution)
    longest = max(lifetime, key=lambda each: each.value)
    long, short = fact("bill.ttl_long"), fact("cf.default_ttl")
    part = _logarithmic(longest, short.value, long.value)
    return figure(
        "hits",
        "%",
        Kind.ESTIMATE,
        "default + (long - default) * part",
        default=fact("bill.hit_default"),
        long=fact("bill.hit_long"),
        part=part,
    )


def lifetimes(deployed: Deployed, distribution: Node) -> list[Quantity]:
    """How long its cache policies let objects live without other instructions; AWS's default where it has none."""
    behaviours = ("defaultCacheBehavior", "orderedCacheBehaviors")
    policies = [node for node in deployed.references(distribution, *behaviours) if node.type == CACHE_POLICY]
    found: list[Quantity] = [deployed.number(node, "defaultTtl", "s", fact("cf.default_ttl")) for node in policies]
    return found or [fact("cf.default_ttl")]


def shielded(deployed: Deployed) -> list[Reading]:
    """The switch of Origin Shield of each origin that has one switched on."""
    found: list[Reading] = []
    for distribution in deployed.of_type(DISTRIBUTION):
        for index, origin in enumerate(distribution.inputs.get("origins") or ()):
            if (origin.get("originShield") or {}).get("enabled"):
                found.append(deployed.number(distribution, f"origins.{index}.originShield.enabled", "0 or 1"))
    return found


def _logarithmic(lifetime: Quantity, short: float, long: float) -> Figure:
    """Where a lifetime stands between two others, 0 to 1."""
    value = min(max(math.log(max(lifetime.value, 1.0) / short) / math.log(long / short), 0.0), 1.0)
    how = "logarithm of the longest lifetime, between a day and a year"
    return simulated("lifetime", "", Kind.ESTIMATE, value, how, lifetime=lifetime)
