"""Policies of a topic that the examples of several rules share."""

ARN = "arn:aws:sns:eu-west-2:123456789012:alerts"
TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": "sns:Publish",
    "Resource": ARN,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
SENDER = {
    "Sid": "Alarms",
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": ARN,
    "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:eu-west-2:123456789012:alarm:*"}},
}
