"""The account's quotas that users use up: each with what AWS grants by default."""

from collections.abc import Iterator
from typing import Any

from preview.facts import fact
from preview.facts.quotas import quota
from preview.graph import Node
from preview.promises.capacity import connections, demand, fleets
from preview.promises.capacity.limits import api, data
from preview.promises.capacity.limits.limit import Limit, Sort
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, Reading, figure

ACL = "aws:wafv2/webAcl:WebAcl"
BUS = "aws:cloudwatch/eventBus:EventBus"
POOL = "aws:cognito/userPool:UserPool"


def used_up(deployed: Deployed) -> Iterator[Limit]:
    """Every such quota, of each region that answers users and of the account."""
    for region, share in demand.whereabouts(deployed).items():
        if share.value > 0:
            yield from _servers(deployed, region, share)
            yield from _api(deployed, region, share)
            yield from _tables(deployed, region, share)
            yield from _guards(deployed, region, share)
    if deployed.of_type(data.DISTRIBUTION):
        yield _limit("cloudfront.requests", None, demand.edge_requests(deployed))
        yield _limit("cloudfront.bandwidth", None, demand.bandwidth(deployed))
    for pool in deployed.of_type(POOL):
        yield _limit("cognito.sign_ins", pool.region, demand.orders(deployed))


def _limit(identifier: str, region: str | None, each: Figure, share: Figure | None = None, of: str = "") -> Limit:
    found = quota(identifier, region)
    return Limit(
        name=found.name,
        sort=Sort.QUOTA,
        region=region,
        place=of,
        room=found.default,
        each=each,
        share=share,
        remedy="an increase" if found.adjustable else "nothing: AWS does not raise it",
        quota=found,
    )


def _servers(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    for group in fleets.of_web(deployed, region):
        busy = demand.processing(deployed)
        target = fleets.processor_target(deployed, group)
        uses: dict[str, Quantity] = {"busy": busy} if target is None else {"busy": busy, "target": target}
        formula = "busy" if target is None else "busy / target * 100"
        standing = figure("processors standing for a user", "vCPUs", Kind.ESTIMATE, formula, **uses)
        kept = fleets.on_demand_percent(deployed, group)
        if kept.value > 0:
            yield _limit("ec2.standard_on_demand", region, _portion(standing, "on demand", "kept / 100", kept), share)
        if kept.value < 100:
            yield _limit("ec2.standard_spot", region, _portion(standing, "on spot", "1 - kept / 100", kept), share)
        servers = figure(
            "servers for a user", "targets", Kind.ESTIMATE, "standing / processors",
            standing=standing, processors=fleets.fewest_processors(deployed, group),
        )  # fmt: skip
        yield _limit("elb.targets", region, servers, share)


def _portion(standing: Figure, how: str, formula: str, kept: Reading) -> Figure:
    name = f"processors {how} for a user"
    return figure(name, "vCPUs", Kind.ESTIMATE, f"standing * ({formula})", standing=standing, kept=kept)


def _api(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    calls = demand.calls(deployed)
    if deployed.of_type(api.STAGE, region=region):
        yield _limit("apigateway.rate", region, calls, share)
    if api.behind(deployed, region):
        rate = fact("lambda.rps")
        running = figure("executions for a user", "executions", Kind.BOUND, "calls / rate", calls=calls, rate=rate)
        yield _limit("lambda.concurrency", region, running, share)


def _tables(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    """A table's reads stay in their region; its writes are repeated in every one that has a replica."""
    carts = data.of_carts(deployed, region)
    for table in carts:
        name = str(table.inputs.get("name"))
        whose = None if len(data.places(table)) > 1 else share
        yield _limit("dynamodb.table_reads", region, demand.cart_reads(deployed), share, name)
        yield _limit("dynamodb.table_writes", region, demand.cart_writes(deployed), whose, name)
    for table in data.in_region(deployed, region):
        indexes: list[Any] = table.inputs.get("globalSecondaryIndexes") or []
        if table not in carts and indexes and fleets.of_web(deployed, region):
            units, pages = fact("catalogue.read_units"), demand.pages(deployed)
            reads = figure("page reads of a user", "units/s", Kind.ESTIMATE, "pages * units", pages=pages, units=units)
            yield _limit("dynamodb.table_reads", region, reads, share, str(table.inputs.get("name")))


def _guards(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    if any(_is_regional(acl) for acl in deployed.of_type(ACL, region=region)):
        yield _limit("wafv2.requests", region, demand.pages(deployed), share)
    if deployed.of_type(BUS, region=region) and connections.writing_cluster(deployed) is not None:
        yield _limit("events.put", region, demand.orders(deployed), share)


def _is_regional(acl: Node) -> bool:
    return acl.inputs.get("scope") == "REGIONAL"
