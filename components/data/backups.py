"""Recovery points of everything that holds state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ResourceOptions

from components.component import Component
from components.data.backup_plan import BackupPlan, BackupPlanArgs
from components.data.vault import Vault, VaultArgs
from components.interfaces import Ground, Origins, Tables
from components.places import Places
from settings.data import BackupSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupsArgs:
    settings: BackupSettings
    home: str
    regions: Sequence[str]
    """Every region of the stack: a vault that holds recovery points outlives its region."""

    origins: Origins
    """Every running region."""

    clusters: Mapping[str, str]
    """Identifier of each running region's relational cluster."""

    tables: Tables
    ground: Mapping[str, Ground]
    protect: bool


class Backups(Component):
    """Lets every region be restored from its own recovery points, or from copies of them in a second region."""

    def __init__(self, name: str, args: BackupsArgs, places: Places, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:Backups", name, args, opts)
        vaults = {
            region: Vault(
                self.named(f"{region}-vault"),
                VaultArgs(ground=args.ground[region], settings=args.settings, protect=args.protect),
                places.inside(region, parent=self),
            )
            for region in args.regions
        }
        for region in args.origins:
            second = second_region(region, args.home, list(args.origins))
            plan = BackupPlanArgs(
                ground=args.ground[region],
                settings=args.settings,
                vault_name=vaults[region].vault_name,
                resources=_state(region, args),
                copy_to=vaults[second].arn if second else None,
            )
            BackupPlan(self.named(f"{region}-plan"), plan, places.inside(region, parent=self))
        self.publish()


def second_region(region: str, home: str, running: Sequence[str]) -> str | None:
    """Where a region's copies go: to the home region; the home region's own to the first other one by name."""
    if region != home:
        return home
    return min((other for other in running if other != home), default=None)


def _state(region: str, args: BackupsArgs) -> list[str]:
    """All but uploads: they go after two weeks by intent, merchants keep the originals, and versions undo mistakes."""
    names, origin, tables = args.ground[region].names, args.origins[region], args.tables
    return [
        *(names.arn("dynamodb", f"table/{table}") for table in (tables.catalogue, tables.carts, tables.sessions)),
        names.arn("rds", f"cluster:{args.clusters[region]}"),
        origin.models.arn,
        origin.site.arn,
    ]
