"""Limits of what keeps data: tables, their partitions, buckets, and the one relational writer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from preview.facts import fact
from preview.graph import Node
from preview.promises.capacity import connections, demand, fleets
from preview.promises.capacity.limits import api
from preview.promises.capacity.limits.limit import Limit, Sort
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, Quantity, figure

TABLE = "aws:dynamodb/table:Table"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
FORWARDED_PERCENT = "apg_write_forward.max_forwarding_connections_percent"

Asked = tuple[Figure, bool]
"""Requests of a user per second, and whether the whole world's arrive in each region."""


def in_region(deployed: Deployed, region: str) -> list[Node]:
    """The tables that a region has, its own and replicas of others'."""
    return [table for table in deployed.of_type(TABLE) if region in places(table)]


def places(node: Node) -> set[str | None]:
    """The regions that hold a table or a secret."""
    replicas = cast(Sequence[Mapping[str, Any]], node.inputs.get("replicas") or ())
    return {node.region, *(replica.get("regionName") or replica.get("region") for replica in replicas)}


def of_carts(deployed: Deployed, region: str) -> list[Node]:
    """The tables that the function behind the API names in its environment."""
    named = [function.inputs.get("environment") for function in api.behind(deployed, region)]
    values = {
        value for found in named if found for value in cast(Mapping[str, Any], found).get("variables", {}).values()
    }
    return [table for table in in_region(deployed, region) if table.inputs.get("name") in values]


def throughput(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    """What the stack holds an on-demand table to."""
    for table in of_carts(deployed, region):
        kinds: tuple[tuple[str, Callable[[Deployed], Figure], Figure | None], ...] = (
            ("maxReadRequestUnits", demand.cart_reads, share),
            ("maxWriteRequestUnits", demand.cart_writes, None),
        )
        for property_, asked, whose in kinds:
            path = f"onDemandThroughput.{property_}"
            if deployed.value(table, path) is None:
                continue
            most = deployed.number(table, path, "units/s")
            yield Limit(
                name=f"{property_} of the carts",
                sort=Sort.DECLARED,
                region=region,
                place=f"{path} of {table.name}",
                room=most,
                each=asked(deployed),
                share=whose,
                setting=most,
                remedy=f"the table's {path}",
            )


def partitions(deployed: Deployed, region: str, share: Figure) -> Iterator[Limit]:
    """The partition that holds the most wanted product, were every request to the web servers one for a product."""
    if not in_region(deployed, region) or not fleets.of_web(deployed, region):
        return
    yield Limit(
        name="partition of the most wanted product",
        sort=Sort.HARD,
        region=region,
        place="a partition of the catalogue's table",
        room=fact("ddb.partition_reads"),
        each=figure(
            "reads of the most wanted product",
            "units/s",
            Kind.BOUND,
            "pages * favourite / 100 * units",
            pages=demand.pages(deployed),
            favourite=demand.favourite(deployed),
            units=fact("ddb.eventual_read"),
        ),
        share=share,
        remedy="let the edge keep product pages for a few seconds",
    )


def prefixes(deployed: Deployed) -> Iterator[Limit]:
    """The prefix that holds the most wanted product's files, did the CDN keep no more than was promised."""
    if not deployed.of_type(DISTRIBUTION):
        return
    uses: dict[str, Quantity] = {"files": demand.files(deployed), "favourite": demand.favourite(deployed)}
    formula = "files * favourite / 100"
    if deployed.promised("cache_hit_percent") is not None:
        uses["hits"] = deployed.expected("promises.cache_hit_percent.promised", "%")
        formula += " * (1 - hits / 100)"
    yield Limit(
        name="prefix of the most wanted product",
        sort=Sort.HARD,
        place="a prefix of the models' bucket",
        room=fact("s3.prefix_gets"),
        each=figure("misses of the most wanted product", "requests/s", Kind.BOUND, formula, **uses),
        remedy="longer life in the CDN",
    )


def writer(deployed: Deployed) -> Iterator[Limit]:
    """The relational writer, which all orders of the world go to: its processors and its connections."""
    cluster = connections.writing_cluster(deployed)
    if cluster is None:
        return
    orders = demand.orders(deployed)
    formula = "orders * milliseconds / 1000"
    work = figure(
        "processors of an order's user", "vCPUs", Kind.ESTIMATE, formula,
        orders=orders, milliseconds=fact("orders.cpu_milliseconds"),
    )  # fmt: skip
    yield Limit(
        name="processors of the writer",
        sort=Sort.DECLARED,
        place=f"instance class of {cluster.name}",
        room=connections.writer_processors(deployed, cluster),
        each=work,
        remedy="data.relational.instance_class",
    )
    yield from _connections(deployed, cluster, orders)


def _connections(deployed: Deployed, cluster: Node, orders: Figure) -> Iterator[Limit]:
    """Through the proxy those of the writer's region; forwarded by the other regions' clusters the rest."""
    seconds = fact("orders.transaction_seconds")
    held = figure("held by a user", "connections", Kind.ESTIMATE, "orders * seconds", orders=orders, seconds=seconds)
    most = connections.connections(deployed, cluster)
    shares = demand.whereabouts(deployed)
    here = shares.get(str(cluster.region))
    proxied = connections.pooled_percent(deployed, cluster)
    if here is not None and here.value > 0:
        uses: dict[str, Quantity] = {"most": most} if proxied is None else {"most": most, "proxied": proxied}
        formula = "most" if proxied is None else "most * proxied / 100"
        yield Limit(
            name="connections of the proxy" if proxied else "connections of the writer",
            sort=Sort.DECLARED,
            region=cluster.region,
            place=f"max_connections of {cluster.name}",
            room=figure("connections", "connections", Kind.ESTIMATE, formula, **uses),
            each=held,
            share=here,
            remedy="data.relational.instance_class",
        )
    elsewhere = {region: share for region, share in shares.items() if region != cluster.region}
    if elsewhere:
        percent = connections.parameter(deployed, cluster, FORWARDED_PERCENT, "%") or fact("aurora.forwarded_percent")
        formula = "most * percent / 100"
        yield Limit(
            name="connections of forwarded writes",
            sort=Sort.DECLARED,
            place=f"max_connections of {cluster.name}",
            room=figure("connections", "connections", Kind.ESTIMATE, formula, most=most, percent=percent),
            each=held,
            share=_sum(elsewhere),
            remedy="data.relational.instance_class",
        )


def _sum(shares: Mapping[str, Figure]) -> Figure:
    uses = {region.replace("-", "_"): share for region, share in shares.items()}
    return figure("users elsewhere", "%", Kind.ESTIMATE, " + ".join(uses), **uses)
