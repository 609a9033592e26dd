"""What the content delivery network keeps from the buckets, as the cache model finds it."""

from preview.promises.caching import model as cache
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Reading, figure
from preview.promises.users.edge_locations import edge

CACHE_POLICY = "aws:cloudfront/cachePolicy:CachePolicy"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


def hit_ratio(deployed: Deployed) -> Figure:
    """Share of file requests that the distribution answers itself, in percent; 0 without a distribution."""
    return kept(deployed)[0]


def kept(deployed: Deployed) -> tuple[Figure, Figure]:
    """The same, and the share that Origin Shield takes of what the caches before it leave, in percent."""
    if edge(deployed) is None:
        missing = deployed.count([], "distributions")
        nothing = figure("hits", "%", Kind.BOUND, "distributions", distributions=missing)
        return nothing, nothing
    found = cache.reached(deployed)
    return found[cache.HITS.id], found[cache.SHIELD.id]


def shielded(deployed: Deployed) -> list[Reading]:
    """The switch of Origin Shield of each origin that has one switched on."""
    found: list[Reading] = []
    for distribution in deployed.of_type(DISTRIBUTION):
        for index, origin in enumerate(distribution.inputs.get("origins") or ()):
            if (origin.get("originShield") or {}).get("enabled"):
                found.append(deployed.number(distribution, f"origins.{index}.originShield.enabled", "0 or 1"))
    return found
