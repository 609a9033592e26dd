"""Somebody hears of the edge's errors, of slow origins and of a cache that does not help."""

from policy.rules.operations._promises import DISTRIBUTION, EVERYWHERE, Watch, promise

RULE = promise(
    id="operations-edge",
    why="What all visitors pass through fails or slows down, and each region by itself looks well",
    needs={
        DISTRIBUTION: [
            Watch(namespace="AWS/CloudFront", name="5xxErrorRate", statistic="Average", region=EVERYWHERE),
            Watch(namespace="AWS/CloudFront", name="CacheHitRate", statistic="Average", region=EVERYWHERE),
            Watch(namespace="AWS/CloudFront", name="OriginLatency", statistic="p90", region=EVERYWHERE),
        ]
    },
)
