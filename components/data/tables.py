"""The tables that every region reads and writes next to its customers; docs/data-model.md says what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import Resource, ResourceOptions

from components.component import Component
from components.data.table_watch import TableWatch, TableWatchArgs
from components.interfaces import Ground, Tables
from components.places import Places
from settings import RegionSettings
from settings.data import TableSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """What AWS must know of a table beforehand: its keys, and the indexes that its questions need."""

    hash_key: str
    range_key: str | None = None
    indexes: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    expires: bool = False

    @property
    def attributes(self) -> list[str]:
        """Every key attribute; all are texts."""
        keys = {self.hash_key, *([self.range_key] if self.range_key else [])}
        return sorted(keys.union(*self.indexes.values()))


DESIGNS = {
    "catalogue": Design(
        hash_key="pk",
        range_key="sk",
        indexes={"by-category": ("category", "pk"), "by-state": ("state", "updated_at")},
    ),
    "carts": Design(hash_key="cart_id", range_key="product_id", expires=True),
    "sessions": Design(hash_key="session_id", expires=True),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class GlobalTablesArgs:
    settings: TableSettings
    home: str
    """Region of the definition; the others hold replicas that are its equals."""

    running: Sequence[RegionSettings]
    ground: Mapping[str, Ground]
    replicated: bool = True
    """Whether the other regions hold replicas; without it each region has tables of its own."""

    protect: bool


class GlobalTables(Component):
    """Keeps catalogue, carts and sessions in every running region, writable everywhere.

    A draining region's replicas lose their protection, so that the next step, retiring it, can remove them.
    """

    tables: Tables
    resources: list[Resource]
    """The tables themselves, for what must come after them."""

    def __init__(self, name: str, args: GlobalTablesArgs, places: Places, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:GlobalTables", name, args, opts)
        names = args.ground[args.home].names
        self.tables = Tables(catalogue=names.of("catalogue"), carts=names.of("carts"), sessions=names.of("sessions"))
        self.resources = [
            self._table(role, design, args, places, region=region)
            for region in ([args.home] if args.replicated else args.ground)
            for role, design in DESIGNS.items()
        ]
        for region in args.running:
            watch = TableWatchArgs(
                ground=args.ground[region.name],
                tables=[names.of(role) for role in DESIGNS],
                replicated=args.replicated and len(args.running) > 1,
            )
            TableWatch(self.named(region.name), watch, places.inside(region.name, parent=self))
        self.publish()

    def _table(
        self, role: str, design: Design, args: GlobalTablesArgs, places: Places, *, region: str
    ) -> aws.dynamodb.Table:
        ground = args.ground[region]
        options = places.inside(region, parent=self)
        options.protect = args.protect
        return aws.dynamodb.Table(
            self.named(role if args.replicated else f"{role}-{region}"),
            name=ground.names.of(role),
            billing_mode="PAY_PER_REQUEST",
            hash_key=design.hash_key,
            range_key=design.range_key,
            attributes=[{"name": attribute, "type": "S"} for attribute in design.attributes],
            global_secondary_indexes=[_index(name, *keys) for name, keys in sorted(design.indexes.items())],
            ttl={"attribute_name": "expires_at", "enabled": True} if design.expires else None,
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            server_side_encryption={"enabled": True, "kms_key_arn": ground.data_key_arn},
            point_in_time_recovery={"enabled": True, "recovery_period_in_days": args.settings.recovery_days},
            deletion_protection_enabled=args.settings.deletion_protection,
            replicas=_replicas(args) if args.replicated else None,
            # A replica gets the table's tags, and with them the home region's name where no tag of its own says better.
            tags={"table": role, **({"region": "global"} if args.replicated else {})},
            opts=options,
        )


def _index(name: str, hash_key: str, range_key: str) -> aws.dynamodb.TableGlobalSecondaryIndexArgsDict:
    return {"name": name, "hash_key": hash_key, "range_key": range_key, "projection_type": "ALL"}


def _replicas(args: GlobalTablesArgs) -> list[aws.dynamodb.TableReplicaArgsDict]:
    others = sorted((region for region in args.running if region.name != args.home), key=lambda region: region.name)
    return [
        {
            "region_name": region.name,
            "kms_key_arn": args.ground[region.name].data_key_arn,
            "point_in_time_recovery": True,
            "propagate_tags": True,
            "deletion_protection_enabled": args.settings.deletion_protection and region.serves,
        }
        for region in others
    ]
