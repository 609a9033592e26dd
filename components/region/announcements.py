"""The platform's own events: their bus, and who hears them."""

import json
import re
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.component import Component
from components.iam import allow, deny, document
from components.interfaces import Tables
from components.naming import Names
from components.region import function_rights
from components.region.event_route import EventRoute, EventRouteArgs
from components.region.function import Function, FunctionArgs, Shared

BUS = "events"
TOPIC = "notifications"
MODELS_READY = "models-ready"
NOTICES = "notices"


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnouncementsArgs:
    shared: Shared
    tables: Tables


class Announcements(Component):
    """Carries what happened to assets and orders to those who act on it, and to people."""

    event_bus: str
    topic_arn: Output[str]
    functions: list[Function]

    def __init__(self, name: str, args: AnnouncementsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Announcements", name, args, opts)
        self._args = args
        ground = args.shared.ground
        self.event_bus = ground.names.of(BUS)

        bus = aws.cloudwatch.EventBus(
            self.named("bus"),
            name=self.event_bus,
            description="What happened to assets and orders",
            kms_key_identifier=ground.data_key_arn,
            dead_letter_config={"arn": args.shared.failure_queue_arn},
            opts=self.own(),
        )
        self._admit(bus)
        topic = self._topic()
        self._subscribe(topic)
        thumbnails = self._thumbnails()
        notifications = self._notifications(topic)
        self._route(MODELS_READY, "A model is ready for its pictures", ["AssetReady"], thumbnails, bus)
        self._route(
            NOTICES, "People are told of it", ["AssetReady", "AssetRejected", "OrderPlaced"], notifications, bus
        )

        self.topic_arn = topic.arn
        self.functions = [thumbnails, notifications]
        self.publish()

    def _admit(self, bus: aws.cloudwatch.EventBus) -> None:
        """Principals of this account, each as far as its own policy lets it."""
        names = self._args.shared.ground.names
        aws.cloudwatch.EventBusPolicy(
            self.named("bus-policy"),
            event_bus_name=bus.name,
            policy=document(
                [
                    allow(
                        ["events:PutEvents"],
                        [names.arn("events", f"event-bus/{self.event_bus}")],
                        principal={"AWS": f"arn:aws:iam::{names.account}:root"},
                        sid="OwnAccount",
                    )
                ]
            ),
            opts=self.own(),
        )

    def _topic(self) -> aws.sns.Topic:
        names = self._args.shared.ground.names
        arn = names.arn("sns", names.of(TOPIC))
        insecure = deny(
            ["sns:Publish"],
            [arn],
            when={"Bool": {"aws:SecureTransport": "false"}},
            principal={"AWS": "*"},
            sid="TlsOnly",
        )
        return aws.sns.Topic(
            self.named("topic"),
            name=names.of(TOPIC),
            kms_master_key_id=self._args.shared.ground.log_key_arn,
            policy=document([insecure]),
            opts=self.own(),
        )

    def _subscribe(self, topic: aws.sns.Topic) -> None:
        """Those of the settings; what cannot be delivered to them is kept like every other failed event."""
        last_resort = Output.from_input(self._args.shared.failure_queue_arn)
        for endpoint in self._args.shared.settings.notice_subscribers:
            aws.sns.TopicSubscription(
                self.named(re.sub(r"[^a-z0-9]+", "-", endpoint.replace("@", "-at-").lower())),
                topic=topic.arn,
                protocol="https" if endpoint.startswith("https://") else "email",
                endpoint=endpoint,
                redrive_policy=last_resort.apply(
                    lambda arn: json.dumps({"deadLetterTargetArn": arn}, separators=(",", ":"))
                ),
                opts=self.own(),
            )

    def _thumbnails(self) -> Function:
        return Function(
            self.named("thumbnails"),
            FunctionArgs(
                shared=self._args.shared,
                handler="thumbnails",
                purpose="Draws pictures of finished models",
                timeout_seconds=60,
            ),
            self.own(),
        )

    def _notifications(self, topic: aws.sns.Topic) -> Function:
        args, names = self._args, self._args.shared.ground.names
        return Function(
            self.named("notifications"),
            FunctionArgs(
                shared=args.shared,
                handler="notifications",
                purpose="Tells people about assets and orders",
                timeout_seconds=30,
                environment={"NOTIFICATION_TOPIC_ARN": topic.arn, "SESSIONS_TABLE": args.tables.sessions},
                statements=function_rights.notifications(names, args.tables, names.of(TOPIC)),
            ),
            self.own(),
        )

    def _route(self, rule: str, says: str, kinds: list[str], function: Function, bus: aws.cloudwatch.EventBus) -> None:
        EventRoute(
            self.named(rule),
            EventRouteArgs(
                shared=self._args.shared,
                rule=rule,
                says=says,
                pattern={"source": [{"prefix": "storefront."}], "detail-type": kinds},
                function=function,
                bus=bus.name,
            ),
            self.own(),
        )


def sources(names: Names) -> list[str]:
    """The ARNs of what leaves undelivered events behind: the rules of the bus, and the bus itself."""
    bus = names.of(BUS)
    rules = [names.arn("events", f"rule/{bus}/{names.of(rule)}") for rule in (MODELS_READY, NOTICES)]
    return [*rules, names.arn("events", f"event-bus/{bus}")]
