"""The AWS calls this program makes, as types.

boto3 ships no types. Each protocol names only the operations in use, so a new call is a visible change here,
next to the IAM action it needs.
"""

# ruff: noqa: N803 - the names of arguments are AWS's
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol, Required, TypedDict, Unpack, cast, overload

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handlers.common.items import Item

AwsFailure = (BotoCoreError, ClientError)
"""Every way a call to AWS fails."""


class ItemOutput(TypedDict, total=False):
    Item: Item
    Attributes: Item


class QueryOutput(TypedDict, total=False):
    Items: list[Item]
    LastEvaluatedKey: Item


class Query(TypedDict, total=False):
    TableName: Required[str]
    KeyConditionExpression: Required[str]
    ExpressionAttributeValues: Required[Item]
    ExpressionAttributeNames: Mapping[str, str]
    IndexName: str
    FilterExpression: str
    ConsistentRead: bool
    ExclusiveStartKey: Item
    Limit: int


class Update(TypedDict, total=False):
    TableName: Required[str]
    Key: Required[Item]
    UpdateExpression: Required[str]
    ConditionExpression: str
    ExpressionAttributeNames: Mapping[str, str]
    ExpressionAttributeValues: Item
    ReturnValues: str


class DynamoDb(Protocol):
    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool = ...) -> ItemOutput: ...
    def put_item(
        self,
        *,
        TableName: str,
        Item: Item,
        ConditionExpression: str = ...,
        ExpressionAttributeNames: Mapping[str, str] = ...,
        ExpressionAttributeValues: Item = ...,
    ) -> object: ...
    def update_item(self, **change: Unpack[Update]) -> ItemOutput: ...
    def delete_item(self, *, TableName: str, Key: Item) -> object: ...
    def query(self, **question: Unpack[Query]) -> QueryOutput: ...
    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Mapping[str, object]]]) -> object: ...


class HeadObjectOutput(TypedDict):
    ContentLength: int
    LastModified: datetime


class PublicAccessBlock(TypedDict):
    BlockPublicAcls: bool
    IgnorePublicAcls: bool
    BlockPublicPolicy: bool
    RestrictPublicBuckets: bool


class S3(Protocol):
    def head_object(self, *, Bucket: str, Key: str, VersionId: str) -> HeadObjectOutput: ...
    def put_public_access_block(self, *, Bucket: str, PublicAccessBlockConfiguration: PublicAccessBlock) -> object: ...


class Message(TypedDict):
    MessageId: str
    ReceiptHandle: str
    Body: str


class ReceiveOutput(TypedDict, total=False):
    Messages: list[Message]


class Sqs(Protocol):
    def send_message(self, *, QueueUrl: str, MessageBody: str) -> object: ...
    def receive_message(
        self, *, QueueUrl: str, MaxNumberOfMessages: int, WaitTimeSeconds: int, VisibilityTimeout: int
    ) -> ReceiveOutput: ...
    def change_message_visibility(self, *, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> object: ...
    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> object: ...


class Sns(Protocol):
    def publish(self, *, TopicArn: str, Subject: str, Message: str) -> object: ...


class PutEventsOutput(TypedDict):
    FailedEntryCount: int
    Entries: list[Mapping[str, str]]


class Events(Protocol):
    def put_events(self, *, Entries: Sequence[Mapping[str, str]]) -> PutEventsOutput: ...


class CloudWatch(Protocol):
    def put_metric_data(self, *, Namespace: str, MetricData: Sequence[Mapping[str, object]]) -> object: ...


class GroupedInstance(TypedDict):
    InstanceId: str
    AutoScalingGroupName: str
    LifecycleState: str
    HealthStatus: str


class GroupedInstances(TypedDict):
    AutoScalingInstances: list[GroupedInstance]


class AutoScaling(Protocol):
    def describe_auto_scaling_instances(self, *, InstanceIds: Sequence[str]) -> GroupedInstances: ...
    def set_instance_health(self, *, InstanceId: str, HealthStatus: str, ShouldRespectGracePeriod: bool) -> object: ...
    def set_instance_protection(
        self, *, InstanceIds: Sequence[str], AutoScalingGroupName: str, ProtectedFromScaleIn: bool
    ) -> object: ...


class Iam(Protocol):
    def update_access_key(self, *, UserName: str, AccessKeyId: str, Status: str) -> object: ...


class SecretDescription(TypedDict, total=False):
    RotationEnabled: bool
    VersionIdsToStages: Mapping[str, Sequence[str]]


class SecretValue(TypedDict):
    SecretString: str


class RandomPassword(TypedDict):
    RandomPassword: str


class SecretsManager(Protocol):
    def describe_secret(self, *, SecretId: str) -> SecretDescription: ...
    def get_secret_value(self, *, SecretId: str, VersionStage: str, VersionId: str = ...) -> SecretValue: ...
    def get_random_password(self, *, PasswordLength: int, ExcludeCharacters: str) -> RandomPassword: ...
    def put_secret_value(
        self, *, SecretId: str, ClientRequestToken: str, SecretString: str, VersionStages: Sequence[str]
    ) -> object: ...
    def update_secret_version_stage(
        self, *, SecretId: str, VersionStage: str, MoveToVersionId: str, RemoveFromVersionId: str = ...
    ) -> object: ...


class Cluster(TypedDict, total=False):
    Status: str
    PendingModifiedValues: Mapping[str, object]


class Clusters(TypedDict):
    DBClusters: list[Cluster]


class Rds(Protocol):
    def modify_db_cluster(
        self, *, DBClusterIdentifier: str, MasterUserPassword: str, ApplyImmediately: bool
    ) -> object: ...
    def describe_db_clusters(self, *, DBClusterIdentifier: str) -> Clusters: ...
    def generate_db_auth_token(self, *, DBHostname: str, Port: int, DBUsername: str, Region: str) -> str: ...


class Transaction(TypedDict):
    transactionId: str


class StatementOutput(TypedDict, total=False):
    records: list[list[Mapping[str, object]]]


class RdsData(Protocol):
    def begin_transaction(self, *, resourceArn: str, secretArn: str, database: str) -> Transaction: ...
    def commit_transaction(self, *, resourceArn: str, secretArn: str, transactionId: str) -> object: ...
    def rollback_transaction(self, *, resourceArn: str, secretArn: str, transactionId: str) -> object: ...
    def execute_statement(
        self,
        *,
        resourceArn: str,
        secretArn: str,
        database: str,
        sql: str,
        transactionId: str,
        parameters: Sequence[Mapping[str, object]] = ...,
        continueAfterTimeout: bool = ...,
    ) -> StatementOutput: ...


@overload
def client(
    service: Literal["dynamodb"], region: str | None = ..., *, patience: float = ..., tries: int = ...
) -> DynamoDb: ...
@overload
def client(service: Literal["s3"]) -> S3: ...
@overload
def client(service: Literal["sqs"], region: str | None = ..., *, patience: float = ...) -> Sqs: ...
@overload
def client(service: Literal["sns"]) -> Sns: ...
@overload
def client(
    service: Literal["events"], region: str | None = ..., *, patience: float = ..., tries: int = ...
) -> Events: ...
@overload
def client(service: Literal["cloudwatch"]) -> CloudWatch: ...
@overload
def client(service: Literal["autoscaling"], region: str | None = ...) -> AutoScaling: ...
@overload
def client(service: Literal["iam"]) -> Iam: ...
@overload
def client(service: Literal["secretsmanager"]) -> SecretsManager: ...
@overload
def client(service: Literal["rds"], region: str | None = ...) -> Rds: ...
@overload
def client(service: Literal["rds-data"], region: str | None = ..., *, patience: float = ...) -> RdsData: ...
def client(service: str, region: str | None = None, *, patience: float = 5.0, tries: int = 3) -> object:
    """A client that gives up: `patience` bounds each try in seconds (boto3 alone waits a minute, five times)."""
    config = Config(
        connect_timeout=min(patience, 2.0),
        read_timeout=patience,
        retries={"mode": "standard", "total_max_attempts": tries},
    )
    return cast("object", boto3.client(service, region_name=region, config=config))  # pyright: ignore[reportUnknownMemberType, reportCallIssue, reportArgumentType]


def error_code(error: BaseException) -> str:
    """The service's own code of a failed call, "" where the call never got an answer."""
    if not isinstance(error, ClientError):
        return ""
    response = cast("Mapping[str, Mapping[str, str]]", error.response)
    return response.get("Error", {}).get("Code", "")


def announce(events: Events, bus: str, *, source: str, kind: str, detail: str) -> None:
    """Puts one event on the bus; a partial failure is an answer with status 200 and must be looked for."""
    answer = events.put_events(Entries=[{"EventBusName": bus, "Source": source, "DetailType": kind, "Detail": detail}])
    if answer["FailedEntryCount"]:
        raise EventNotAcceptedError(f"{kind} was not accepted by bus {bus}: {answer['Entries']}")


class EventNotAcceptedError(Exception):
    """The event bus took the call and refused the event."""


def everything(dynamo: DynamoDb, question: Query) -> Iterator[Item]:
    """All items a query finds, page after page."""
    ask: Query = {**question}
    while True:
        page = dynamo.query(**ask)
        yield from page.get("Items", [])
        last = page.get("LastEvaluatedKey")
        if last is None:
            return
        ask["ExclusiveStartKey"] = last
