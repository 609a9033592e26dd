"""Buckets that the examples of several rules share."""

from typing import Any

from policy.documents import document
from policy.examples import Declared
from policy.views.buckets import BUCKET, POLICY

NAME = "storefront-models"
ARN = f"arn:aws:s3:::{NAME}"
TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": {"AWS": "*"},
    "Action": ["s3:*"],
    "Resource": [ARN, f"{ARN}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
READ_BY_EDGE = {
    "Sid": "Edge",
    "Effect": "Allow",
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": f"{ARN}/*",
    "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*"}},
}

KEEPER = {
    "Sid": "Keeper",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:role/keeper"},
    "Action": ["s3:GetObject", "s3:PutBucket*"],
    "Resource": [ARN, f"{ARN}/*"],
}


MODELS = Declared(type=BUCKET, name="models", props={"bucket": NAME})
LOGS = Declared(type=BUCKET, name="logs", props={"bucket": "storefront-logs"})


def of_bucket(type_: str, name: str, *, bucket: str = "models", **props: Any) -> Declared:
    """A setting of a bucket, as a resource of its own."""
    return Declared(type=type_, name=name, props=props, links={"bucket": [bucket]})


def policy_of(bucket: str, *statements: Any) -> Declared:
    """The policy of a bucket."""
    return of_bucket(POLICY, f"{bucket}-policy", bucket=bucket, policy=document(*statements))
