"""The render workers of a region: graphics instances that come with the work and go with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.iam import Statement, allow, use_key
from components.interfaces import Ground, Tables
from components.region.artifact_store import Release
from components.region.instances import instance_profile, launch_template, mixed, propagated, service_log, user_data
from components.region.queue import Queue, QueueArgs, dead_letter_alarm
from settings.region import RenderFleetSettings

# Plain Amazon Linux has no driver for graphics cards; this image of AWS's is the same system with one.
IMAGE = "resolve:ssm:/aws/service/deeplearning/ami/x86_64/base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id"
BOOT_SECONDS = 300
STOPPING_SECONDS = 120
"""What a worker needs to give its job back to the queue; spot instances get no more notice either."""

HEARTBEAT_SECONDS = 120
"""How long a job stays taken without a sign of life of its worker."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RenderFleetArgs:
    settings: RenderFleetSettings
    oldest_job_seconds: int
    """Age of a waiting job at which the alarm goes off."""

    ground: Ground
    release: Release | None
    """None where nothing may ever run."""

    zones: list[str]
    vpc_id: Output[str]
    private_subnet_ids: Output[list[str]]
    """One for each of `zones`, in their order."""

    tables: Tables
    event_bus: str
    log_retention_days: int
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class RenderFleet(Component):
    """Renders what lies in its queue; without work, or with a largest size of 0, nothing runs but the queue."""

    queue_url: Output[str]
    queue_arn: Output[str]
    queue_name: str
    alarm_names: list[Output[str]]

    def __init__(self, name: str, args: RenderFleetArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:region:RenderFleet", name, args, opts)
        queue, self.alarm_names = self._queue(args)
        if args.settings.max_instances > 0:
            fleet = self._group(args, _released(args), queue)
            self._hold_backlog(args, queue, fleet)
            self._wake(queue, fleet)
        self.queue_url = queue.url
        self.queue_arn = queue.arn
        self.queue_name = queue.queue_name
        self.publish()

    def _queue(self, args: RenderFleetArgs) -> tuple[Queue, list[Output[str]]]:
        """The jobs, and the alarms on those that wait or fail."""
        failed = Queue(self.named("failed-jobs"), QueueArgs(ground=args.ground, role="render-failed"), opts=self.own())
        queue = Queue(
            self.named("jobs"),
            QueueArgs(
                ground=args.ground,
                role="render",
                visibility_seconds=args.settings.job_timeout_seconds,
                dead_letters=failed,
                max_receives=args.settings.max_receives,
            ),
            opts=self.own(),
        )
        given_up = dead_letter_alarm(self.named("failed"), failed, args.ground, self.own())
        late = alarm(
            self.named("waiting"), says="Jobs wait too long for a render worker", namespace="AWS/SQS",
            metric="ApproximateAgeOfOldestMessage", dimensions={"QueueName": queue.queue_name}, statistic="Maximum",
            threshold=args.oldest_job_seconds, periods=5, datapoints=5, topic_arn=args.ground.alert_topic_arn,
            opts=self.own(),
        )  # fmt: skip
        return queue, [given_up.name, late.name]

    def _group(self, args: RenderFleetArgs, release: Release, queue: Queue) -> aws.autoscaling.Group:
        settings, names = args.settings, args.ground.names
        template = launch_template(
            self.named("worker"),
            image_id=IMAGE,
            profile=instance_profile(
                self.named("workers"), names=names, service="render", statements=_rights(args), opts=self.own()
            ),
            security_group_id=self._security_group(args).id,
            volume_gib=settings.root_volume_gib,
            key_arn=args.ground.data_key_arn,
            script=user_data(
                release,
                names,
                {
                    "AWS_REGION": names.region,
                    "RENDER_QUEUE_URL": f"https://sqs.{names.region}.amazonaws.com/{names.account}/{queue.queue_name}",
                    "CATALOGUE_TABLE": args.tables.catalogue,
                    "EVENT_BUS_NAME": args.event_bus,
                    "VISIBILITY_SECONDS": str(HEARTBEAT_SECONDS),
                },
            ),
            tags=args.tags,
            opts=self.own(),
        )
        log = service_log(
            self.named("log"), ground=args.ground, service="render", days=args.log_retention_days, opts=self.own()
        )
        fleet = aws.autoscaling.Group(
            self.named("group"),
            name=names.of("render"),
            vpc_zone_identifiers=_offering(args),
            min_size=settings.min_instances,
            desired_capacity=settings.desired_instances,
            max_size=settings.max_instances,
            mixed_instances_policy=mixed(
                template, settings.instance_types, on_demand_base=0, spot_share_percent=settings.spot_share_percent
            ),
            capacity_rebalance=True,
            max_instance_lifetime=settings.max_instance_lifetime_days * 86_400,
            health_check_type="EC2",
            health_check_grace_period=BOOT_SECONDS,
            default_instance_warmup=BOOT_SECONDS,
            termination_policies=["OldestLaunchTemplate", "Default"],
            metrics_granularity="1Minute",
            enabled_metrics=[aws.autoscaling.Metric.GROUP_IN_SERVICE_INSTANCES],
            tags=propagated(names.of("render"), args.tags),
            opts=self.own(depends_on=[release.stored, log], ignore_changes=["desiredCapacity"]),
        )
        aws.autoscaling.LifecycleHook(
            self.named("stopping"),
            name="stopping",
            autoscaling_group_name=fleet.name,
            lifecycle_transition="autoscaling:EC2_INSTANCE_TERMINATING",
            default_result="CONTINUE",
            heartbeat_timeout=STOPPING_SECONDS,
            opts=self.own(),
        )
        return fleet

    def _security_group(self, args: RenderFleetArgs) -> aws.ec2.SecurityGroup:
        return aws.ec2.SecurityGroup(
            self.named("workers"),
            description="Render workers: to AWS, and nothing in",
            vpc_id=args.vpc_id,
            egress=[
                {
                    "description": "HTTPS to AWS and its package mirrors",
                    "protocol": "tcp",
                    "from_port": 443,
                    "to_port": 443,
                    "cidr_blocks": ["0.0.0.0/0"],
                }
            ],
            tags={"Name": self.named("workers")},
            opts=self.own(),
        )

    def _hold_backlog(self, args: RenderFleetArgs, queue: Queue, fleet: aws.autoscaling.Group) -> None:
        """Waiting and running jobs per worker: a running one keeps its worker, none at all lets the last one go."""
        aws.autoscaling.Policy(
            self.named("backlog"),
            name="backlog",
            autoscaling_group_name=fleet.name,
            policy_type="TargetTrackingScaling",
            target_tracking_configuration={
                "customized_metric_specification": {
                    "metrics": _backlog(queue.queue_name, args.ground.names.of("render"))
                },
                "target_value": args.settings.jobs_per_instance,
            },
            opts=self.own(),
        )

    def _wake(self, queue: Queue, fleet: aws.autoscaling.Group) -> None:
        """Starts the first worker: with none running there is no backlog per worker to track."""
        policy = aws.autoscaling.Policy(
            self.named("first-worker"),
            name="first-worker",
            autoscaling_group_name=fleet.name,
            policy_type="StepScaling",
            adjustment_type="ExactCapacity",
            step_adjustments=[{"scaling_adjustment": 1, "metric_interval_lower_bound": "0"}],
            opts=self.own(),
        )
        aws.cloudwatch.MetricAlarm(
            self.named("work-without-worker"),
            alarm_description="Jobs wait and no worker runs: the first one is started",
            comparison_operator="GreaterThanThreshold",
            threshold=0,
            evaluation_periods=1,
            treat_missing_data="notBreaching",
            metric_queries=[
                {
                    "id": "stranded",
                    "expression": "IF(FILL(workers, 0) == 0, waiting, 0)",
                    "label": "Jobs without a worker",
                    "return_data": True,
                },
                {"id": "waiting", "metric": _alarm_metric("AWS/SQS", "ApproximateNumberOfMessagesVisible",
                                                          {"QueueName": queue.queue_name})},
                {"id": "workers", "metric": _alarm_metric("AWS/AutoScaling", "GroupInServiceInstances",
                                                          {"AutoScalingGroupName": fleet.name})},
            ],
            alarm_actions=[policy.arn],
            opts=self.own(),
        )  # fmt: skip


def _released(args: RenderFleetArgs) -> Release:
    if args.release is None:
        raise ValueError(f"up to {args.settings.max_instances} render workers are wanted, and no release of them")
    return args.release


def _offering(args: RenderFleetArgs) -> Output[list[str]]:
    """The subnets of the zones that offer the instance types."""
    letters = args.settings.zone_letters
    chosen = [index for index, zone in enumerate(args.zones) if letters is None or zone[-1] in letters]
    return args.private_subnet_ids.apply(lambda ids: [ids[index] for index in chosen])


def _rights(args: RenderFleetArgs) -> list[Statement]:
    names = args.ground.names
    return [
        allow(
            ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
            [names.arn("sqs", names.of("render"))],
        ),
        use_key(names, "data", through="sqs", actions=("kms:Decrypt",)),
        allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], [names.arn("dynamodb", f"table/{args.tables.catalogue}")]),
        use_key(names, "data", through="dynamodb", actions=("kms:Decrypt",)),
        allow(["events:PutEvents"], [names.arn("events", f"event-bus/{args.event_bus}")]),
        allow(
            ["autoscaling:SetInstanceProtection"],
            [names.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{names.of('render')}")],
        ),
        # Takes no resource.
        allow(["autoscaling:DescribeAutoScalingInstances"], ["*"]),
    ]


def _backlog(
    queue: str, group: str
) -> list[aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricArgsDict]:
    return [
        {
            "id": "backlog",
            "expression": "IF(workers > 0, (waiting + running) / workers, 0)",
            "label": "Jobs for each worker",
            "return_data": True,
        },
        _scaling_metric("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue),
        _scaling_metric("running", "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", queue),
        _scaling_metric("workers", "AWS/AutoScaling", "GroupInServiceInstances", "AutoScalingGroupName", group),
    ]


def _scaling_metric(
    key: str, namespace: str, metric: str, dimension: str, value: str
) -> aws.autoscaling.PolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricArgsDict:
    return {
        "id": key,
        "metric_stat": {
            "metric": {
                "namespace": namespace,
                "metric_name": metric,
                "dimensions": [{"name": dimension, "value": value}],
            },
            "stat": "Average",
        },
        "return_data": False,
    }


def _alarm_metric(
    namespace: str, metric: str, dimensions: Mapping[str, str | Output[str]]
) -> aws.cloudwatch.MetricAlarmMetricQueryMetricArgsDict:
    return {
        "namespace": namespace,
        "metric_name": metric,
        "dimensions": dict(dimensions),
        "stat": "Maximum",
        "period": 60,
    }
