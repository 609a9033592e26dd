"""What each function may do, from the calls its handler makes."""

from components.iam import Statement, allow, use_key
from components.interfaces import Tables
from components.naming import Names

ASSET_METRICS = "Storefront/Assets"


def carts(names: Names, tables: Tables) -> list[Statement]:
    """Reads and writes carts; the two writes of a transaction are allowed one by one."""
    actions = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
    return [allow(actions, [_table(names, tables.carts)]), _table_key(names)]


def assets(names: Names, tables: Tables, bucket: str, queue: str, bus: str) -> list[Statement]:
    """Takes uploads from the queue, looks at them and enters them in the catalogue."""
    return [
        allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [names.arn("sqs", queue)]),
        use_key(names, "data", through="sqs", actions=["kms:Decrypt"]),
        allow(["s3:GetObject", "s3:GetObjectVersion"], [f"arn:aws:s3:::{bucket}/uploads/*"]),
        use_key(names, "data", through="s3", actions=["kms:Decrypt"]),
        allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], [_table(names, tables.catalogue)]),
        _table_key(names),
        allow(["events:PutEvents"], [names.arn("events", f"event-bus/{bus}")]),
    ]


def notifications(names: Names, tables: Tables, topic: str) -> list[Statement]:
    """Remembers which events were told, and tells them."""
    return [
        allow(["dynamodb:PutItem", "dynamodb:DeleteItem"], [_table(names, tables.sessions)]),
        _table_key(names),
        *_publish(names, topic),
    ]


def background(names: Names, tables: Tables, queue: str) -> list[Statement]:
    """Finds stuck assets by the index of states, counts them and queues them again."""
    table = _table(names, tables.catalogue)
    return [
        allow(["dynamodb:Query"], [f"{table}/index/by-state"]),
        allow(["dynamodb:UpdateItem"], [table]),
        _table_key(names),
        allow(["cloudwatch:PutMetricData"], ["*"], when={"StringEquals": {"cloudwatch:namespace": ASSET_METRICS}}),
        allow(["sqs:SendMessage"], [names.arn("sqs", queue)]),
        use_key(names, "data", through="sqs"),
    ]


def remediation(names: Names, alert_topic: str) -> list[Statement]:
    """Takes a compromised server out, shuts a bucket, switches an access key off, and tells."""
    return [
        allow(["autoscaling:DescribeAutoScalingInstances"], ["*"]),
        allow(
            ["autoscaling:SetInstanceHealth"],
            [names.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{names.of('*')}")],
        ),
        allow(
            ["s3:PutBucketPublicAccessBlock"],
            ["arn:aws:s3:::*"],
            when={"StringEquals": {"s3:ResourceAccount": names.account}},
        ),
        allow(["iam:UpdateAccessKey"], [f"arn:aws:iam::{names.account}:user/*"]),
        *_publish(names, alert_topic),
    ]


def secret_rotation(names: Names, secret: str, writer: Names, cluster: str) -> list[Statement]:
    """Gives the secret a new value and the writer cluster a new master password."""
    actions = [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
    ]
    return [
        allow(actions, [_secret(names, secret)]),
        allow(["secretsmanager:GetRandomPassword"], ["*"]),
        use_key(names, "data", through="secretsmanager"),
        _replica_keys(names),
        allow(["rds:ModifyDBCluster", "rds:DescribeDBClusters"], [writer.arn("rds", f"cluster:{cluster}")]),
    ]


def schema(secret: str, writer: Names, cluster: str) -> list[Statement]:
    """Runs statements on the writer cluster, whose Data API reads the secret's replica beside it."""
    actions = [
        "rds-data:BeginTransaction",
        "rds-data:CommitTransaction",
        "rds-data:ExecuteStatement",
        "rds-data:RollbackTransaction",
    ]
    return [
        allow(actions, [writer.arn("rds", f"cluster:{cluster}")]),
        allow(["secretsmanager:GetSecretValue"], [_secret(writer, secret)]),
        use_key(writer, "data", through="secretsmanager", actions=["kms:Decrypt"]),
    ]


def _table(names: Names, table: str) -> str:
    return names.arn("dynamodb", f"table/{table}")


def _table_key(names: Names) -> Statement:
    """DynamoDB decrypts a table's key in the name of whoever asks for its items."""
    return use_key(names, "data", through="dynamodb", actions=["kms:Decrypt"])


def _replica_keys(names: Names) -> Statement:
    """Secrets Manager encrypts a secret's replicas in the name of whoever changes it, with each region's data key."""
    return allow(
        ["kms:Encrypt", "kms:GenerateDataKey"],
        [f"arn:aws:kms:*:{names.account}:key/*"],
        when={
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": names.key_alias("data")},
            "StringLike": {"kms:ViaService": "secretsmanager.*.amazonaws.com"},
        },
    )


def _publish(names: Names, topic: str) -> list[Statement]:
    return [allow(["sns:Publish"], [names.arn("sns", topic)]), use_key(names, "logs", through="sns")]


def _secret(names: Names, secret: str) -> str:
    """Secrets Manager ends an ARN with a dash and six characters of its own."""
    return names.arn("secretsmanager", f"secret:{secret}-??????")
