"""What a merchant's upload needs in its region: bucket, events, queue, function, tables, render workers."""

from preview.graph import Node
from preview.promises.availability.blocks import Part, block, level
from preview.promises.availability.buckets import bucket_blocks
from preview.promises.availability.region import (
    GROUP,
    behind_alias,
    group_role,
    referring,
    rights,
    stored,
    worker_fleet,
)
from preview.promises.deployed import Deployed

TITLE = "Upload a model and have it rendered"


def uploaded(deployed: Deployed) -> dict[str, list[Part]]:
    """By region that takes uploads, what one needs, in series; nothing leads it to another region."""
    buckets = [
        bucket
        for notification in deployed.of_type("aws:s3/bucketNotification:BucketNotification")
        if notification.inputs.get("eventbridge")
        for bucket in deployed.references(notification, "bucket")
    ]
    return {bucket.region: _chain(deployed, bucket, bucket.region) for bucket in buckets if bucket.region}


def _chain(deployed: Deployed, bucket: Node, region: str) -> list[Part]:
    parts = {part.name: part for part in bucket_blocks(deployed, "buckets of the uploads", bucket)}
    rules = [
        rule
        for rule in deployed.of_type("aws:cloudwatch/eventRule:EventRule", region=region)
        if f'"{bucket.inputs.get("bucket")}"' in str(rule.inputs.get("eventPattern"))
    ]
    if rules:
        parts["event buses"] = block("event buses", "level", level=level("sla.eventbridge"))
    for queue in _queues(deployed, rules):
        parts["queues"] = block("queues", "level", level=level("sla.sqs"))
        for mapping in referring(deployed, "aws:lambda/eventSourceMapping:EventSourceMapping", "eventSourceArn", queue):
            parts["functions"] = block("functions", "level", level=level("sla.lambda"))
            for caller in deployed.references(mapping, "functionName"):
                for function in behind_alias(deployed, caller):
                    for role in deployed.references(function, "role"):
                        parts |= stored(deployed, role, region, ("dynamodb:PutItem",))
    for fleet in deployed.of_type(GROUP, region=region):
        if any(action == "sqs:ReceiveMessage" for action, _ in rights(deployed, group_role(deployed, fleet))):
            parts["queues"] = block("queues", "level", level=level("sla.sqs"))
            parts["render workers"] = worker_fleet("render workers", deployed, fleet)
    return list(parts.values())


def _queues(deployed: Deployed, rules: list[Node]) -> list[Node]:
    return [
        queue
        for rule in rules
        for target in referring(deployed, "aws:cloudwatch/eventTarget:EventTarget", "rule", rule)
        for queue in deployed.references(target, "arn")
        if queue.type == "aws:sqs/queue:Queue"
    ]
