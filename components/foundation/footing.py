"""What stands in a place before anything else does."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.foundation.alert_topic import AlertTopic, AlertTopicArgs
from components.foundation.keys import data_key_policy, log_key_policy
from components.foundation.log_bucket import log_bucket
from components.interfaces import Ground
from components.naming import Names
from components.storage import PrivateBucket
from settings.account import OperationsSettings

KEY_DELETION_WINDOW_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class FootingArgs:
    names: Names
    operations: OperationsSettings
    holds_data: bool
    """False in a place that only serves the edge: it gets no data key."""

    original_key_arn: Input[str] | None
    """The multi-region key to replicate; None where the original itself stands, or a key of the region alone."""

    replicated: bool = True
    """Whether the data key belongs to several regions."""

    protect: bool


class Footing(Component):
    """Keys, the alert topic and the locked log bucket of one place."""

    data_key_arn: Output[str]
    """Resolves once the alias exists by which IAM documents name the key. The log key's in a place without data."""

    log_key_arn: Output[str]
    log_bucket: Output[str]
    alert_topic_arn: Output[str]
    original_key_arn: Output[str]
    """ARN of the data key itself, for replicas."""

    def __init__(self, name: str, args: FootingArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:foundation:Footing", name, args, opts)
        self._args = args
        log_key = aws.kms.Key(
            self.named("log-key"),
            description="Logs and notifications",
            policy=log_key_policy(args.names),
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DELETION_WINDOW_DAYS,
            opts=self.own(protect=args.protect),
        )
        self.log_key_arn = self._under_alias("logs", log_key)
        data_key = self._data_key() if args.holds_data else None
        self.data_key_arn = self._under_alias("data", data_key) if data_key else self.log_key_arn
        self.original_key_arn = data_key.arn if data_key else log_key.arn

        disposable = not args.protect
        logs = log_bucket(args.names, args.operations.access_log_retention_days, disposable=disposable)
        self.log_bucket = PrivateBucket(self.named("logs"), logs, self.own()).bucket_name
        alerts = AlertTopicArgs(names=args.names, key_arn=self.log_key_arn, emails=args.operations.alert_emails)
        self.alert_topic_arn = AlertTopic(self.named("alerts"), alerts, self.own()).arn
        self.publish()

    @property
    def ground(self) -> Ground:
        """What the place offers to everything that stands in it."""
        return Ground(
            names=self._args.names,
            data_key_arn=self.data_key_arn,
            log_key_arn=self.log_key_arn,
            log_bucket=self.log_bucket,
            alert_topic_arn=self.alert_topic_arn,
        )

    def _data_key(self) -> aws.kms.Key | aws.kms.ReplicaKey:
        """The original in the home region, a replica elsewhere: what one encrypts the other decrypts.

        Without replication every region has a key of its own.
        """
        args, own = self._args, self.own(protect=self._args.protect)
        policy = data_key_policy(args.names)
        if args.original_key_arn is not None:
            return aws.kms.ReplicaKey(
                self.named("data-key"),
                description="Data",
                primary_key_arn=args.original_key_arn,
                policy=policy,
                deletion_window_in_days=KEY_DELETION_WINDOW_DAYS,
                opts=own,
            )
        return aws.kms.Key(
            self.named("data-key"),
            description="Data",
            multi_region=args.replicated,
            policy=policy,
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DELETION_WINDOW_DAYS,
            opts=own,
        )

    def _under_alias(self, purpose: str, key: aws.kms.Key | aws.kms.ReplicaKey) -> Output[str]:
        alias = aws.kms.Alias(
            self.named(f"{purpose}-alias"),
            name=self._args.names.key_alias(purpose),
            target_key_id=key.key_id,
            opts=self.own(),
        )
        return Output.all(key.arn, alias.id).apply(lambda made: str(made[0]))
