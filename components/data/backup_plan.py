"""What is backed up in a region, how often, and where the copy goes."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components import iam
from components.alarms import Query, query_alarm, summed
from components.component import Component
from components.data.vault import vault_name
from components.interfaces import Ground
from settings.data import BackupSettings

PlanRule = aws.backup.PlanRuleArgsDict
RuleLifecycle = aws.backup.PlanRuleLifecycleArgsDict

START_WITHIN_MINUTES = 60
COMPLETE_WITHIN_MINUTES = 720
MANAGED_POLICIES = (
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
)
"""AWS Backup documents no smaller set of rights for its role."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupPlanArgs:
    ground: Ground
    settings: BackupSettings
    vault_name: Input[str]
    resources: Sequence[str]
    """ARNs of what is backed up; known, so that a review sees what is not."""

    copy_to: Input[str] | None
    """ARN of the second region's vault; None where there is no second region."""


class BackupPlan(Component):
    """Takes a daily and a monthly recovery point of a region's state, and copies both to a second region."""

    def __init__(self, name: str, args: BackupPlanArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:BackupPlan", name, args, opts)
        names = args.ground.names
        role = iam.service_role(
            self.named("role"),
            physical_name=names.globally("backup"),
            description="Takes and copies recovery points",
            # AWS Backup documents no source for this role (its developer guide, "Cross-service confused deputy
            # prevention"), and a condition on what is not sent would end all backups.
            trusted=iam.trust_without_source("backup.amazonaws.com"),
            statements=[],
            managed=MANAGED_POLICIES,
            opts=self.own(),
        )
        plan = aws.backup.Plan(name, name=names.of("recovery"), rules=_rules(args), opts=self.own())
        aws.backup.Selection(
            self.named("state"),
            name=names.of("state"),
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=sorted(args.resources),
            opts=self.own(),
        )
        self._tell_of_failures(args.ground)
        self.publish()

    def _tell_of_failures(self, ground: Ground) -> None:
        vault = vault_name(ground.names)
        failures = ("NumberOfBackupJobsFailed", "NumberOfBackupJobsExpired", "NumberOfCopyJobsFailed")
        total: Query = {"id": "failures", "expression": "SUM(METRICS())", "label": "Failures", "return_data": True}
        of_vault = {"BackupVaultName": vault}
        query_alarm(
            self.named("failed"),
            says=f"A recovery point of {vault} was not taken or not copied.",
            queries=[
                total,
                *(
                    summed(f"m{number}", "AWS/Backup", metric, of_vault, period_seconds=3600)
                    for number, metric in enumerate(failures, start=1)
                ),
            ],
            threshold=0,
            periods=1,
            topic_arn=ground.alert_topic_arn,
            opts=self.own(),
        )


def _rules(args: BackupPlanArgs) -> list[PlanRule]:
    chosen = args.settings
    daily: RuleLifecycle = {"delete_after": chosen.daily_retention_days}
    # What knows no cold storage (Aurora, S3) stays warm.
    monthly: RuleLifecycle = {
        "cold_storage_after": chosen.monthly_to_cold_storage_days,
        "delete_after": chosen.monthly_retention_days,
    }
    return [_rule("daily", "cron(0 3 * * ? *)", daily, args), _rule("monthly", "cron(0 5 1 * ? *)", monthly, args)]


def _rule(name: str, schedule: str, lifecycle: RuleLifecycle, args: BackupPlanArgs) -> PlanRule:
    rule: PlanRule = {
        "rule_name": name,
        "target_vault_name": args.vault_name,
        "schedule": schedule,
        "start_window": START_WITHIN_MINUTES,
        "completion_window": COMPLETE_WITHIN_MINUTES,
        "lifecycle": lifecycle,
    }
    if args.copy_to is not None:
        copied: aws.backup.PlanRuleCopyActionLifecycleArgsDict = {**lifecycle}
        rule["copy_actions"] = [{"destination_vault_arn": args.copy_to, "lifecycle": copied}]
    return rule
