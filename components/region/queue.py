"""An encrypted queue that takes messages over TLS alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.iam import Statement, deny, document
from components.interfaces import Ground

RETENTION_SECONDS = 14 * 86_400
"""The longest that SQS keeps a message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueArgs:
    ground: Ground
    role: str
    """What the queue is for; its physical name is `names.of(role)`."""

    visibility_seconds: int = 30
    dead_letters: "Queue | None" = None
    """Queue that takes what was received `max_receives` times in vain."""

    max_receives: int = 5
    statements: Sequence[Statement] = ()
    """What other services may do with the queue."""


class Queue(Component):
    """Holds work until somebody takes it; what nobody can do goes to its dead-letter queue."""

    arn: Output[str]
    url: Output[str]
    queue_name: str

    def __init__(self, name: str, args: QueueArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Queue", name, args, opts)
        names = args.ground.names
        self.queue_name = names.of(args.role)

        queue = aws.sqs.Queue(
            name,
            name=self.queue_name,
            kms_master_key_id=args.ground.data_key_arn,
            kms_data_key_reuse_period_seconds=300,
            message_retention_seconds=RETENTION_SECONDS,
            visibility_timeout_seconds=args.visibility_seconds,
            policy=document([_tls_only(names.arn("sqs", self.queue_name)), *args.statements]),
            # Stated below where there is one; a queue reports it as its own property too.
            opts=self.own(ignore_changes=["redrivePolicy"]),
        )
        if args.dead_letters is not None:
            # The ARN by the name that was chosen, so that the policy is known before either queue exists.
            dead = names.arn("sqs", args.dead_letters.queue_name)
            aws.sqs.RedrivePolicy(
                self.named("redrive"),
                queue_url=queue.url,
                redrive_policy=_redrive(dead, args.max_receives),
                opts=self.own(depends_on=[args.dead_letters]),
            )

        self.arn = queue.arn
        self.url = queue.url
        self.publish()


def dead_letter_alarm(name: str, queue: Queue, ground: Ground, opts: ResourceOptions) -> aws.cloudwatch.MetricAlarm:
    """An alarm on anything in a queue of last resort."""
    return alarm(
        name,
        says=f"{queue.queue_name} holds what could not be handled; look at it and send it again.",
        namespace="AWS/SQS",
        metric="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": queue.queue_name},
        statistic="Maximum",
        threshold=0,
        period_seconds=300,
        periods=1,
        topic_arn=ground.alert_topic_arn,
        opts=opts,
    )


def _redrive(dead_letter_arn: str, receives: int) -> str:
    return json.dumps({"deadLetterTargetArn": dead_letter_arn, "maxReceiveCount": receives}, separators=(",", ":"))


def _tls_only(arn: str) -> Statement:
    return deny(
        ["sqs:*"], [arn], when={"Bool": {"aws:SecureTransport": "false"}}, principal={"AWS": "*"}, sid="TlsOnly"
    )
