"""Types whose policies say who may touch them, beside those of roles."""

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"
KEY = "aws:kms/key:Key"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"
LOG_POLICY = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"

OTHERS = {
    LOG_POLICY: "policyDocument",
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
    "aws:secretsmanager/secret:Secret": "policy",
    "aws:backup/vaultPolicy:VaultPolicy": "policy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
    "aws:glue/resourcePolicy:ResourcePolicy": "policy",
}
"""Whose openness no other rule judges."""

POLICIES = {
    **OTHERS,
    BUCKET: "policy",
    BUCKET_POLICY: "policy",
    QUEUE: "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    TOPIC: "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    KEY: "policy",
    REPLICA_KEY: "policy",
    "aws:kms/keyPolicy:KeyPolicy": "policy",
}
"""Type → the property that holds the document."""
