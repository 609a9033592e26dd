"""What the account may cost, and who is told when it costs more."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.naming import Names
from settings.account import OperationsSettings

BILLED_TAGS = ("project", "environment", "cost-centre")
THRESHOLDS = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))


@dataclass(frozen=True, kw_only=True, slots=True)
class MoneyArgs:
    names: Names
    operations: OperationsSettings
    alert_topic_arn: Input[str]
    """Topic in us-east-1, where billing stands."""


class Money(Component):
    """Tells in time of a month that becomes too dear, and of cost that nobody expected.

    The budget counts the whole account: a share of it by tag would miss what cannot be tagged, such as traffic.
    """

    budget_name: str

    def __init__(self, name: str, args: MoneyArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:account:Money", name, args, opts)
        operations = args.operations
        self.budget_name = args.names.of("monthly")
        if operations.budget_usd_per_month is not None:
            aws.budgets.Budget(
                self.named("budget"),
                name=self.budget_name,
                budget_type="COST",
                time_unit="MONTHLY",
                limit_amount=str(float(operations.budget_usd_per_month)),
                limit_unit="USD",
                notifications=_notifications(args.alert_topic_arn, operations.alert_emails),
                opts=self.own(),
            )
        if operations.cost_anomalies != "off":
            aws.costexplorer.AnomalySubscription(
                self.named("anomalies"),
                name=args.names.of("anomalies"),
                frequency="IMMEDIATE",
                monitor_arn_lists=[self._monitor(args)],
                subscribers=[{"type": "SNS", "address": args.alert_topic_arn}],
                threshold_expression=_at_least(operations.anomaly_usd),
                opts=self.own(),
            )
        if operations.cost_tags:
            for tag in BILLED_TAGS:
                aws.costexplorer.CostAllocationTag(
                    self.named(f"tag-{tag}"), tag_key=tag, status="Active", opts=self.own()
                )
        self.publish()

    def _monitor(self, args: MoneyArgs) -> Input[str]:
        if args.operations.anomaly_monitor_arn:
            return args.operations.anomaly_monitor_arn
        monitor = aws.costexplorer.AnomalyMonitor(
            self.named("monitor"),
            name=args.names.of("services"),
            monitor_type="DIMENSIONAL",
            monitor_dimension="SERVICE",
            opts=self.own(),
        )
        return monitor.arn


def _notifications(topic_arn: Input[str], emails: Sequence[str]) -> list[aws.budgets.BudgetNotificationArgsDict]:
    return [
        {
            "notification_type": kind,
            "comparison_operator": "GREATER_THAN",
            "threshold": percent,
            "threshold_type": "PERCENTAGE",
            "subscriber_sns_topic_arns": [Output.from_input(topic_arn)],
            "subscriber_email_addresses": list(emails),
        }
        for kind, percent in THRESHOLDS
    ]


def _at_least(usd: float) -> aws.costexplorer.AnomalySubscriptionThresholdExpressionArgsDict:
    return {
        "dimension": {
            "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            "match_options": ["GREATER_THAN_OR_EQUAL"],
            "values": [_plain(usd)],
        }
    }


def _plain(usd: float) -> str:
    """Digits without an exponent, and no more of them than were given."""
    return f"{Decimal(str(usd)).normalize():f}"
