"""The data tier: tables, relational cluster, assets, backups, analytics, keys."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.section import Conflict, LogRetentionDays, Section

InstanceClass = Annotated[str, Field(pattern=r"^db\.(serverless|[a-z][a-z0-9]+\.[a-z0-9]+)$")]


class TableSettings(Section):
    """The DynamoDB global tables: catalogue and asset metadata, carts, sessions."""

    recovery_days: int = Field(default=35, ge=7, le=35)
    """Days that point-in-time recovery reaches back."""

    deletion_protection: bool = True
    """Refuse to delete a table or a replica."""


class ServerlessCapacity(Section):
    """Bounds of Aurora Serverless v2, in Aurora capacity units (2 GiB of memory each)."""

    min_units: float = Field(default=0.5, ge=0.5, le=256)
    """Smallest capacity."""

    max_units: float = Field(default=8, ge=1, le=256)
    """Largest capacity."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.min_units > self.max_units:
            yield Conflict(("min_units", "max_units"), f"{self.min_units}, {self.max_units}", "min_units ≤ max_units")


class RelationalSettings(Section):
    """The Aurora PostgreSQL global database: customers, inventory, orders."""

    engine_version: str = Field(default="16.8", pattern=r"^1[5-9]\.\d{1,2}$")
    """Version of Aurora PostgreSQL, the same everywhere."""

    instance_class: InstanceClass = "db.r7g.large"
    """Class of every instance; db.serverless scales by itself. Global databases do not take db.t classes."""

    serverless: ServerlessCapacity = ServerlessCapacity()
    """Bounds for db.serverless."""

    readers: int = Field(default=2, ge=1, le=15)
    """Readers beside a region's first instance, spread over the zones; as many everywhere, so that moving the writer
    deletes nothing. With one, the loss of two zones stops writes."""

    max_readers: int = Field(default=6, ge=1, le=15)
    """Up to how many readers scaling goes."""

    reader_cpu_target_percent: int = Field(default=60, ge=10, le=90)
    """Average processor use of the readers that scaling holds, in percent."""

    backup_retention_days: int = Field(default=35, ge=7, le=35)
    """Days that point-in-time recovery reaches back."""

    insights_retention_days: Literal[7, 31, 62, 93, 186, 372, 731] | None = 31
    """How long Performance Insights keeps its samples, in days; null switches it off."""

    monitoring_interval_seconds: Literal[1, 5, 10, 15, 30, 60] = 15
    """Seconds between two samples of enhanced monitoring."""

    log_retention_days: LogRetentionDays = 365
    """How long the engine's logs are kept, in days."""

    secret_rotation_days: int | None = Field(default=30, ge=1, le=365)
    """Days between two rotations of the master secret; null never rotates it."""

    proxy: bool = True
    """Whether servers share connections through RDS Proxy; without it they connect to the cluster itself."""

    data_api: bool = True
    """Whether statements may come over HTTPS, as those of the function do that keeps the schema up to date; without it
    there is no such function."""

    deletion_protection: bool = True
    """Refuse to delete the cluster, and take a final snapshot when it is deleted."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.max_readers < self.readers:
            yield Conflict(
                ("max_readers", "readers"), f"{self.max_readers}, {self.readers}", "max_readers no smaller than readers"
            )


class AssetSettings(Section):
    """The buckets of models and images."""

    discontinued_to_glacier_days: int = Field(default=30, ge=0, le=3650)
    """Days after which objects tagged `lifecycle=discontinued` go to Glacier."""

    discontinued_expire_days: int = Field(default=1095, ge=1, le=36500)
    """Days after which discontinued objects are deleted."""

    old_versions_days: int = Field(default=90, ge=7, le=3650)
    """Days that replaced versions are kept."""

    unfinished_uploads_days: int = Field(default=3, ge=1, le=30)
    """Days after which the parts of an unfinished upload are deleted."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.discontinued_to_glacier_days >= self.discontinued_expire_days:
            yield Conflict(
                ("discontinued_expire_days", "discontinued_to_glacier_days"),
                f"discontinued_to_glacier_days {self.discontinued_to_glacier_days}, "
                f"discontinued_expire_days {self.discontinued_expire_days}",
                "discontinued_to_glacier_days < discontinued_expire_days",
            )


class BackupSettings(Section):
    """AWS Backup of every stateful resource, with a copy in a second region."""

    enabled: bool = True
    """Whether there are vaults and plans; switching it off deletes the plans, and the vaults once they are empty."""

    daily_retention_days: int = Field(default=35, ge=7, le=3650)
    """Days that daily recovery points are kept."""

    monthly_retention_days: int = Field(default=365, ge=97, le=36500)
    """Days that monthly recovery points are kept."""

    monthly_to_cold_storage_days: int = Field(default=7, ge=1, le=3650)
    """Days after which a monthly point goes to cold storage, where it must then stay 90 days."""

    vault_lock: bool = True
    """Lock the vaults: nobody, the root user included, deletes a recovery point before its time."""

    vault_lock_grace_days: int = Field(default=14, ge=3, le=365)
    """Days in which the lock can still be undone."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.monthly_retention_days < self.monthly_to_cold_storage_days + 90:
            yield Conflict(
                ("monthly_retention_days", "monthly_to_cold_storage_days"),
                f"{self.monthly_retention_days}, {self.monthly_to_cold_storage_days}",
                "monthly_retention_days at least 90 days after monthly_to_cold_storage_days",
            )
        if self.daily_retention_days > self.monthly_retention_days:
            yield Conflict(
                ("daily_retention_days", "monthly_retention_days"),
                f"{self.daily_retention_days}, {self.monthly_retention_days}",
                "daily_retention_days ≤ monthly_retention_days",
            )


class AnalyticsSettings(Section):
    """Redshift Serverless."""

    enabled: bool = True
    """Whether there is a warehouse."""

    base_capacity_units: int = Field(default=8, ge=8, le=1024, multiple_of=8)
    """Redshift processing units that a query starts with."""

    max_capacity_units: int = Field(default=32, ge=8, le=1024, multiple_of=8)
    """Upper bound, which bounds the bill."""

    def conflicts(self) -> Iterator[Conflict]:
        if self.base_capacity_units > self.max_capacity_units:
            yield Conflict(
                ("base_capacity_units", "max_capacity_units"),
                f"{self.base_capacity_units}, {self.max_capacity_units}",
                "base_capacity_units ≤ max_capacity_units",
            )


class DataSettings(Section):
    """What holds state."""

    replication: bool = True
    """Whether regions hold copies of each other's tables, files, secrets, keys and relational database. Without it
    each region keeps its own and shares nothing. Decided once: a change would replace all of these."""

    home: str | None = None
    """Region that holds the definition of tables, keys and warehouse; set once. Default: the first region listed."""

    tables: TableSettings = TableSettings()
    """The global tables."""

    relational: RelationalSettings = RelationalSettings()
    """The relational global database."""

    assets: AssetSettings = AssetSettings()
    """The buckets of models and images."""

    backups: BackupSettings = BackupSettings()
    """Backups and their copies."""

    analytics: AnalyticsSettings = AnalyticsSettings()
    """The warehouse."""

    protect: bool = True
    """Have Pulumi refuse to delete or replace whatever holds state."""

    def conflicts(self) -> Iterator[Conflict]:
        """The master secret stands in the home region: without copies of it, nothing elsewhere can work with it."""
        if self.replication:
            return
        if self.relational.proxy:
            yield Conflict(("relational.proxy", "replication"), "true without replication", "relational.proxy: false")
        if self.relational.secret_rotation_days is not None:
            found = f"{self.relational.secret_rotation_days} without replication"
            yield Conflict(
                ("relational.secret_rotation_days", "replication"), found, "relational.secret_rotation_days: null"
            )
        if self.relational.data_api:
            yield Conflict(
                ("relational.data_api", "replication"), "true without replication", "relational.data_api: false"
            )
