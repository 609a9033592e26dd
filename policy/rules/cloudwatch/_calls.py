"""The calls that CIS wants somebody to hear of, and how a metric filter's pattern names them."""

import re
from collections.abc import Mapping

from policy.documents import matches

CALLS: Mapping[str, tuple[str, ...]] = {
    "changes of IAM policies": (
        "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy", "DeleteUserPolicy", "DeleteRolePolicy", "DeleteGroupPolicy",
        "CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "AttachUserPolicy",
        "AttachRolePolicy", "AttachGroupPolicy", "DetachUserPolicy", "DetachRolePolicy", "DetachGroupPolicy",
    ),
    "changes of the trail": ("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
    "keys that are disabled or deleted": ("DisableKey", "ScheduleKeyDeletion"),
    "changes of bucket policies": (
        "PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication",
        "DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication",
    ),
    "changes of the configuration recorder": (
        "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder",
    ),
    "changes of security groups": (
        "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress",
        "RevokeSecurityGroupEgress", "CreateSecurityGroup", "DeleteSecurityGroup",
    ),
    "changes of network ACLs": (
        "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
        "ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation",
    ),
    "changes of gateways": (
        "CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
        "DeleteInternetGateway", "DetachInternetGateway",
    ),
    "changes of routes": (
        "CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable",
        "DeleteRoute", "DisassociateRouteTable",
    ),
    "changes of networks": (
        "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection",
        "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection",
    ),
}  # fmt: skip
"""CIS 4.4 to 4.14, less the calls of EC2-Classic, which is no more."""

TERMS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "use of the root user": (("userIdentity.type", "=", "Root"),),
    "calls that were refused": (("errorCode", "=", "Client.UnauthorizedOperation"), ("errorCode", "=", "AccessDenied")),
    "sign-ins without a second factor": (
        ("eventName", "=", "ConsoleLogin"),
        ("additionalEventData.MFAUsed", "!=", "Yes"),
    ),
    "failed sign-ins": (("eventName", "=", "ConsoleLogin"), ("errorMessage", "=", "Failed authentication")),
}
"""What is not told by the name of a call alone: (field, operator, value)."""

_TERM = re.compile(r'\$\.([\w.]+)\s*(!?=)\s*(?:"([^"]*)"|([^\s")]+))')


def topics() -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    """Each topic with the terms that a filter's pattern has for it."""
    return {**TERMS, **{topic: tuple(("eventName", "=", call) for call in calls) for topic, calls in CALLS.items()}}


def pattern(terms: tuple[tuple[str, str, str], ...]) -> str:
    """A pattern that names them; for examples."""
    return "{ " + " || ".join(f'($.{field} {operator} "{value}")' for field, operator, value in terms) + " }"


def named(text: str) -> list[tuple[str, str, str]]:
    """The terms of a pattern."""
    return [(field, operator, quoted or bare) for field, operator, quoted, bare in _TERM.findall(text)]


def covered(terms: tuple[tuple[str, str, str], ...], patterns: list[list[tuple[str, str, str]]]) -> bool:
    """Whether patterns have a term for each one wanted; those that belong together stand in one pattern."""
    if all(field == "eventName" for field, _, _ in terms):
        return all(any(_has(by, term) and not _narrows(by) for by in patterns) for term in terms)
    return any(all(_has(by, term) for term in terms) for by in patterns)


def _narrows(pattern: list[tuple[str, str, str]]) -> bool:
    """Whether a pattern about calls also asks who calls, or leaves calls out again: some are then not heard of."""
    return any(field not in ("eventName", "eventSource") or operator != "=" for field, operator, _ in pattern)


def _has(pattern: list[tuple[str, str, str]], term: tuple[str, str, str]) -> bool:
    """Whether a pattern has a term; `Put*` stands for all that begin so."""
    field, operator, wanted = term
    return any(
        (field, operator) == (theirs, compared) and matches(value, wanted) for theirs, compared, value in pattern
    )
