"""Resources that the rules about IAM share as examples."""

from collections.abc import Mapping, Sequence
from typing import Any

from policy.documents import document
from policy.examples import Declared
from policy.views.roles import ROLE, ROLE_POLICY

ACCOUNT = "123456789012"
BUCKET = "arn:aws:s3:::storefront-test-models"
READS = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{BUCKET}/*"]}
OURS = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def policy(*statements: Mapping[str, Any]) -> list[Declared]:
    """An inline policy of a role."""
    return [Declared(type=ROLE_POLICY, props={"role": "worker", "policy": document(*statements)})]


def role(*statements: Mapping[str, Any], inline: Sequence[str] = ()) -> list[Declared]:
    """A role by its trust policy, and the policies that it carries itself."""
    own = {"inlinePolicies": [{"name": f"own-{at}", "policy": one} for at, one in enumerate(inline)]} if inline else {}
    return [Declared(type=ROLE, props={"assumeRolePolicy": document(*statements), **own})]


def trust(service: str, condition: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The statement by which a service may assume a role."""
    said = {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": service}}
    return said if condition is None else {**said, "Condition": condition}
