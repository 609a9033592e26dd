"""What keeps data: copies in other regions, recovery points, and a history to ask questions of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Input, Output

from components.component import Component
from components.data.asset_replication import AssetReplication, AssetReplicationArgs
from components.data.backups import Backups, BackupsArgs
from components.data.exports import Exports, ExportsArgs
from components.data.replication import Destination, Outgoing, Replication, ReplicationArgs
from components.data.warehouse import Warehouse, WarehouseArgs
from components.interfaces import BucketRef, Ground, Origins, Tables
from components.places import Places
from settings.data import DataSettings
from settings.platform import EDGE_REGION


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivateNetwork:
    """Where the warehouse stands."""

    vpc_id: Input[str]
    subnet_ids: Input[Sequence[Input[str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class DurabilityArgs:
    settings: DataSettings
    home: str
    regions: Sequence[str]
    """Every region of the stack, retired ones included."""

    origins: Origins
    """Every running region."""

    clusters: Mapping[str, str]
    """Identifier of each running region's relational cluster."""

    database_name: str
    tables: Tables
    ground: Mapping[str, Ground]
    """Every place of the stack."""

    home_network: PrivateNetwork
    log_retention_days: int


class Durability(Component):
    """Makes sure that nothing is lost with a region, with a mistake, or with time.

    uploads      → every other region's bucket
    state        → recovery points → copies in a second region
    tables, relational database, the edge's logs → exports → warehouse
    """

    warehouse_name: Output[str] | None
    """None where there is no warehouse."""

    def __init__(self, name: str, args: DurabilityArgs, places: Places) -> None:
        super().__init__("storefront:data:Durability", name, args, None)
        if args.settings.replication:
            assets = AssetReplicationArgs(home=args.home, origins=args.origins, ground=args.ground)
            AssetReplication(self.named("assets"), assets, places, self.own())
        if args.settings.backups.enabled:
            Backups(self.named("backups"), _backups(args), places, self.own())
        self.warehouse_name = self._analytics(args, places) if args.settings.analytics.enabled else None
        self.publish()

    def _analytics(self, args: DurabilityArgs, places: Places) -> Output[str]:
        home = places.inside(args.home, parent=self)
        exports = Exports(self.named("exports"), _exports(args), home)
        self._bring_edge_logs(args, exports.bucket, places)
        return Warehouse(self.named("warehouse"), _warehouse(args, exports.bucket), home).workgroup_name

    def _bring_edge_logs(self, args: DurabilityArgs, exports: BucketRef, places: Places) -> None:
        """Redshift loads columnar files from its own region alone; the edge's logs arise in us-east-1."""
        edge = args.ground[EDGE_REGION]
        names = edge.names
        logs = BucketRef(
            name=edge.log_bucket,
            arn=names.bucket_arn("logs"),
            domain=Output.concat(edge.log_bucket, f".s3.{EDGE_REGION}.amazonaws.com"),
        )
        destination = Destination(bucket=exports, ground=args.ground[args.home])
        outgoing = Outgoing(
            source=logs,
            destinations={args.home: destination},
            prefix=f"AWSLogs/{names.account}/CloudFront/",
            timed=False,
        )
        replication = ReplicationArgs(ground=edge, role="edge-log-replication", outgoing={"access": outgoing})
        Replication(self.named("edge-logs"), replication, places.inside(EDGE_REGION, parent=self))


def _backups(args: DurabilityArgs) -> BackupsArgs:
    return BackupsArgs(
        settings=args.settings.backups,
        home=args.home,
        regions=args.regions,
        origins=args.origins,
        clusters=args.clusters,
        tables=args.tables,
        ground=args.ground,
        protect=args.settings.protect,
    )


def _exports(args: DurabilityArgs) -> ExportsArgs:
    return ExportsArgs(
        ground=args.ground[args.home],
        tables=args.tables,
        cluster=args.clusters[args.home],
        database_name=args.database_name,
        protect=args.settings.protect,
    )


def _warehouse(args: DurabilityArgs, exports: BucketRef) -> WarehouseArgs:
    return WarehouseArgs(
        ground=args.ground[args.home],
        settings=args.settings.analytics,
        vpc_id=args.home_network.vpc_id,
        subnet_ids=args.home_network.subnet_ids,
        exports=exports,
        log_retention_days=args.log_retention_days,
        protect=args.settings.protect,
    )
