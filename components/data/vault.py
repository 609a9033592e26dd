"""Where recovery points are kept."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.component import Component
from components.interfaces import Ground
from components.naming import Names
from settings.data import BackupSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class VaultArgs:
    ground: Ground
    settings: BackupSettings
    protect: bool


class Vault(Component):
    """Keeps recovery points under the data key; locked, it gives none up before its time, not even to the root user."""

    vault_name: Output[str]
    arn: Output[str]

    def __init__(self, name: str, args: VaultArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:Vault", name, args, opts)
        vault = aws.backup.Vault(
            name,
            name=vault_name(args.ground.names),
            kms_key_arn=args.ground.data_key_arn,
            # AWS deletes no vault that holds points, and there are some from the first night on.
            force_destroy=not args.protect,
            opts=self.own(protect=args.protect),
        )
        if args.settings.vault_lock:
            aws.backup.VaultLockConfiguration(
                self.named("lock"),
                backup_vault_name=vault.name,
                changeable_for_days=args.settings.vault_lock_grace_days,
                min_retention_days=args.settings.daily_retention_days,
                # A change would replace the lock, which AWS refuses for ever once the grace is over.
                opts=self.own(ignore_changes=["changeableForDays", "minRetentionDays"]),
            )
        self.vault_name = vault.name
        self.arn = vault.arn
        self.publish()


def vault_name(names: Names) -> str:
    """The name of a region's vault."""
    return names.of("recovery")
