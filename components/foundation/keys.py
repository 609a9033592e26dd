"""Policies of a place's customer keys: who may use them, and that nobody is locked out."""

from components.iam import Statement, allow, document
from components.naming import Names


def data_key_policy(names: Names) -> str:
    """Who uses the key of everything that holds data."""
    return document([_account_rules(names), *_data_services(names)])


def log_key_policy(names: Names) -> str:
    """Who uses the key of logs and notifications."""
    return document([_account_rules(names), *_log_services(names)])


def _account_rules(names: Names) -> Statement:
    """Leaves the key to the account's IAM policies; without it a mistake would lock everybody out for ever."""
    return allow(["kms:*"], ["*"], principal={"AWS": f"arn:aws:iam::{names.account}:root"}, sid="AccountRules")


def _data_services(names: Names) -> list[Statement]:
    """Auto Scaling starts encrypted disks, and events reach encrypted queues and topics, without a role of ours."""
    # Named in a condition: a principal that does not exist yet makes KMS refuse the policy, and AWS creates these roles
    # with the account's first group and its first spot instance. EC2's guide asks for the second where an image is
    # encrypted. Image Builder needs no word here: the policy of its own role allows it what the account's rules leave.
    own_roles = f"arn:aws:iam::{names.account}:role/aws-service-role"
    launching = [
        f"{own_roles}/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        f"{own_roles}/spot.amazonaws.com/AWSServiceRoleForEC2Spot",
    ]
    by_launching = {"StringEquals": {"aws:PrincipalArn": launching, "kms:CallerAccount": names.account}}
    return [
        allow(
            ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            ["*"],
            principal={"AWS": "*"},
            when=by_launching,
            sid="EncryptedDisks",
        ),
        allow(
            ["kms:CreateGrant"],
            ["*"],
            principal={"AWS": "*"},
            when={**by_launching, "Bool": {"kms:GrantIsForAWSResource": "true"}},
            sid="GrantsForEncryptedDisks",
        ),
        # Source conditions are "not supported for EventBridge-to-encrypted" queues and topics (SQS and SNS guides).
        allow(
            ["kms:Decrypt", "kms:GenerateDataKey*"],
            ["*"],
            principal={"Service": ["events.amazonaws.com", "sns.amazonaws.com"]},
            when={"ArnLike": {"kms:EncryptionContext:aws:sqs:arn": names.arn("sqs", "*")}},
            sid="EventsIntoQueues",
        ),
        allow(
            ["kms:Decrypt", "kms:GenerateDataKey*"],
            ["*"],
            principal={"Service": "events.amazonaws.com"},
            when={"ArnLike": {"kms:EncryptionContext:aws:events:event-bus:arn": names.arn("events", "event-bus/*")}},
            sid="EventBuses",
        ),
        allow(
            ["kms:DescribeKey"],
            ["*"],
            principal={"Service": "events.amazonaws.com"},
            when={"StringEquals": {"aws:SourceAccount": names.account}},
            sid="EventBusesLookUpKey",
        ),
        allow(
            ["kms:Decrypt"],
            ["*"],
            principal={"Service": "cloudfront.amazonaws.com"},
            when={"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{names.account}:distribution/*"}},
            sid="ModelsAndSiteThroughTheEdge",
        ),
    ]


def _log_services(names: Names) -> list[Statement]:
    """The services that write logs, and those that speak to the alert topic."""
    ours = {"StringEquals": {"aws:SourceAccount": names.account}}
    return [
        allow(
            ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
            ["*"],
            principal={"Service": f"logs.{names.region}.amazonaws.com"},
            when={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": names.arn("logs", "log-group:*")}},
            sid="LogGroups",
        ),
        allow(
            ["kms:Decrypt", "kms:GenerateDataKey*"],
            ["*"],
            principal={
                "Service": [
                    "budgets.amazonaws.com",
                    "cloudwatch.amazonaws.com",
                    "costalerts.amazonaws.com",
                    "events.rds.amazonaws.com",
                ]
            },
            when=ours,
            sid="Notifications",
        ),
        # Source conditions are "not supported for EventBridge-to-encrypted topics" (SNS guide).
        allow(
            ["kms:Decrypt", "kms:GenerateDataKey*"],
            ["*"],
            principal={"Service": "events.amazonaws.com"},
            when={"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": names.arn("sns", "*")}},
            sid="EventsIntoTopics",
        ),
    ]
