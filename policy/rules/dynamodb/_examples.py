"""A table in two regions that the examples of several rules share."""

from policy.examples import Declared
from policy.views.stores import TABLE, TABLE_REPLICA

FAR = "us-east-2"
REPLICA = {"regionName": FAR, "kmsKeyArn": "key", "pointInTimeRecovery": True, "deletionProtectionEnabled": True}
CARTS = Declared(
    type=TABLE,
    name="carts",
    props={
        "name": "carts",
        "billingMode": "PAY_PER_REQUEST",
        "deletionProtectionEnabled": True,
        "pointInTimeRecovery": {"enabled": True},
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": "key"},
        "replicas": [REPLICA],
    },
)


def replica(**props: object) -> Declared:
    """The other form of a replica."""
    return Declared(type=TABLE_REPLICA, name="copy", props=props, links={"globalTableArn": ["carts"]}, region=FAR)
