"""Made-up judgements over a real graph: every verdict, kind, exhibit and oddity that the report must draw."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from preview.facts import Fact, fact
from preview.graph import Graph
from preview.promises.deployed import Deployed
from preview.promises.exhibit import Exhibit
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure, simulated
from preview.promises.promise import Better, Finding, Judgement, Promise, judged
from preview.promises.sensitivity import Effect
from tests.preview.report import sample_exhibits as exhibits
from tests.preview.report.sample_exhibits import MARKUP

HEALTH = "aws:route53/healthCheck:HealthCheck"
RECORD = "aws:route53/record:Record"
GROUP = "aws:autoscaling/group:Group"

PLEDGES: dict[str, dict[str, float | None] | None] = {
    "region_failover_seconds": {"promised": 30, "accepted": None},
    "database_failover_seconds": {"promised": 60, "accepted": 90},
    "database_loss_seconds": None,
    "instance_replacement_seconds": {"promised": 180, "accepted": None},
    "surge_unserved_percent": {"promised": 0, "accepted": None},
    "users_at_once": {"promised": 1_000_000, "accepted": None},
    "availability_percent": {"promised": 99.99, "accepted": 99.9},
    "network_latency_p95_milliseconds": {"promised": 100, "accepted": None},
    "cache_hit_percent": {"promised": 95, "accepted": None},
    "cost_reduction_percent": {"promised": 60, "accepted": None},
    "model_visible_seconds": {"promised": 3, "accepted": None},
}


def judgements(graph: Graph) -> tuple[Graph, list[Judgement], dict[str, list[Effect]]]:
    """A stack with these pledges, a judgement of each, and what moves the first."""
    levels: dict[str, Any] = {**graph.outputs.get("service_levels", {}), "promises": PLEDGES}
    stack = replace(graph, outputs={**graph.outputs, "service_levels": levels})
    deployed = Deployed(stack)
    return (
        stack,
        [judged(deployed, finding) for finding in _findings(deployed)],
        {"region_failover_seconds": _effects()},
    )


def _findings(deployed: Deployed) -> Iterator[Finding]:
    regions = deployed.serving or ("eu-west-2",)
    yield _failover(deployed)
    yield _database(deployed)
    yield _loss(deployed)
    yield _replacement(deployed)
    yield _surge(deployed, (exhibits.load(), exhibits.servers(regions)))
    yield _users()
    yield _availability(deployed)
    yield _latency(deployed, (exhibits.world(regions),))
    yield _cache(deployed)
    yield _cost(exhibits.bill(regions))
    yield Finding(
        promise=_promise("model_visible_seconds", "A model is visible in", "s"),
        reached=None,
        why=f"the stack declares no distribution called {MARKUP}; exactly one is needed",
    )


def _failover(deployed: Deployed) -> Finding:
    """Broken; a bound over figures that share one; an AWS default; an assumption; markup in a name."""
    detection = _detection(deployed)
    names = {"api.shop.example.com": 10, "origin.shop.example.com": 30, MARKUP: 60}
    routes = [
        figure(
            f"writes by {name}",
            "s",
            Kind.BOUND,
            "detection + time_to_live + propagation",
            detection=detection,
            time_to_live=_setting(deployed, RECORD, "ttl", ttl),
            propagation=_fact("r53.propagation", 5, "s", "assumption"),
        )
        for name, ttl in names.items()
    ]
    uses = dict(zip(("first", "second", "third"), routes, strict=True))
    return Finding(
        promise=_promise("region_failover_seconds", "A failed region is out of DNS", "s"),
        reached=figure("slowest route", "s", Kind.BOUND, "max(first, second, third)", **uses),
        also=(detection, *routes),
        exhibits=(exhibits.routes(),),
    )


def _detection(deployed: Deployed) -> Figure:
    interval = _setting(deployed, HEALTH, "requestInterval", 10)
    default = fact("r53.threshold_default")
    return figure(
        "detection",
        "s",
        Kind.BOUND,
        "(1 - fraction) * interval + threshold * timeout + (threshold - 1) * interval",
        fraction=fact("r53.fraction"),
        interval=interval,
        threshold=replace(interval, value=2, unit="checks", path="failureThreshold", default=default),
        timeout=_fact("r53.timeout", 2, "s"),
    )


def _database(deployed: Deployed) -> Finding:
    """Not achievable as stated, and accepted so."""
    failover = _fact("aurora.failover_seconds", 60, "s")
    uses: dict[str, Quantity] = {"failover": failover, "detection": _detection(deployed)}
    return Finding(
        promise=_promise("database_failover_seconds", "The database accepts writes again", "s"),
        reached=figure("writer's zone fails", "s", Kind.MEDIAN, "failover + detection / 4", **uses),
        achievable=figure("best", "s", Kind.MEDIAN, "failover + 1.2", failover=failover),
        why="AWS states that an in-region failover typically takes less than 60 s; in its place stands a median.",
    )


def _loss(deployed: Deployed) -> Finding:
    """Never promised; rests on a number of resources."""
    instances = deployed.of_type("aws:rds/clusterInstance:ClusterInstance")[:3]
    lost = figure("loss", "s", Kind.BOUND, "0 * replicas", replicas=deployed.count(instances, "instances"))
    return Finding(promise=_promise("database_loss_seconds", "Such a failover loses", "s"), reached=lost)


def _replacement(deployed: Deployed) -> Finding:
    """Kept, but by a figure that is recalled."""
    uses: dict[str, Quantity] = {
        "notice": _fact("asg.notice", 25, "s", "measured here"),
        "launch": _fact("ec2.launch", 35, "s", "recalled"),
        "warm_up": _setting(deployed, GROUP, "healthCheckGracePeriod", 90),
    }
    return Finding(
        promise=_promise("instance_replacement_seconds", "A dead web server is replaced", "s"),
        reached=figure("replacement", "s", Kind.ESTIMATE, "notice + launch + warm_up", **uses),
    )


def _surge(deployed: Deployed, drawn: tuple[Exhibit, ...]) -> Finding:
    """Broken where nothing was allowed; simulated, with an interval and two charts."""
    reached = simulated(
        "requests turned away",
        "%",
        Kind.ESTIMATE,
        0.38,
        "each region's scaling policies stepped through in seconds, with the users of the configuration",
        interval=(0.31, 0.46),
        groups=deployed.count(deployed.of_type(GROUP), "groups"),
        detection=_detection(deployed),
    )
    promise = _promise("surge_unserved_percent", "Turned away while users grow twelvefold", "%")
    return Finding(promise=promise, reached=reached, exhibits=drawn)


def _users() -> Finding:
    """Rests on more figures than can be shown at once; beside it, one without an end."""
    share = _fact("share", 12.5, "ratio")
    limits = {
        f"limit_{number}": figure(
            f"limit {number}",
            "users",
            Kind.BOUND,
            "quota * share",
            quota=_fact(f"quota.L-{number:04}", 1000.0 * number, "requests/s"),
            share=share,
        )
        for number in range(1, 46)
    }
    endless = simulated(
        "tables on demand", "users", Kind.BOUND, math.inf, "no limit is declared", first=limits["limit_1"]
    )
    return Finding(
        promise=_promise("users_at_once", "Users at once before a limit stops growth", "users", Better.HIGHER),
        reached=figure("first limit", "users", Kind.BOUND, f"min({', '.join(limits)})", **limits),
        also=(endless,),
        why="The first limit that is hit is the quota of concurrent executions.",
        condition="The quota is raised before the first deployment; until then a tenth of them fit.",
    )


def _availability(deployed: Deployed) -> Finding:
    """A share close to all, which needs its digits."""
    edge = _fact("sla.cloudfront", 99.95, "%")
    zones = deployed.count(deployed.of_type("aws:ec2/subnet:Subnet")[:3], "zones")
    browse = figure(
        "browse",
        "%",
        Kind.ESTIMATE,
        "100 * (1 - (1 - zone / 100) ** zones) * edge / 100",
        zone=_fact("sla.ec2", 99.5, "%"),
        zones=zones,
        edge=edge,
    )
    return Finding(
        promise=_promise("availability_percent", "Visitors can browse", "%", Better.HIGHER),
        reached=browse,
        achievable=figure("edge alone", "%", Kind.ESTIMATE, "edge * 1", edge=edge),
        why="Every page passes through CloudFront, whose own service level is lower than what was promised.",
        exhibits=(exhibits.fewer(),),
    )


def _latency(deployed: Deployed, drawn: tuple[Exhibit, ...]) -> Finding:
    regions = deployed.count(deployed.of_type("storefront:region:Region"), "regions")
    how = "round trips of the cities, weighted by internet users"
    return Finding(
        promise=_promise("network_latency_p95_milliseconds", "Network round trip of 95 % of the users", "ms"),
        reached=simulated("95 % of the users", "ms", Kind.ESTIMATE, 87.3, how, regions=regions),
        exhibits=drawn,
    )


def _cache(deployed: Deployed) -> Finding:
    lifetime = _setting(deployed, "aws:cloudfront/cachePolicy:CachePolicy", "defaultTtl", 86_400)
    how = "a seeded stream of a million requests"
    return Finding(
        promise=_promise("cache_hit_percent", "Assets that the CDN answers itself", "%", Better.HIGHER),
        reached=simulated("hits", "%", Kind.MEDIAN, 95.6, how, interval=(95.2, 96.1), lifetime=lifetime),
        exhibits=(exhibits.answered(),),
    )


def _cost(drawn: tuple[Exhibit, ...]) -> Finding:
    uses = {"hours": _fact("hours", 730, "h"), "price": _fact("price.m7g", 0.1632, "USD/h")}
    month = figure("month", "USD/month", Kind.ESTIMATE, "hours * price", **uses)
    return Finding(
        promise=_promise("cost_reduction_percent", "The bill is below that of the naive build", "%", Better.HIGHER),
        reached=figure("saved", "%", Kind.ESTIMATE, "100 * (1 - month / (2.4 * month))", month=month),
        exhibits=drawn,
        also=(month,),
    )


def _effects() -> list[Effect]:
    number = f"number of {HEALTH}"
    return [
        _effect(RECORD, "ttl", "s", (60, 10), 45.2),
        _effect(HEALTH, "requestInterval", "s", (10, 30), 131.6),
        _effect("", number, "health checks", (35, 34), 95.5),
        _effect(HEALTH, "failureThreshold", "checks", (2, 3), 95.4),
    ]


def _effect(token: str, path: str, unit: str, change: tuple[float, float], after: float) -> Effect:
    was, becomes = change
    promise = "region_failover_seconds"
    return Effect(promise=promise, type=token, path=path, was=was, becomes=becomes, unit=unit, before=95.2, after=after)


def _promise(name: str, title: str, unit: str, better: Better = Better.LOWER) -> Promise:
    return Promise(id=name, title=title, unit=unit, better=better)


def _setting(deployed: Deployed, token: str, path: str, value: float) -> Reading:
    nodes = deployed.of_type(token)
    urn = nodes[0].urn if nodes else deployed.graph.urn
    return Reading(value=value, unit="s", urn=urn, path=path)


def _fact(name: str, value: float, unit: str, quality: str = "official") -> Fact:
    return Fact(
        id=name,
        statement=f"{name} as AWS states it",
        value=value,
        unit=unit,
        source="docs.aws.amazon.com/example/latest/guide/a-page-with-a-rather-long-address.html",
        as_of="2026-05",
        quality=quality,
    )
