"""What goes wrong with a region's tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ResourceOptions

from components.alarms import Query, query_alarm, selected, summed
from components.component import Component
from components.interfaces import Ground

LATE_MILLISECONDS = 30_000
"""Replication between regions usually takes less than a second."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableWatchArgs:
    ground: Ground
    tables: Sequence[str]
    """Physical names."""

    replicated: bool


class TableWatch(Component):
    """Tells when a region's tables turn requests away, fail, or fall behind those of other regions."""

    def __init__(self, name: str, args: TableWatchArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:TableWatch", name, args, opts)
        self._ground = args.ground
        for table in args.tables:
            self._tell(
                f"{_role(table, args.ground)}-throttled",
                f"{table} turns requests away: it grew faster than twice its last peak, or one key is hot.",
                queries=_throttles(table),
                threshold=10,
            )
        self._tell(
            "errors",
            "DynamoDB fails in this region.",
            queries=[_over_all("SUM(SystemErrors)", "Operation")],
            threshold=5,
        )
        if args.replicated:
            self._tell(
                "late",
                f"Writes of this region reach the others later than {LATE_MILLISECONDS // 1000} s.",
                queries=[_over_all("MAX(ReplicationLatency)", "ReceivingRegion")],
                threshold=LATE_MILLISECONDS,
            )
        self.publish()

    def _tell(self, role: str, says: str, *, queries: list[Query], threshold: float) -> None:
        query_alarm(
            self.named(role),
            says=says,
            queries=queries,
            threshold=threshold,
            periods=5,
            datapoints=3,
            topic_arn=self._ground.alert_topic_arn,
            opts=self.own(),
        )


def _role(table: str, ground: Ground) -> str:
    return table.removeprefix(ground.names.of(""))


def _throttles(table: str) -> list[Query]:
    kinds = {"reads": "ReadThrottleEvents", "writes": "WriteThrottleEvents"}
    return [
        {"id": "throttled", "expression": "SUM(METRICS())", "label": "Throttled requests", "return_data": True},
        *(summed(identifier, "AWS/DynamoDB", metric, {"TableName": table}) for identifier, metric in kinds.items()),
    ]


def _over_all(measured: str, dimension: str) -> Query:
    """Over all tables of the region, whose operations and regions are dimensions of their own."""
    query = f'SELECT {measured} FROM SCHEMA("AWS/DynamoDB", {dimension}, TableName)'  # noqa: S608 - a metrics query
    return selected(query, label=measured)
