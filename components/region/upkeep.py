"""What keeps a region in order without anybody asking."""

from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.iam import allow, service_role, trust, use_key
from components.interfaces import Tables
from components.naming import Names
from components.region import function_rights
from components.region.event_route import EventRoute, EventRouteArgs
from components.region.function import EVENT_AGE_SECONDS, RETRIES, Function, FunctionArgs, Shared, alias_arn

FINDINGS = "remediation"
ROUND_MINUTES = 15
STUCK_AFTER_SECONDS = 3600
GRAVE = 4
"""GuardDuty's medium severity begins here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UpkeepArgs:
    shared: Shared
    tables: Tables
    asset_queue: str
    asset_queue_url: Input[str]
    alert_topic: str
    """Name of the topic of alarms and findings."""


class Upkeep(Component):
    """Starts stuck work again on a schedule and gives security findings their first answer."""

    functions: list[Function]
    stuck_alarm_name: Output[str]

    def __init__(self, name: str, args: UpkeepArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Upkeep", name, args, opts)
        self._args = args

        background = self._background()
        self._schedule(background)
        remediation = self._remediation()
        EventRoute(
            self.named("findings"),
            EventRouteArgs(
                shared=args.shared,
                rule=FINDINGS,
                says="Grave security findings of this region",
                pattern=_grave_findings(args.shared.ground.names),
                function=remediation,
            ),
            self.own(),
        )

        self.functions = [background, remediation]
        self.stuck_alarm_name = self._stuck_alarm().name
        self.publish()

    def _background(self) -> Function:
        args, names = self._args, self._args.shared.ground.names
        return Function(
            self.named("background"),
            FunctionArgs(
                shared=args.shared,
                handler="background",
                purpose="Finds stuck assets and starts them again",
                timeout_seconds=120,
                environment={
                    "CATALOGUE_TABLE": args.tables.catalogue,
                    "ASSET_QUEUE_URL": args.asset_queue_url,
                    "STUCK_AFTER_SECONDS": str(STUCK_AFTER_SECONDS),
                },
                statements=function_rights.background(names, args.tables, args.asset_queue),
            ),
            self.own(),
        )

    def _schedule(self, background: Function) -> None:
        shared, names = self._args.shared, self._args.shared.ground.names
        role = service_role(
            self.named("schedule-role"),
            physical_name=names.globally("schedule"),
            trusted=trust("scheduler.amazonaws.com", names.account),
            statements=[
                allow(["lambda:InvokeFunction"], [alias_arn(names, "background")]),
                allow(["sqs:SendMessage"], [names.arn("sqs", shared.failure_queue)]),
                use_key(names, "data", through="sqs"),
                use_key(names, "data", through="scheduler", actions=["kms:Decrypt"]),
            ],
            opts=self.own(),
            description="Lets the schedule call the background function",
        )
        aws.scheduler.Schedule(
            self.named("schedule"),
            name=names.of("background"),
            description="Looks for stuck assets",
            schedule_expression=f"rate({ROUND_MINUTES} minutes)",
            flexible_time_window={"mode": "OFF"},
            kms_key_arn=shared.ground.data_key_arn,
            target={
                "arn": background.alias_arn,
                "role_arn": role.arn,
                "retry_policy": {
                    "maximum_event_age_in_seconds": EVENT_AGE_SECONDS,
                    "maximum_retry_attempts": RETRIES,
                },
                "dead_letter_config": {"arn": shared.failure_queue_arn},
            },
            opts=self.own(depends_on=[background]),
        )

    def _remediation(self) -> Function:
        args, ground = self._args, self._args.shared.ground
        return Function(
            self.named("remediation"),
            FunctionArgs(
                shared=args.shared,
                handler="remediation",
                purpose="Gives security findings their first answer",
                timeout_seconds=60,
                environment={"ALERT_TOPIC_ARN": ground.alert_topic_arn},
                statements=function_rights.remediation(ground.names, args.alert_topic),
            ),
            self.own(),
        )

    def _stuck_alarm(self) -> aws.cloudwatch.MetricAlarm:
        return alarm(
            self.named("stuck"),
            says=f"Assets stay unprocessed for more than {STUCK_AFTER_SECONDS} s although they were started again.",
            namespace=function_rights.ASSET_METRICS,
            metric="StuckAssets",
            dimensions={},
            statistic="Maximum",
            threshold=0,
            period_seconds=ROUND_MINUTES * 60,
            periods=4,
            datapoints=3,
            topic_arn=self._args.shared.ground.alert_topic_arn,
            opts=self.own(),
        )


def _grave_findings(names: Names) -> dict[str, Any]:
    """GuardDuty's findings, and of this region Security Hub's, without its copies of GuardDuty's."""
    return {
        "$or": [
            {
                "source": ["aws.guardduty"],
                "detail-type": ["GuardDuty Finding"],
                "detail": {"severity": [{"numeric": [">=", GRAVE]}]},
            },
            {
                "source": ["aws.securityhub"],
                "detail-type": ["Security Hub Findings - Imported"],
                "detail": {
                    "findings": {
                        "ProductName": [{"anything-but": ["GuardDuty"]}],
                        "Region": [names.region],
                        "RecordState": ["ACTIVE"],
                        "Severity": {"Label": ["HIGH", "CRITICAL"]},
                        "Workflow": {"Status": ["NEW"]},
                    }
                },
            },
        ]
    }
