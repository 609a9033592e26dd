"""Made-up judgements over a real graph: every verdict, kind, exhibit and oddity that the report must draw."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from preview.facts import Fact, fact, rows
from preview.graph import Graph
from preview.promises.deployed import Deployed
from preview.promises.exhibit import (
    Axis,
    Chart,
    Column,
    Drawing,
    Exhibit,
    Layer,
    Place,
    Series,
    Table,
    WorldMap,
)
from preview.promises.figure import Figure, Kind, Reading, figure, simulated
from preview.promises.promise import Better, Finding, Judgement, Promise, judged
from preview.promises.sensitivity import Effect
from preview.promises.users import cities, nearest, round_trip_ms

MARKUP = "<img src=x onerror=\"document.title='broken'\"></script><b>bold</b> & 'quoted'"
"""What a name must never do."""

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
    "nothing_to_read": {"promised": 3, "accepted": None},
}


def judgements(graph: Graph) -> tuple[Graph, list[Judgement], dict[str, list[Effect]]]:
    """A stack with other pledges, eleven judgements of it, and what moves some of them."""
    levels: dict[str, Any] = {**graph.outputs.get("service_levels", {}), "promises": PLEDGES}
    stack = replace(graph, outputs={**graph.outputs, "service_levels": levels})
    deployed = Deployed(stack)
    return stack, [judged(deployed, finding) for finding in _findings(deployed)], _effects()


def _promise(name: str, title: str, unit: str, better: Better = Better.LOWER) -> Promise:
    return Promise(id=name, title=title, unit=unit, better=better)


def _setting(deployed: Deployed, token: str, path: str, unit: str, value: float, at: int = 0) -> Reading:
    nodes = deployed.of_type(token)
    if not nodes:
        return Reading(value=value, unit=unit, urn=deployed.graph.urn, path=path)
    return Reading(value=value, unit=unit, urn=nodes[at % len(nodes)].urn, path=path)


def _fact(name: str, value: float, unit: str, quality: str = "official") -> Fact:
    return Fact(
        id=name, statement=f"{name} as AWS states it", value=value, unit=unit,
        source="docs.aws.amazon.com/example/latest/guide/a-page-with-a-rather-long-address.html", as_of="2026-05", quality=quality,
    )  # fmt: skip


def _findings(deployed: Deployed) -> Sequence[Finding]:
    return (
        _failover(deployed),
        _database(deployed),
        _loss(deployed),
        _replacement(deployed),
        _surge(deployed),
        _users(deployed),
        _availability(deployed),
        _latency(deployed),
        _cache(deployed),
        _cost(deployed),
        Finding(
            promise=_promise("nothing_to_read", "A model is visible in", "s"),
            reached=None,
            why=f"the stack declares no distribution called {MARKUP}; exactly one is needed",
        ),
    )


def _detection(deployed: Deployed) -> Figure:
    health = "aws:route53/healthCheck:HealthCheck"
    interval = _setting(deployed, health, "requestInterval", "s", 10, 3)
    return figure(
        "detection", "s", Kind.BOUND, "(1 - fraction) * interval + threshold * timeout + (threshold - 1) * interval",
        fraction=fact("r53.fraction"), interval=interval,
        threshold=replace(interval, value=2, unit="checks", path="failureThreshold", default=fact("r53.threshold_default")),
        timeout=_fact("r53.timeout", 2, "s"),
    )  # fmt: skip


def _failover(deployed: Deployed) -> Finding:
    detection = _detection(deployed)
    record = "aws:route53/record:Record"
    routes = [
        figure(f"writes by {name}", "s", Kind.BOUND, "detection + time_to_live + propagation",
            detection=detection, time_to_live=_setting(deployed, record, "ttl", "s", ttl, ttl), propagation=_fact("r53.propagation", 5, "s", "assumption"))
        for name, ttl in (("api.shop.example.com", 10), ("origin.shop.example.com", 30), (MARKUP, 60))
    ]  # fmt: skip
    slowest = figure(
        "slowest route",
        "s",
        Kind.BOUND,
        "max(first, second, third)",
        first=routes[0],
        second=routes[1],
        third=routes[2],
    )
    table = Table(
        id="routes", title="Each name and route",
        columns=(Column(title="Name"), Column(title="Route"), Column(title="Bound", unit="s"), Column(title="Median", unit="s")),
        rows=tuple((MARKUP if name == 2 else f"name-{name}.shop.example.com", "origin group" if name % 2 else "DNS", 20.0 + name, None if name == 4 else 11.5 + name) for name in range(6)),
        note="Reads fail over by origin group, writes by DNS.",
    )  # fmt: skip
    return Finding(
        promise=_promise("region_failover_seconds", "A failed region is out of DNS", "s"),
        reached=slowest, also=(detection, *routes), exhibits=(table,),
    )  # fmt: skip


def _database(deployed: Deployed) -> Finding:
    taken = _fact("aurora.failover_seconds", 60, "s")
    reached = figure(
        "writer's zone fails",
        "s",
        Kind.MEDIAN,
        "failover + detection / 4",
        failover=taken,
        detection=_detection(deployed),
    )
    return Finding(
        promise=_promise("database_failover_seconds", "The database accepts writes again", "s"), reached=reached,
        achievable=figure("best", "s", Kind.MEDIAN, "failover + 1.2", failover=taken),
        why="AWS states that an in-region failover of Aurora typically takes less than 60 s and promises no bound; what "
        "stands in its place is a median.",
    )  # fmt: skip


def _loss(deployed: Deployed) -> Finding:
    reached = figure(
        "loss",
        "s",
        Kind.BOUND,
        "0 * replicas",
        replicas=deployed.count(deployed.of_type("aws:rds/clusterInstance:ClusterInstance")[:3], "instances"),
    )
    return Finding(promise=_promise("database_loss_seconds", "Such a failover loses", "s"), reached=reached)  # fmt: skip


def _replacement(deployed: Deployed) -> Finding:
    warm = _setting(deployed, "aws:autoscaling/group:Group", "healthCheckGracePeriod", "s", 90)
    reached = figure(
        "replacement",
        "s",
        Kind.ESTIMATE,
        "notice + launch + warm_up",
        notice=_fact("asg.notice", 25, "s", "measured here"),
        launch=_fact("ec2.launch", 35, "s", "recalled"),
        warm_up=warm,
    )
    return Finding(promise=_promise("instance_replacement_seconds", "A dead web server is replaced", "s"), reached=reached)  # fmt: skip


def _surge(deployed: Deployed) -> Finding:
    groups = deployed.count(deployed.of_type("aws:autoscaling/group:Group"), "groups")
    reached = simulated(
        "requests turned away", "%", Kind.ESTIMATE, 0.38,
        "each region's scaling policies stepped through in seconds, with the users of the configuration",
        interval=(0.31, 0.46), groups=groups, detection=_detection(deployed),
    )  # fmt: skip
    minutes = range(0, 31)
    regions = deployed.serving or ("eu-west-2",)
    load = Chart(
        id="load", title="Requests offered, served and shed as users grow from 200 to 2,400", drawing=Drawing.LINE,
        x=Axis(title="Time since the growth began", unit="min"), y=Axis(title="Requests", unit="1/s"),
        series=(
            Series(name="offered", points=tuple((m, 20 + 220 * min(1, m / 15)) for m in minutes)),
            Series(name="served", points=tuple((m, 20 + 220 * min(1, max(0, m - 1) / 15)) for m in minutes)),
            Series(name="shed", points=tuple((m, 220 / 15 if 0 < m <= 15 else 0) for m in minutes)),
        ),
        note="A line each; shed is what no server had a place for.",
    )  # fmt: skip
    servers = Chart(
        id="servers", title="Servers by region", drawing=Drawing.STACKED_AREA,
        x=Axis(title="Time since the growth began", unit="min"), y=Axis(title="Servers in service", unit="instances"),
        series=tuple(Series(name=region, points=tuple((m, 2 + i + round(m / (4 + i))) for m in minutes)) for i, region in enumerate(regions)),
    )  # fmt: skip
    return Finding(
        promise=_promise("surge_unserved_percent", "Turned away while users grow twelvefold", "%"),
        reached=reached,
        exhibits=(load, servers),
    )


def _users(deployed: Deployed) -> Finding:
    quotas = [
        figure(
            f"limit {n}",
            "users",
            Kind.BOUND,
            "quota * share",
            quota=_fact(f"quota.L-{n:04}", 1000.0 * n, "requests/s"),
            share=_fact("share", 12.5, "ratio"),
        )
        for n in range(1, 46)
    ]
    uses = {f"limit_{n}": each for n, each in enumerate(quotas)}
    reached = figure("first limit", "users", Kind.BOUND, "min(" + ", ".join(uses) + ")", **uses)
    endless = simulated("tables on demand", "users", Kind.BOUND, math.inf, "no limit is declared", first=quotas[0])
    return Finding(
        promise=_promise("users_at_once", "Users at once before a limit stops growth", "users", Better.HIGHER), reached=reached,
        also=(endless,), why="The first limit that is hit is the quota of concurrent executions.",
    )  # fmt: skip


def _availability(deployed: Deployed) -> Finding:
    reached = figure(
        "browse",
        "%",
        Kind.ESTIMATE,
        "100 * (1 - (1 - zone / 100) ** zones) * edge / 100",
        zone=_fact("sla.ec2", 99.5, "%"),
        zones=deployed.count(deployed.of_type("aws:ec2/subnet:Subnet")[:3], "zones"),
        edge=_fact("sla.cloudfront", 99.95, "%"),
    )
    best = figure("edge alone", "%", Kind.ESTIMATE, "edge * 1", edge=_fact("sla.cloudfront", 99.95, "%"))
    fewer = Chart(
        id="fewer", title="What one fewer does", drawing=Drawing.BAR,
        x=Axis(title="One fewer", unit="", categories=("availability zone", "region", "database replica", "edge location of a rather long name")),
        y=Axis(title="Minutes without service", unit="min/month"),
        series=(Series(name="browse", points=((0, 2.1), (1, 4.4), (2, 1.9), (3, 1.2))), Series(name="order", points=((0, 4.2), (1, 9.4), (2, 7.9), (3, 1.4)))),
    )  # fmt: skip
    return Finding(
        promise=_promise("availability_percent", "Visitors can browse", "%", Better.HIGHER), reached=reached, achievable=best,
        why="CloudFront's service level is 99.9 %, and every page passes through it; no configuration on AWS reaches more.",
        exhibits=(fewer,),
    )  # fmt: skip


def _latency(deployed: Deployed) -> Finding:
    regions = deployed.serving or ("eu-west-2",)
    users = [
        Place(name=f"{city.name} ({city.country})", latitude=city.latitude, longitude=city.longitude, value=round_trip_ms(city, nearest(city, regions)), weight=city.weight)
        for city in cities()
    ]  # fmt: skip
    stands = [
        Place(name=row["region"], latitude=float(row["lat"]), longitude=float(row["lon"]), value=None)
        for row in rows("region_coordinates")
        if row["region"] in regions
    ]
    pops = [
        Place(name=row["city"], latitude=float(row["lat"]), longitude=float(row["lon"]), value=None)
        for row in rows("cloudfront_pops")
    ]
    world = WorldMap(
        id="world", title="Users by their round trip to the nearest region", unit="ms",
        layers=(Layer(name="Users", places=tuple(users)), Layer(name="Edge locations", places=tuple(pops)), Layer(name="Regions", places=tuple(stands))),
        note="Without the last mile. Size stands for internet users.",
    )  # fmt: skip
    reached = simulated(
        "95 % of the users",
        "ms",
        Kind.ESTIMATE,
        87.3,
        "round trips of the cities, weighted by internet users",
        regions=deployed.count(deployed.of_type("storefront:region:Region"), "regions"),
    )
    by_city = Table(
        id="cities", title="Round trip by city", columns=(Column(title="City"), Column(title="Round trip", unit="ms"), Column(title="Share of users", unit="%")),
        rows=tuple((place.name, place.value, 100 * place.weight) for place in users),
    )  # fmt: skip
    return Finding(
        promise=_promise("network_latency_p95_milliseconds", "Network round trip of 95 % of the users", "ms"),
        reached=reached,
        exhibits=(world, by_city),
    )


def _cache(deployed: Deployed) -> Finding:
    reached = simulated(
        "hits",
        "%",
        Kind.MEDIAN,
        95.6,
        "a seeded stream of a million requests",
        interval=(95.2, 96.1),
        ttl=_setting(deployed, "aws:cloudfront/cachePolicy:CachePolicy", "defaultTtl", "s", 86400),
    )
    where = Chart(
        id="where", title="Where requests are answered", drawing=Drawing.STACKED_BAR,
        x=Axis(title="Asset", unit="", categories=("site", "preview", "model", "texture")), y=Axis(title="Requests", unit="%"),
        series=tuple(Series(name=name, points=tuple((float(i), share) for i, share in enumerate(shares))) for name, shares in (("edge location", (80, 70, 62, 66)), ("regional cache", (15, 20, 25, 22)), ("Origin Shield", (3, 6, 8, 7)), ("bucket", (2, 4, 5, 5)))),
    )  # fmt: skip
    return Finding(
        promise=_promise("cache_hit_percent", "Assets that the CDN answers itself", "%", Better.HIGHER),
        reached=reached,
        exhibits=(where,),
    )


def _cost(deployed: Deployed) -> Finding:
    lines: list[tuple[str, str, float, float]] = [
        (service, region, 40.0 + 13 * (i * 7 % 11) + 11 * j, 120.0 + 29 * (i * 5 % 9) + 21 * j)
        for i, service in enumerate(("EC2", "Aurora", "CloudFront", "NAT gateways", "S3", "DynamoDB", "Health checks", "Logs", "Security services"))
        for j, region in enumerate(deployed.serving or ("eu-west-2",))
    ]  # fmt: skip
    price = figure(
        "month",
        "USD/month",
        Kind.ESTIMATE,
        "hours * price",
        hours=_fact("hours", 730, "h"),
        price=_fact("price.m7g", 0.1632, "USD/h"),
    )
    reached = figure("saved", "%", Kind.ESTIMATE, "100 * (1 - month / (2.4 * month))", month=price)
    bill: tuple[Exhibit, ...] = (
        Table(
            id="bill", title="The monthly bill", columns=(Column(title="Service"), Column(title="Region"), Column(title="Declared", unit="USD"), Column(title="Naive", unit="USD")),
            rows=tuple(lines), note="At the load that the configuration states.",
        ),
        Chart(
            id="measures", title="What each measure saves", drawing=Drawing.BAR,
            x=Axis(title="Measure", unit="", categories=("spot", "Graviton", "tiers", "schedule", "shield")), y=Axis(title="Saved", unit="USD/month"),
            series=(Series(name="saved", points=((0, 4100), (1, 1900), (2, 840), (3, 2210), (4, -120))),),
        ),
    )  # fmt: skip
    return Finding(
        promise=_promise("cost_reduction_percent", "The bill is below that of the naive build by", "%", Better.HIGHER),
        reached=reached,
        exhibits=bill,
        also=(price,),
    )


def _effects() -> dict[str, list[Effect]]:
    def effect(type_: str, path: str, was: float, becomes: float, unit: str, after: float) -> Effect:
        return Effect(
            promise="region_failover_seconds",
            type=type_,
            path=path,
            was=was,
            becomes=becomes,
            unit=unit,
            before=95.2,
            after=after,
        )

    return {
        "region_failover_seconds": [
            effect("aws:route53/record:Record", "ttl", 60, 10, "s", 45.2),
            effect("aws:route53/healthCheck:HealthCheck", "requestInterval", 10, 30, "s", 131.6),
            effect("", "number of aws:route53/healthCheck:HealthCheck", 35, 34, "health checks", 95.5),
            effect("aws:route53/healthCheck:HealthCheck", "failureThreshold", 2, 3, "checks", 95.4),
        ],
    }
