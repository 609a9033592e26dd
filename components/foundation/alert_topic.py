"""Where a place says that something is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.iam import allow, deny, document
from components.naming import Names


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertTopicArgs:
    names: Names
    key_arn: Input[str]
    emails: Sequence[str]


class AlertTopic(Component):
    """Tells people of alarms, findings and forecasts, over TLS and encrypted while it waits."""

    arn: Output[str]

    def __init__(self, name: str, args: AlertTopicArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:foundation:AlertTopic", name, args, opts)
        topic = aws.sns.Topic(
            name,
            name=args.names.of("alerts"),
            kms_master_key_id=args.key_arn,
            policy=_policy(args.names),
            opts=self.own(),
        )
        for email in args.emails:
            aws.sns.TopicSubscription(
                self.named(email.replace("@", "-at-")),
                topic=topic.arn,
                protocol="email",
                endpoint=email,
                opts=self.own(),
            )

        self.arn = topic.arn
        self.publish()


def _policy(names: Names) -> str:
    topic, account = names.arn("sns", names.of("alerts")), names.account
    own = {"aws:SourceAccount": account}
    return document(
        [
            allow(
                ["sns:Publish"],
                [topic],
                principal={"Service": "cloudwatch.amazonaws.com"},
                when={"StringEquals": own, "ArnLike": {"aws:SourceArn": names.arn("cloudwatch", "alarm:*")}},
                sid="Alarms",
            ),
            # "You can't use Condition blocks in Amazon SNS topic policies for EventBridge" (EventBridge user guide).
            allow(["sns:Publish"], [topic], principal={"Service": "events.amazonaws.com"}, sid="Events"),
            allow(
                ["sns:Publish"],
                [topic],
                principal={
                    "Service": ["budgets.amazonaws.com", "costalerts.amazonaws.com", "events.rds.amazonaws.com"]
                },
                when={"StringEquals": own},
                sid="MoneyAndDatabases",
            ),
            deny(
                ["sns:Publish"],
                [topic],
                principal={"AWS": "*"},
                when={"Bool": {"aws:SecureTransport": "false"}},
                sid="EncryptedTransportOnly",
            ),
        ]
    )
