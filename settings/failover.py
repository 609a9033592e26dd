"""How long a failed region stays in DNS, from the settings that decide it.

detection = 0.82·I + N·T + (N−1)·I and client = detection + P + TTL, all in seconds, where I is the interval of
the health check, N its failure threshold, T the time a checker waits for an origin that hangs, P the propagation
of the status to the name servers, and TTL what a resolver may keep an answer. Checkers are not coordinated and a
check turns unhealthy when no more than 18 % of them say healthy, hence 0.82.

Sources: interval, threshold, timeouts and 18 % from the Route 53 developer guide, "How Amazon Route 53 determines
whether a health check is healthy" (2026). P is not published: 5 s is an assumption.
"""

from settings.section import Section

CHECKERS_SHARE = 0.82
CONNECT_TIMEOUT_SECONDS = 4
PROPAGATION_SECONDS = 5
LOAD_BALANCER_ALIAS_TTL_SECONDS = 60


class FailoverBudget(Section):
    """The parts of a failover through DNS, each in seconds."""

    detection_seconds: float
    propagation_seconds: float
    ttl_seconds: float

    @property
    def total_seconds(self) -> float:
        """The longest time until a client asks another region, in seconds."""
        return self.detection_seconds + self.propagation_seconds + self.ttl_seconds


def failover_budget(interval_seconds: int, failure_threshold: int, ttl_seconds: int) -> FailoverBudget:
    """The budget of a health-checked record whose origin hangs (accepts no connection, says nothing)."""
    detection = (
        CHECKERS_SHARE * interval_seconds
        + failure_threshold * CONNECT_TIMEOUT_SECONDS
        + (failure_threshold - 1) * interval_seconds
    )
    return FailoverBudget(
        detection_seconds=round(detection, 2),
        propagation_seconds=float(PROPAGATION_SECONDS),
        ttl_seconds=float(ttl_seconds),
    )
