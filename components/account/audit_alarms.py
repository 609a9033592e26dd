"""Alarms on the grave entries of the audit trail."""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.alarms import alarm
from components.component import Component


@dataclass(frozen=True, slots=True)
class Watch:
    """A kind of event that somebody must look at."""

    role: str
    says: str
    pattern: str
    threshold: int = 0


def _named(source: str, *events: str) -> str:
    return f"{{ ($.eventSource = {source}) && ({_any_of(events)}) }}"


def _any_of(events: Iterable[str]) -> str:
    return " || ".join(f"($.eventName = {event})" for event in events)


WATCHES = (
    Watch(
        "root",
        "The root user was used",
        '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS)'
        ' && ($.eventType != "AwsServiceEvent") }',
    ),
    Watch(
        "sign-in-without-mfa",
        "A user signed in to the console without a second factor",
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'
        ' && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    ),
    Watch(
        "failed-sign-ins",
        "Sign-ins to the console fail again and again",
        '{ ($.eventName = "ConsoleLogin") && ($.errorMessage = "Failed authentication") }',
        threshold=5,
    ),
    Watch(
        "refused-calls",
        "Calls are refused for lack of permission",
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
        threshold=20,
    ),
    Watch(
        "permissions",
        "Permissions were changed",
        _named(
            "iam.amazonaws.com",
            "Put*",
            "Attach*",
            "Detach*",
            "CreatePolicy*",
            "DeletePolicy*",
            "DeleteRolePolicy",
            "DeleteUserPolicy",
            "DeleteGroupPolicy",
            "UpdateAssumeRolePolicy",
            "CreateUser",
            "CreateAccessKey",
        ),
    ),
    Watch(
        "trail",
        "The audit trail was changed or stopped",
        _named(
            "cloudtrail.amazonaws.com",
            "CreateTrail",
            "UpdateTrail",
            "DeleteTrail",
            "StartLogging",
            "StopLogging",
            "PutEventSelectors",
        ),
    ),
    Watch(
        "guards",
        "A guard was taken down: configuration recorder, threat detection or security hub",
        "{ ("
        + _any_of(
            (
                "StopConfigurationRecorder",
                "DeleteConfigurationRecorder",
                "PutConfigurationRecorder",
                "PutDeliveryChannel",
                "DeleteDeliveryChannel",
                "DeleteDetector",
                "DisableSecurityHub",
            )
        )
        + ") }",
    ),
    Watch(
        "keys",
        "A customer key was disabled or is going to be deleted",
        _named("kms.amazonaws.com", "DisableKey", "ScheduleKeyDeletion"),
    ),
    Watch(
        "bucket-policies",
        "Access to a bucket was changed",
        _named(
            "s3.amazonaws.com",
            "PutBucketAcl",
            "PutBucketPolicy",
            "DeleteBucketPolicy",
            "PutBucketPublicAccessBlock",
            "DeleteBucketPublicAccessBlock",
            "PutBucketCors",
            "DeleteBucketCors",
            "PutBucketLifecycle*",
            "DeleteBucketLifecycle",
            "PutBucketReplication",
            "DeleteBucketReplication",
        ),
    ),
    Watch(
        "network-access",
        "A security group or a network ACL was changed",
        _named(
            "ec2.amazonaws.com",
            "AuthorizeSecurityGroup*",
            "RevokeSecurityGroup*",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
            "CreateNetworkAcl*",
            "DeleteNetworkAcl*",
            "ReplaceNetworkAcl*",
        ),
    ),
    Watch(
        "network-paths",
        "A gateway or a route was changed",
        _named(
            "ec2.amazonaws.com",
            "*InternetGateway",
            "*CustomerGateway",
            "CreateRoute",
            "ReplaceRoute",
            "DeleteRoute",
            "*RouteTable",
            "ReplaceRouteTableAssociation",
        ),
    ),
    Watch(
        "networks",
        "A network or a peering was changed",
        _named("ec2.amazonaws.com", "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "*VpcPeeringConnection"),
    ),
)
"""What the CIS AWS Foundations Benchmark has watched, where a change is grave in this account."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditAlarmsArgs:
    namespace: str
    log_group: Input[str]
    alert_topic_arn: Input[str]


class AuditAlarms(Component):
    """Tells of calls that a person must judge, within minutes and from whichever region they came."""

    watched: list[str]

    def __init__(self, name: str, args: AuditAlarmsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:account:AuditAlarms", name, args, opts)
        for watch in WATCHES:
            self._watch(watch, args)

        self.watched = [watch.role for watch in WATCHES]
        self.publish()

    def _watch(self, watch: Watch, args: AuditAlarmsArgs) -> None:
        aws.cloudwatch.LogMetricFilter(
            self.named(f"{watch.role}-filter"),
            name=watch.role,
            log_group_name=args.log_group,
            pattern=watch.pattern,
            metric_transformation={"namespace": args.namespace, "name": watch.role, "value": "1"},
            opts=self.own(),
        )
        alarm(
            self.named(watch.role),
            says=watch.says,
            namespace=args.namespace,
            metric=watch.role,
            dimensions={},
            threshold=watch.threshold,
            period_seconds=300,
            periods=1,
            topic_arn=args.alert_topic_arn,
            opts=self.own(),
        )
