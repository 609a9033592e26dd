"""Assets in every region, wherever they were uploaded."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ResourceOptions

from components.component import Component
from components.data.replication import (
    PROMISED_MINUTES,
    Destination,
    Outgoing,
    Replication,
    ReplicationArgs,
    replication_alarm,
)
from components.interfaces import BucketRef, Ground, Origins
from components.places import Places

ROLE = "replication"


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetReplicationArgs:
    home: str
    """Region that deployments of the site go to."""

    origins: Origins
    """Every running region."""

    ground: Mapping[str, Ground]


class AssetReplication(Component):
    """Copies models between all regions, and the site from the home region to the others."""

    def __init__(
        self, name: str, args: AssetReplicationArgs, places: Places, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("storefront:data:AssetReplication", name, args, opts)
        for region in args.origins:
            outgoing = _outgoing(region, args)
            if outgoing:
                replication = ReplicationArgs(ground=args.ground[region], role=ROLE, outgoing=outgoing)
                Replication(self.named(region), replication, places.inside(region, parent=self))
        for region, buckets in _incoming(args).items():
            for held, bucket in buckets.items():
                self._tell_of_delay(region, held, bucket, args.ground[region], places)
        self.publish()

    def _tell_of_delay(self, region: str, held: str, bucket: BucketRef, ground: Ground, places: Places) -> None:
        physical_name = bucket.arn.rpartition(":")[2]
        replication_alarm(
            self.named(f"{region}-{held}-late"),
            says=f"Copies arrive in {physical_name} later than {PROMISED_MINUTES} minutes after the original.",
            statistic="MAX",
            metric="ReplicationLatency",
            where=f"DestinationBucket = '{physical_name}'",
            threshold=PROMISED_MINUTES * 60,
            ground=ground,
            opts=places.inside(region, parent=self),
        )


def _outgoing(region: str, args: AssetReplicationArgs) -> dict[str, Outgoing]:
    others = [other for other in args.origins if other != region]
    if not others:
        return {}
    origin = args.origins[region]
    models = {other: Destination(bucket=args.origins[other].models, ground=args.ground[other]) for other in others}
    leaving = {"models": Outgoing(source=origin.models, destinations=models)}
    if region == args.home:
        site = {other: Destination(bucket=args.origins[other].site, ground=args.ground[other]) for other in others}
        leaving["site"] = Outgoing(source=origin.site, destinations=site)
    return leaving


def _incoming(args: AssetReplicationArgs) -> dict[str, dict[str, BucketRef]]:
    if len(args.origins) < 2:
        return {}
    return {
        region: {"models": origin.models} | ({} if region == args.home else {"site": origin.site})
        for region, origin in args.origins.items()
    }
