"""How the paths of a CloudFront distribution leave a failed region.

A path whose origin is a name in DNS leaves with that name. An origin group leaves within each request, after
`connectionAttempts` × `connectionTimeout`, for GET, HEAD and OPTIONS only, and only on the statuses that it lists: 503
stands for a connection that fails, 504 for an answer that does not come (CloudFront developer guide, "Optimize high
availability with CloudFront origin failover"). A path with one origin in one region never leaves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.deployed import Deployed
from preview.promises.failover.dns import plain
from preview.promises.failover.entries import entries
from preview.promises.failover.health_checks import Failure
from preview.promises.failover.moments import never
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BY_NAME, BY_GROUP, BY_NOTHING = "DNS", "origin group", "one origin"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

By = Mapping[Failure, Figure]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Target:
    """What a path leads to: one origin, or the two of a group."""

    members: tuple[str, ...]
    """Their identifiers, the first first."""

    statuses: frozenset[int]
    """Those on which the group goes to its second origin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A path of a distribution and how it leaves a failed region."""

    path: str
    through: str
    """`DNS`, `origin group` or `one origin`."""

    distribution: Node
    origin: str
    """Property path of the first origin, `origins.0`."""

    reads: By
    writes: By | None
    """None where the path takes no writes."""


def routes(deployed: Deployed, names: Mapping[str, By], failures: Sequence[Failure]) -> list[Route]:
    """Every path of every distribution; `names` holds how the names in DNS leave a failed region."""
    return [
        _route(deployed, distribution, behaviour, names, failures)
        for distribution in deployed.of_type(DISTRIBUTION)
        for behaviour in _behaviours(distribution)
    ]


def gives_up(deployed: Deployed, route: Route) -> dict[str, Reading]:
    """How CloudFront gives up on the first origin of a path: `attempts` of `timeout` seconds each."""
    owner, origin = route.distribution, route.origin
    return _connecting(deployed, owner, origin)


def error_kept(deployed: Deployed, distribution: Node) -> Reading:
    """How long CloudFront goes on answering with the error of an origin that did not answer, in seconds."""
    pages = entries(distribution, "customErrorResponses")
    number = next((at for at, page in enumerate(pages) if page.get("errorCode") == 504), len(pages))
    path = f"customErrorResponses.{number}.errorCachingMinTtl"
    return deployed.number(distribution, path, "s", fact("cf.error_caching"))


def _behaviours(distribution: Node) -> Iterator[dict[str, Any]]:
    yield from entries(distribution, "orderedCacheBehaviors")
    default = distribution.inputs.get("defaultCacheBehavior")
    if isinstance(default, dict):
        yield {"pathPattern": "all other paths", **cast(dict[str, Any], default)}


def _route(
    deployed: Deployed,
    distribution: Node,
    behaviour: Mapping[str, Any],
    names: Mapping[str, By],
    failures: Sequence[Failure],
) -> Route:
    path = str(behaviour["pathPattern"])
    target = _target(distribution, str(behaviour["targetOriginId"]))
    first = _path_of(distribution, target.members[0])
    by_name = names.get(plain(str(deployed.value(distribution, f"{first}.domainName"))))
    if len(target.members) > 1:
        through = BY_GROUP
        reads = {each: _switches(deployed, distribution, path, target, each) for each in failures}
        writes = by_name or dict.fromkeys(failures, never(f"{path}, writes", "an origin group fails over reads only"))
    elif by_name:
        through, reads, writes = BY_NAME, by_name, by_name
    else:
        through = BY_NOTHING
        reads = writes = dict.fromkeys(failures, never(path, "it has one origin, in one region"))
    return Route(
        path=path,
        through=through,
        distribution=distribution,
        origin=first,
        reads=reads,
        writes=None if _READS.issuperset(behaviour.get("allowedMethods") or _READS) else writes,
    )


def _switches(
    deployed: Deployed,
    distribution: Node,
    path: str,
    target: _Target,
    failure: Failure,
) -> Figure:
    """Seconds until a request has left the first origin of a group for the second."""
    title = f"{path}, reads, {failure.value}"
    needed = 504 if failure is Failure.SILENT else 503
    if needed not in target.statuses:
        return never(title, f"its origin group does not fail over on {needed}, which stands for this failure")
    # No property says in which region a bucket stands, and its domain is known only after up.
    places = {
        next((region for region in deployed.running if member.endswith(region)), member) for member in target.members
    }
    if len(places) < 2:
        return never(title, "both origins of its group stand in one region")
    origin = _path_of(distribution, target.members[0])
    if failure is Failure.REFUSES:
        return figure(title, "s", Kind.BOUND, "0")
    uses: dict[str, Quantity] = {**_connecting(deployed, distribution, origin)}
    if failure is Failure.SILENT:
        setting = f"{origin}.customOriginConfig.originReadTimeout"
        uses["timeout"] = deployed.number(distribution, setting, "s", fact("cf.read_timeout"))
    return figure(title, "s", Kind.BOUND, "attempts * timeout", **uses)


def _connecting(deployed: Deployed, distribution: Node, origin: str) -> dict[str, Reading]:
    attempts, timeout = fact("cf.origin_attempts"), fact("cf.origin_timeout")
    return {
        "attempts": deployed.number(
            distribution, f"{origin}.connectionAttempts", "attempts", attempts, choices=(1.0, 2.0, 3.0)
        ),
        "timeout": deployed.number(distribution, f"{origin}.connectionTimeout", "s", timeout),
    }


def _target(distribution: Node, origin_id: str) -> _Target:
    for group in entries(distribution, "originGroups"):
        if group["originId"] == origin_id:
            members: list[dict[str, Any]] = group["members"]
            statuses: list[float] = group["failoverCriteria"]["statusCodes"]
            return _Target(
                members=tuple(str(member["originId"]) for member in members),
                statuses=frozenset(int(status) for status in statuses),
            )
    return _Target(members=(origin_id,), statuses=frozenset())


def _path_of(distribution: Node, origin_id: str) -> str:
    origins = enumerate(entries(distribution, "origins"))
    return next((f"origins.{at}" for at, origin in origins if origin["originId"] == origin_id), "origins.0")
