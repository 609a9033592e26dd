"""All functions of a region."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, Resource, ResourceOptions

from components.alarms import query_alarm, summed
from components.component import Component
from components.iam import Statement, allow, service_role, trust
from components.interfaces import GlobalDatabase, Ground, Tables
from components.naming import Names
from components.region import function_rights
from components.region.announcements import (
    BUS,
    MODELS_READY,
    NOTICES,
    TOPIC,
    Announcements,
    AnnouncementsArgs,
    sources,
)
from components.region.asset_intake import RULE as UPLOADS
from components.region.asset_intake import AssetIntake, AssetIntakeArgs
from components.region.database_care import DatabaseCare, DatabaseCareArgs, WriterCluster
from components.region.function import Function, FunctionArgs, Shared, Shift
from components.region.queue import Queue, QueueArgs, dead_letter_alarm
from components.region.upkeep import FINDINGS, Upkeep, UpkeepArgs
from settings.account import AlarmThresholds
from settings.region import FunctionSettings

Query = aws.cloudwatch.MetricAlarmMetricQueryArgsDict

FAILURES = "failures"
NEARLY = 80
"""Share of its time that a call may take before the alarm goes off, in percent."""

CART_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeDuties:
    """What only the home region's functions do."""

    database: GlobalDatabase
    writer: WriterCluster
    rotation_days: int | None
    """None never rotates the master secret."""

    data_api: bool = True
    """Whether the cluster takes statements over HTTPS."""

    after: Sequence[Resource] = ()
    """What must exist before the first rotation: the writer cluster."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionsArgs:
    ground: Ground
    settings: FunctionSettings
    thresholds: AlarmThresholds
    tables: Tables
    uploads_bucket: str
    """Name of the bucket whose uploads are received; it must speak to EventBridge."""

    alert_topic: str
    """Name of the topic of alarms and findings."""

    home: HomeDuties | None = None


class Functions(Component):
    """Runs what reacts: to visitors' carts, to uploads, to events, to findings and to the clock."""

    carts: Function
    event_bus: str
    topic_arn: Output[str]
    deploy_application: str
    """CodeDeploy application that shifts traffic to new versions; empty where the program does it at once."""

    newest_versions: Output[dict[str, str]]
    """The version of each function that a deployment moves its alias to."""

    schema_function_name: str
    """Function that brings the relational schema up to date; empty outside the home region."""

    function_names: list[str]
    asset_queue: str
    alarm_names: list[Output[str]]

    def __init__(self, name: str, args: FunctionsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Functions", name, args, opts)
        self._args = args

        failures = self._failure_queue()
        shared = self._shared(failures)
        self.carts = self._carts(shared)
        announcements = Announcements(
            self.named("announcements"), AnnouncementsArgs(shared=shared, tables=args.tables), self.own()
        )
        intake = self._intake(shared, announcements)
        upkeep = self._upkeep(shared, intake)
        care = self._care(shared, args.home) if args.home else None
        every = [self.carts, intake.function, *announcements.functions, *upkeep.functions]
        every += care.functions if care else []
        alarms = [self._throttle_alarm(every), self._duration_alarm(every), self._lost_alarm()]
        alarms.append(dead_letter_alarm(self.named("failed-events"), failures, args.ground, self.own()))

        self.event_bus = announcements.event_bus
        self.topic_arn = announcements.topic_arn
        self.deploy_application = args.ground.names.of("functions") if shared.shift else ""
        self.newest_versions = Output.all(**{one.function_name: one.newest_version for one in every})
        self.schema_function_name = care.schema_function_name if care else ""
        self.function_names = [one.function_name for one in every]
        self.asset_queue = intake.queue_name
        self.alarm_names = [one.error_alarm_name for one in every]
        self.alarm_names += [*intake.alarm_names, upkeep.stuck_alarm_name, *(alarm.name for alarm in alarms)]
        self.publish()

    def _failure_queue(self) -> Queue:
        names = self._args.ground.names
        return Queue(
            self.named(FAILURES),
            QueueArgs(ground=self._args.ground, role=FAILURES, statements=_undelivered(names, self._args.settings)),
            self.own(),
        )

    def _shared(self, failures: Queue) -> Shared:
        args = self._args
        return Shared(
            ground=args.ground,
            settings=args.settings,
            error_percent=args.thresholds.server_error_percent,
            failure_queue=failures.queue_name,
            failure_queue_arn=failures.arn,
            shift=None if args.settings.gradual_shift == "AllAtOnce" else self._shift(),
        )

    def _shift(self) -> Shift:
        names = self._args.ground.names
        application = aws.codedeploy.Application(
            self.named("shift"), name=names.of("functions"), compute_platform="Lambda", opts=self.own()
        )
        group = names.arn("codedeploy", f"deploymentgroup:{names.of('functions')}/*")
        role = service_role(
            self.named("shift-role"),
            physical_name=names.globally("shift"),
            trusted=trust("codedeploy.amazonaws.com", names.account, sources=[group]),
            statements=[
                allow(["lambda:GetAlias", "lambda:UpdateAlias"], [names.arn("lambda", f"function:{names.of('*')}")]),
                allow(["lambda:GetProvisionedConcurrencyConfig"], [names.arn("lambda", f"function:{names.of('*')}")]),
                allow(["cloudwatch:DescribeAlarms"], [names.arn("cloudwatch", "alarm:*")]),
            ],
            opts=self.own(),
            description="Lets deployments move the functions' aliases and look at their alarms",
        )
        return Shift(application=application.name, role_arn=role.arn)

    def _carts(self, shared: Shared) -> Function:
        args, names = self._args, self._args.ground.names
        return Function(
            self.named("carts"),
            FunctionArgs(
                shared=shared,
                handler="carts",
                purpose="Serves shopping carts",
                timeout_seconds=CART_TIMEOUT_SECONDS,
                environment={"CARTS_TABLE": args.tables.carts},
                statements=function_rights.carts(names, args.tables),
                reserved_concurrency=args.settings.cart_reserved_concurrency,
            ),
            self.own(),
        )

    def _intake(self, shared: Shared, announcements: Announcements) -> AssetIntake:
        args = self._args
        return AssetIntake(
            self.named("intake"),
            AssetIntakeArgs(
                shared=shared,
                tables=args.tables,
                uploads_bucket=args.uploads_bucket,
                event_bus=announcements.event_bus,
                queue_age_seconds=args.thresholds.queue_age_seconds,
            ),
            self.own(depends_on=[announcements]),
        )

    def _upkeep(self, shared: Shared, intake: AssetIntake) -> Upkeep:
        return Upkeep(
            self.named("upkeep"),
            UpkeepArgs(
                shared=shared,
                tables=self._args.tables,
                asset_queue=intake.queue_name,
                asset_queue_url=intake.queue_url,
                alert_topic=self._args.alert_topic,
            ),
            self.own(),
        )

    def _care(self, shared: Shared, home: HomeDuties) -> DatabaseCare:
        return DatabaseCare(
            self.named("database-care"),
            DatabaseCareArgs(
                shared=shared,
                database=home.database,
                writer=home.writer,
                rotation_days=home.rotation_days,
                data_api=home.data_api,
                after=home.after,
            ),
            self.own(),
        )

    def _throttle_alarm(self, functions: Sequence[Function]) -> aws.cloudwatch.MetricAlarm:
        queries = [_metric(i, "Throttles", one, "Sum") for i, one in enumerate(functions)]
        says = "Calls of functions are refused for want of concurrency."
        return self._over_all("throttles", says, "SUM(METRICS())", queries, threshold=0)

    def _duration_alarm(self, functions: Sequence[Function]) -> aws.cloudwatch.MetricAlarm:
        queries = [_metric(i, "Duration", one, "Maximum") for i, one in enumerate(functions)]
        shares = ", ".join(f"m{i} / {10 * one.timeout_seconds}" for i, one in enumerate(functions))
        says = f"A function takes more than {NEARLY} % of the time it may take."
        return self._over_all("durations", says, f"MAX([{shares}])", queries, threshold=NEARLY)

    def _lost_alarm(self) -> aws.cloudwatch.MetricAlarm:
        """Metrics of rules on a bus of ours carry its name, of those on the account's own only the rule's."""
        says = "Events are lost: neither their target nor the failure queue takes them."
        names = self._args.ground.names
        rules = [{"RuleName": names.of(rule)} for rule in (UPLOADS, FINDINGS)]
        rules += [{"EventBusName": names.of(BUS), "RuleName": names.of(rule)} for rule in (MODELS_READY, NOTICES)]
        # Summed by hand: a query in CloudWatch's own language knows AND, but no OR.
        lost = [
            summed(f"lost{number}", "AWS/Events", "InvocationsFailedToBeSentToDlq", rule, period_seconds=300)
            for number, rule in enumerate(rules)
        ]
        return query_alarm(
            self.named("lost-events"),
            says=says,
            queries=[{"id": "lost", "expression": "SUM(METRICS())", "label": says, "return_data": True}, *lost],
            threshold=0,
            topic_arn=self._args.ground.alert_topic_arn,
            opts=self.own(),
            periods=1,
        )

    def _over_all(
        self, role: str, says: str, formula: str, queries: list[Query], *, threshold: float
    ) -> aws.cloudwatch.MetricAlarm:
        """One alarm over a metric of every function; CloudWatch takes ten metrics in an alarm."""
        return aws.cloudwatch.MetricAlarm(
            self.named(role),
            alarm_description=says,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=3,
            datapoints_to_alarm=2,
            treat_missing_data="notBreaching",
            metric_queries=[
                {"id": "over_all", "expression": formula, "label": says, "return_data": True},
                *queries,
            ],
            alarm_actions=[self._args.ground.alert_topic_arn],
            ok_actions=[self._args.ground.alert_topic_arn],
            opts=self.own(),
        )


def _metric(index: int, metric: str, function: Function, stat: str) -> Query:
    return {
        "id": f"m{index}",
        "metric": {
            "namespace": "AWS/Lambda",
            "metric_name": metric,
            "dimensions": {"FunctionName": function.function_name},
            "stat": stat,
            "period": 60,
        },
    }


def _undelivered(names: Names, settings: FunctionSettings) -> list[Statement]:
    """Our rules, the bus and, where somebody subscribes, the topic may leave here what they could not deliver."""
    queue = [names.arn("sqs", names.of(FAILURES))]
    rules = [names.arn("events", f"rule/{names.of(rule)}") for rule in (UPLOADS, FINDINGS)]
    events = allow(
        ["sqs:SendMessage"],
        queue,
        when={"ArnEquals": {"aws:SourceArn": [*rules, *sources(names)]}},
        principal={"Service": "events.amazonaws.com"},
        sid="UndeliveredEvents",
    )
    notices = allow(
        ["sqs:SendMessage"],
        queue,
        when={"ArnEquals": {"aws:SourceArn": names.arn("sns", names.of(TOPIC))}},
        principal={"Service": "sns.amazonaws.com"},
        sid="UndeliveredNotices",
    )
    return [events, notices] if settings.notice_subscribers else [events]
