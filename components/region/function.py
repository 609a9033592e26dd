"""One function: its package, its role, its log, its alias, and the way a new version takes over."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pulumi_aws as aws
from pulumi import Archive, Asset, AssetArchive, FileAsset, Input, Output, ResourceOptions

from components.alarms import ratio_alarm
from components.component import Component
from components.iam import Statement, allow, document, trust_without_source, use_key
from components.interfaces import Ground
from components.naming import Names
from settings.region import FunctionSettings

ALIAS = "live"
"""What callers call: the alias that a deployment moves from version to version."""

HANDLERS = Path(__file__).resolve().parents[2] / "handlers"
RETRIES = 2
EVENT_AGE_SECONDS = 6 * 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """What the functions of a region have in common."""

    ground: Ground
    settings: FunctionSettings
    error_percent: float
    """Share of failed calls above which the alarm goes off and a deployment is undone, in percent."""

    failure_queue: str
    """Name of the queue that keeps the events no function could handle."""

    failure_queue_arn: Input[str]
    shift: "Shift | None" = None
    """What moves traffic step by step; without it the program moves a function's alias at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """The gradual shift of traffic to new versions."""

    application: Input[str]
    """CodeDeploy application of the region's functions."""

    role_arn: Input[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionArgs:
    shared: Shared
    handler: str
    """Folder under `handlers/` whose `handler.handle` is called."""

    purpose: str
    timeout_seconds: int
    statements: Sequence[Statement] = ()
    """What the function may do beyond writing its log, its traces and its failed events."""

    environment: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    memory_mib: int | None = None
    reserved_concurrency: int = -1
    keeps_failed_events: bool = True
    """Whether events that failed go to the failure queue; a function fed by a queue leaves them to that queue."""


class Function(Component):
    """Runs one handler. Callers call its alias, which a deployment moves step by step; see docs/adr/0003."""

    function_name: str
    timeout_seconds: int
    alias_arn: Output[str]
    invoke_arn: Output[str]
    """What an API integration calls."""

    error_alarm_name: Output[str]
    newest_version: Output[str]
    """What a deployment moves the alias to."""

    def __init__(self, name: str, args: FunctionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:Function", name, args, opts)
        self._args = args
        self.function_name = function_name(args.shared.ground.names, args.handler)
        self.timeout_seconds = args.timeout_seconds

        log = self._log()
        role, policy = self._role()
        function = self._function(role, log, policy)
        alias = self._alias(function)
        if args.keeps_failed_events:
            self._failed_events(alias, policy)
        alarm = self._error_alarm(alias)
        if args.shared.shift:
            self._deployment_group(args.shared.shift, alarm)

        self.alias_arn = alias.arn
        self.invoke_arn = alias.invoke_arn
        self.error_alarm_name = alarm.name
        self.newest_version = function.version
        self.publish()

    def _log(self) -> aws.cloudwatch.LogGroup:
        shared = self._args.shared
        return aws.cloudwatch.LogGroup(
            self.named("log"),
            name=f"/aws/lambda/{self.function_name}",
            retention_in_days=shared.settings.log_retention_days,
            kms_key_id=shared.ground.log_key_arn,
            opts=self.own(),
        )

    def _role(self) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        names = self._args.shared.ground.names
        role = aws.iam.Role(
            self.named("role"),
            name=names.globally(f"{_dashed(self._args.handler)}-function"),
            assume_role_policy=trust_without_source("lambda.amazonaws.com"),
            description=self._args.purpose,
            opts=self.own(),
        )
        policy = aws.iam.RolePolicy(
            self.named("role-policy"), role=role.name, policy=document(_statements(self._args)), opts=self.own()
        )
        return role, policy

    def _function(
        self, role: aws.iam.Role, log: aws.cloudwatch.LogGroup, policy: aws.iam.RolePolicy
    ) -> aws.lambda_.Function:
        args, shared = self._args, self._args.shared
        return aws.lambda_.Function(
            self.named("function"),
            name=self.function_name,
            description=args.purpose,
            role=role.arn,
            runtime="python3.13",
            architectures=["arm64"],
            handler=f"handlers.{args.handler}.handler.handle",
            code=package(args.handler),
            memory_size=args.memory_mib or shared.settings.memory_mib,
            timeout=args.timeout_seconds,
            environment={"variables": dict(args.environment)} if args.environment else None,
            # Lambda keeps no key where there is nothing to encrypt: every `up` would add it again.
            kms_key_arn=shared.ground.data_key_arn if args.environment else None,
            tracing_config={"mode": "Active"},
            reserved_concurrent_executions=args.reserved_concurrency if args.reserved_concurrency >= 0 else None,
            publish=True,
            opts=self.own(depends_on=[log, policy]),
        )

    def _alias(self, function: aws.lambda_.Function) -> aws.lambda_.Alias:
        shifted = ["function_version", "routing_config"] if self._args.shared.shift else []
        return aws.lambda_.Alias(
            self.named(ALIAS),
            name=ALIAS,
            description="The version that callers reach",
            function_name=function.name,
            function_version=function.version,
            opts=self.own(ignore_changes=shifted),
        )

    def _failed_events(self, alias: aws.lambda_.Alias, policy: aws.iam.RolePolicy) -> None:
        aws.lambda_.FunctionEventInvokeConfig(
            self.named("failed-events"),
            function_name=alias.function_name,
            qualifier=alias.name,
            maximum_retry_attempts=RETRIES,
            maximum_event_age_in_seconds=EVENT_AGE_SECONDS,
            destination_config={"on_failure": {"destination": self._args.shared.failure_queue_arn}},
            opts=self.own(depends_on=[policy]),
        )

    def _error_alarm(self, alias: aws.lambda_.Alias) -> aws.cloudwatch.MetricAlarm:
        shared = self._args.shared
        return ratio_alarm(
            self.named("errors"),
            says=f"Function {self.function_name} fails; a deployment in progress is undone.",
            part=("AWS/Lambda", "Errors"),
            whole=("AWS/Lambda", "Invocations"),
            dimensions={
                "FunctionName": alias.function_name,
                "Resource": Output.concat(alias.function_name, ":", alias.name),
            },
            threshold_percent=shared.error_percent,
            topic_arn=shared.ground.alert_topic_arn,
            opts=self.own(),
            periods=2,
            datapoints=1,
        )

    def _deployment_group(self, shift: Shift, alarm: aws.cloudwatch.MetricAlarm) -> None:
        shared = self._args.shared
        aws.codedeploy.DeploymentGroup(
            self.named("shift"),
            app_name=shift.application,
            deployment_group_name=self.function_name,
            deployment_config_name=f"CodeDeployDefault.Lambda{shared.settings.gradual_shift}",
            deployment_style={"deployment_option": "WITH_TRAFFIC_CONTROL", "deployment_type": "BLUE_GREEN"},
            service_role_arn=shift.role_arn,
            auto_rollback_configuration={
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
            },
            alarm_configuration={"alarms": [alarm.name], "enabled": True},
            opts=self.own(),
        )


def function_name(names: Names, handler: str) -> str:
    """The physical name of a handler's function."""
    return names.of(_dashed(handler))


def alias_arn(names: Names, handler: str) -> str:
    """The ARN of a function's alias, for IAM documents."""
    return names.arn("lambda", f"function:{function_name(names, handler)}:{ALIAS}")


def package(handler: str) -> AssetArchive:
    """The handler's folder and what all handlers share, as Lambda unpacks it; ValueError without such a folder."""
    contents: dict[str, Asset | Archive] = {name: FileAsset(path) for name, path in _packed(handler).items()}
    return AssetArchive(contents)


@cache
def _packed(handler: str) -> dict[str, str]:
    """The files of a package by their names in it; every region ships the same."""
    if not (HANDLERS / handler / "handler.py").is_file():
        raise ValueError(f"there is no handler {handler!r}: handlers/{handler}/handler.py does not exist")
    files = [HANDLERS / "__init__.py", *_sources(HANDLERS / "common"), *_sources(HANDLERS / handler)]
    return {f"handlers/{file.relative_to(HANDLERS).as_posix()}": os.path.relpath(file) for file in files}


def _sources(folder: Path) -> list[Path]:
    """The files of a folder in a fixed order, without what Python leaves behind."""
    return sorted(file for file in folder.rglob("*") if file.suffix in {".py", ".sql"} and file.is_file())


def _statements(args: FunctionArgs) -> list[Statement]:
    names, queue = args.shared.ground.names, args.shared.failure_queue
    log = f"/aws/lambda/{function_name(names, args.handler)}"
    statements = [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], [names.log_group_arn(log)]),
        allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]),
        use_key(names, "data", through="lambda", actions=["kms:Decrypt"]),
    ]
    if args.keeps_failed_events:
        statements += [
            allow(["sqs:SendMessage"], [names.arn("sqs", queue)]),
            use_key(names, "data", through="sqs"),
        ]
    return [*statements, *args.statements]


def _dashed(handler: str) -> str:
    return handler.replace("_", "-")
