"""When Route 53 sees that a region has failed: its health checks, one by one and calculated from others.

An endpoint is asked by checkers that do not coordinate. Each asks again one interval after its last answer, and gives
up after the probe's timeout; `threshold` failures in a row turn it. Route 53 calls the endpoint healthy while more
than 18 % of its checkers do (Route 53 developer guide, "How Amazon Route 53 determines whether a health check is
healthy"). At the latest all checkers have turned:

    bound     threshold * (interval + probe)
    estimate  (1 - 0.18) * interval + threshold * probe + (threshold - 1) * interval
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.failover.moments import never
from preview.promises.figure import Figure, Kind, Quantity, figure

HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck"
_CALCULATED = "CALCULATED"
_TCP = "TCP"
_HTTP = frozenset({"HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH"})


class Failure(StrEnum):
    """How the endpoints of a failed region behave."""

    REFUSES = "refuses"
    """They refuse connections, or answer with errors."""

    HANGS = "hangs"
    """They take no connection."""

    SILENT = "stays silent"
    """They take connections, slowly, and never answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """What becomes of a health check when a region fails."""

    before: bool
    """Whether it counts as healthy while the region works."""

    after: bool
    """Whether it counts as healthy in the end."""

    detection: Figure
    """Seconds until it has turned; infinite where it never does."""

    @property
    def detects(self) -> bool:
        """Whether it takes the region out of DNS."""
        return self.before and not self.after


def turn(deployed: Deployed, check: Node, region: str, failure: Failure, kind: Kind) -> Turn:
    """How a health check turns when a region fails, and when, as a bound or as an estimate.

    UndeclaredError for a check whose delay AWS does not publish, such as one of a CloudWatch alarm.
    """
    type_ = deployed.value(check, "type")
    if deployed.value(check, "disabled") is True:
        turned = _still("disabled: Route 53 always calls it healthy")
    elif type_ == _CALCULATED:
        turned = _calculated(deployed, check, region, failure, kind)
    elif type_ == _TCP or type_ in _HTTP:
        turned = _endpoint(deployed, check, region, failure, kind)
    else:
        raise UndeclaredError(f"{check.name} is a health check of type {type_}; AWS publishes no delay for it")
    if deployed.value(check, "invertHealthcheck") is True:
        return replace(turned, before=not turned.before, after=not turned.after)
    return turned


def _endpoint(deployed: Deployed, check: Node, region: str, failure: Failure, kind: Kind) -> Turn:
    watched = {node.region for node in deployed.references(check, "fqdn", "ipAddress")} - {None}
    if watched and region not in watched:
        return _still(f"it watches {', '.join(sorted(filter(None, watched)))}")
    probe = _probe(check.inputs["type"], failure)
    if probe is None:
        return _still("a TCP check is content with a connection")
    uses: dict[str, Quantity] = {
        "interval": deployed.number(check, "requestInterval", "s", fact("r53.interval_standard"), choices=(10.0, 30.0)),
        "threshold": deployed.number(check, "failureThreshold", "checks", fact("r53.threshold_default")),
        "probe": probe,
    }
    formula = "threshold * (interval + probe)"
    if kind is not Kind.BOUND:
        uses["healthy"] = fact("r53.fraction")
        formula = "(1 - healthy) * interval + threshold * probe + (threshold - 1) * interval"
    return Turn(before=True, after=False, detection=figure("detection", "s", kind, formula, **uses))


def _probe(type_: str, failure: Failure) -> Figure | None:
    """Seconds until one check gives up; None where it never fails."""
    name, connect, answer = "one failed check", fact("r53.http_connect_timeout"), fact("r53.http_response_timeout")
    if failure is Failure.REFUSES:
        return figure(name, "s", Kind.BOUND, "0")
    if type_ == _TCP:
        if failure is Failure.SILENT:
            return None
        return figure(name, "s", Kind.BOUND, "connect", connect=fact("r53.tcp_timeout"))
    if failure is Failure.HANGS:
        return figure(name, "s", Kind.BOUND, "connect", connect=connect)
    return figure(name, "s", Kind.BOUND, "connect + answer", connect=connect, answer=answer)


def _calculated(deployed: Deployed, check: Node, region: str, failure: Failure, kind: Kind) -> Turn:
    """Healthy while enough children are; it turns with the child that makes or breaks that."""
    children = [
        turn(deployed, child, region, failure, kind) for child in deployed.references(check, "childHealthchecks")
    ]
    threshold = deployed.number(check, "childHealthThreshold", "checks")
    healthy = sum(child.before for child in children)
    before = now = healthy >= threshold.value
    turned: list[Figure] = []
    decisive: list[Figure] = []
    moving = (child for child in children if child.before != child.after)
    for child in sorted(moving, key=lambda child: child.detection.value):
        turned.append(child.detection)
        healthy += 1 if child.after else -1
        if (healthy >= threshold.value) != now:
            now = not now
            decisive = list(turned)
    if now == before:
        return replace(_still(f"{check.name} calls it healthy as before"), before=before, after=now)
    parts = {f"child{number}": part for number, part in enumerate(decisive, start=1)}
    formula = f"max({', '.join(parts)})" if len(parts) > 1 else "child1"
    detection = figure("detection", "s", kind, formula, threshold=threshold, **parts)
    return Turn(before=before, after=now, detection=detection)


def _still(why: str) -> Turn:
    return Turn(before=True, after=True, detection=never("detection", why))
