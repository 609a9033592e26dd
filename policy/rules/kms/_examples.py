"""Key policies that the examples of several rules share."""

ACCOUNT = {
    "Sid": "Account",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "kms:*",
    "Resource": "*",
}
DISKS = {
    "Sid": "Disks",
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
    "Resource": "*",
    "Condition": {"StringEquals": {"kms:CallerAccount": "123456789012"}},
}
