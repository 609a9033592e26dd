"""What exists once in the account, and what watches over each of its regions."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input

from components.account.audit_trail import AuditTrail, AuditTrailArgs
from components.account.configuration_record import ConfigurationRecord, ConfigurationRecordArgs
from components.account.guards import Guards, GuardsArgs
from components.account.money import Money, MoneyArgs
from components.account.overview import Overview, OverviewArgs
from components.component import Component
from components.interfaces import Ground, Origins, Tables
from components.places import Places
from settings.account import OperationsSettings, SecuritySettings
from settings.platform import EDGE_REGION


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountArgs:
    security: SecuritySettings
    operations: OperationsSettings
    home: str
    """Region that stands for the account wherever something is recorded or judged once."""

    ground: Mapping[str, Ground]
    """Every place of the stack, us-east-1 included."""

    origins: Origins
    database_clusters: Mapping[str, str]
    health_checks: Mapping[str, Input[str]]
    tables: Tables
    distribution_id: Input[str] | None
    """None where there is no distribution."""

    protect: bool


class Account(Component):
    """Guards the account: its audit trail, its guards in every region, its money, and one page to see it all.

    Each singleton is created, adopted from whoever owns it already, or left off, as the settings say.
    """

    dashboard_name: str
    guarded_regions: list[str]
    adopted: list[str]
    """Settings of what a landing zone owns; published, so that policies leave it to its owner."""

    def __init__(self, name: str, args: AccountArgs, places: Places) -> None:
        super().__init__("storefront:account:Account", name, args, None)
        home = args.ground[args.home]
        if args.security.trail == "create":
            AuditTrail(self.named("trail"), _trail(args, home), places.inside(args.home, parent=self))
        if args.security.public_access_block == "create":
            self._refuse_public_buckets(home.names.account, args.home, places)
        record = self._record(args, home, places)
        for region, ground in args.ground.items():
            guards = _guards(args, region, ground, record)
            Guards(self.named(region), guards, places.inside(region, parent=self))
        billing = args.ground[EDGE_REGION]
        money = MoneyArgs(names=billing.names, operations=args.operations, alert_topic_arn=billing.alert_topic_arn)
        Money(self.named("money"), money, places.inside(EDGE_REGION, parent=self))
        overview = Overview(self.named("overview"), _overview(args), places.inside(EDGE_REGION, parent=self))

        self.dashboard_name = overview.dashboard_name
        self.guarded_regions = list(args.ground)
        self.adopted = sorted(name for name, owned in args.security if owned == "adopt")
        self.publish()

    def _refuse_public_buckets(self, account: str, home: str, places: Places) -> None:
        aws.s3.AccountPublicAccessBlock(
            self.named("public-buckets"),
            account_id=account,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=places.inside(home, parent=self),
        )

    def _record(self, args: AccountArgs, home: Ground, places: Places) -> ConfigurationRecord | None:
        if args.security.configuration_recorder == "off":
            return None
        record = ConfigurationRecordArgs(
            names=home.names,
            log_key_arn=home.log_key_arn,
            access_log_bucket=home.log_bucket,
            retention_days=args.security.audit_retention_days,
            records=args.security.configuration_recorder == "create",
            protect=args.protect,
        )
        return ConfigurationRecord(self.named("configuration"), record, places.inside(args.home, parent=self))


def _trail(args: AccountArgs, home: Ground) -> AuditTrailArgs:
    return AuditTrailArgs(
        names=home.names,
        regions=list(args.ground),
        log_key_arn=home.log_key_arn,
        alert_topic_arn=home.alert_topic_arn,
        access_log_bucket=home.log_bucket,
        unrecorded_buckets=[ground.log_bucket for ground in args.ground.values()],
        retention_days=args.security.audit_retention_days,
        log_retention_days=args.operations.log_retention_days,
        protect=args.protect,
    )


def _guards(args: AccountArgs, region: str, ground: Ground, record: ConfigurationRecord | None) -> GuardsArgs:
    stands_for_account = region == args.home
    return GuardsArgs(
        security=args.security,
        names=ground.names,
        alert_topic_arn=ground.alert_topic_arn,
        holds_account=stands_for_account,
        gathers_from=[other for other in args.ground if other != region] if stands_for_account else [],
        record=record,
        history_key_arn=args.ground[args.home].log_key_arn,
    )


def _overview(args: AccountArgs) -> OverviewArgs:
    return OverviewArgs(
        names=args.ground[EDGE_REGION].names,
        origins=args.origins,
        database_clusters=args.database_clusters,
        health_checks=args.health_checks,
        tables=args.tables,
        distribution_id=args.distribution_id,
        thresholds=args.operations.thresholds,
    )
