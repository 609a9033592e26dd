"""A way from an event bus to a function."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.component import Component
from components.region.function import ALIAS, EVENT_AGE_SECONDS, RETRIES, Function, Shared


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRouteArgs:
    shared: Shared
    rule: str
    """Role of the rule; its physical name is `names.of(rule)`."""

    says: str
    pattern: Mapping[str, Any]
    function: Function
    bus: Input[str] | None = None
    """Name of the event bus; None is the account's own, where AWS's services speak."""


class EventRoute(Component):
    """Calls a function for each event of a pattern; what cannot be delivered goes to the failure queue."""

    rule_name: str

    def __init__(self, name: str, args: EventRouteArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:EventRoute", name, args, opts)
        names, function = args.shared.ground.names, args.function
        self.rule_name = names.of(args.rule)

        rule = aws.cloudwatch.EventRule(
            self.named("rule"),
            name=self.rule_name,
            description=args.says,
            event_bus_name=args.bus,
            event_pattern=json.dumps(args.pattern),
            opts=self.own(),
        )
        permission = aws.lambda_.Permission(
            self.named("permission"),
            action="lambda:InvokeFunction",
            principal="events.amazonaws.com",
            function=function.function_name,
            qualifier=ALIAS,
            source_arn=rule.arn,
            opts=self.own(depends_on=[function]),
        )
        aws.cloudwatch.EventTarget(
            self.named("target"),
            rule=rule.name,
            event_bus_name=args.bus,
            target_id=args.rule,
            arn=function.alias_arn,
            retry_policy={"maximum_event_age_in_seconds": EVENT_AGE_SECONDS, "maximum_retry_attempts": RETRIES},
            dead_letter_config={"arn": args.shared.failure_queue_arn},
            opts=self.own(depends_on=[permission]),
        )
        self.publish()
