"""The intake of uploaded models."""

import json
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.iam import Statement, allow
from components.interfaces import Tables
from components.naming import Names
from components.region import function_rights
from components.region.function import Function, FunctionArgs, Shared
from components.region.queue import Queue, QueueArgs, dead_letter_alarm

RULE = "uploads"
QUEUE = "assets"
DEAD_LETTERS = "assets-dead"
TIMEOUT_SECONDS = 60
VISIBILITY_SECONDS = 6 * TIMEOUT_SECONDS
"""AWS's advice for a queue that feeds a function: six times its timeout."""

MAX_RECEIVES = 5
BATCH_SIZE = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetIntakeArgs:
    shared: Shared
    tables: Tables
    uploads_bucket: str
    event_bus: str
    queue_age_seconds: int
    """Age of the oldest waiting upload above which the alarm goes off."""


class AssetIntake(Component):
    """Brings each upload, by way of a queue that survives failures, to the function that receives it."""

    queue_name: str
    queue_url: Output[str]
    alarm_names: list[Output[str]]
    function: Function

    def __init__(self, name: str, args: AssetIntakeArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:AssetIntake", name, args, opts)
        self._args = args
        names, ground = args.shared.ground.names, args.shared.ground
        self.queue_name = names.of(QUEUE)

        dead = Queue(self.named("dead"), QueueArgs(ground=ground, role=DEAD_LETTERS), self.own())
        queue = Queue(
            self.named("queue"),
            QueueArgs(
                ground=ground,
                role=QUEUE,
                visibility_seconds=VISIBILITY_SECONDS,
                dead_letters=dead,
                max_receives=MAX_RECEIVES,
                statements=[_from_rule(names)],
            ),
            self.own(),
        )
        self._route(queue)
        self.function = self._receiver()
        if args.shared.settings.receives_uploads:
            self._feed(queue, self.function)

        self.queue_url = queue.url
        self.alarm_names = [
            self._age_alarm(queue).name,
            dead_letter_alarm(self.named("dead-letters"), dead, ground, self.own()).name,
        ]
        self.publish()

    def _route(self, queue: Queue) -> None:
        rule = aws.cloudwatch.EventRule(
            self.named("rule"),
            name=self._args.shared.ground.names.of(RULE),
            description="A model was uploaded",
            event_pattern=json.dumps(_uploads(self._args.uploads_bucket)),
            opts=self.own(),
        )
        aws.cloudwatch.EventTarget(
            self.named("target"),
            rule=rule.name,
            target_id=QUEUE,
            arn=queue.arn,
            dead_letter_config={"arn": self._args.shared.failure_queue_arn},
            opts=self.own(),
        )

    def _receiver(self) -> Function:
        args, names = self._args, self._args.shared.ground.names
        return Function(
            self.named("assets"),
            FunctionArgs(
                shared=args.shared,
                handler="assets",
                purpose="Receives uploaded models and enters them in the catalogue",
                timeout_seconds=TIMEOUT_SECONDS,
                environment={"CATALOGUE_TABLE": args.tables.catalogue, "EVENT_BUS_NAME": args.event_bus},
                statements=function_rights.assets(
                    names, args.tables, args.uploads_bucket, self.queue_name, args.event_bus
                ),
                reserved_concurrency=args.shared.settings.asset_reserved_concurrency,
                keeps_failed_events=False,
            ),
            self.own(),
        )

    def _feed(self, queue: Queue, function: Function) -> None:
        bound = self._args.shared.settings.asset_reserved_concurrency
        aws.lambda_.EventSourceMapping(
            self.named("feed"),
            event_source_arn=queue.arn,
            function_name=function.alias_arn,
            batch_size=BATCH_SIZE,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": min(bound, 1000)} if bound >= 2 else None,
            opts=self.own(depends_on=[function]),
        )

    def _age_alarm(self, queue: Queue) -> aws.cloudwatch.MetricAlarm:
        return alarm(
            self.named("age"),
            says=f"Uploads wait longer than {self._args.queue_age_seconds} s in {self.queue_name}.",
            namespace="AWS/SQS",
            metric="ApproximateAgeOfOldestMessage",
            dimensions={"QueueName": queue.queue_name},
            statistic="Maximum",
            threshold=self._args.queue_age_seconds,
            topic_arn=self._args.shared.ground.alert_topic_arn,
            opts=self.own(),
        )


def _uploads(bucket: str) -> dict[str, Any]:
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "uploads/"}]}},
    }


def _from_rule(names: Names) -> Statement:
    rule = names.arn("events", f"rule/{names.of(RULE)}")
    return allow(
        ["sqs:SendMessage"],
        [names.arn("sqs", names.of(QUEUE))],
        when={"ArnEquals": {"aws:SourceArn": rule}},
        principal={"Service": "events.amazonaws.com"},
        sid="Uploads",
    )
