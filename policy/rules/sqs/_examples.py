"""Policies of a queue that the examples of several rules share."""

ARN = "arn:aws:sqs:eu-west-2:123456789012:jobs"
TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "sqs:*",
    "Resource": ARN,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
SENDER = {
    "Sid": "Uploads",
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": ARN,
    "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:events:eu-west-2:123456789012:rule/uploads"}},
}
