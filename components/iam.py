"""IAM documents and roles: every statement names its actions, its resources and, where they narrow, its conditions."""

import json
from collections.abc import Sequence
from typing import Any, TypedDict

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.naming import Names

Conditions = dict[str, dict[str, Any]]


class Statement(TypedDict, total=False):
    """One statement of a document, in IAM's own spelling."""

    Sid: str
    Effect: str
    Principal: Any
    Action: list[str]
    NotAction: list[str]
    Resource: list[Any] | str
    NotResource: list[Any]
    Condition: Conditions


def allow(
    actions: Sequence[str],
    resources: Sequence[Any],
    *,
    when: Conditions | None = None,
    principal: Any = None,
    sid: str = "",
) -> Statement:
    """A statement that allows `actions` on `resources`."""
    return _statement(effect="Allow", actions=actions, resources=resources, when=when, principal=principal, sid=sid)


def deny(
    actions: Sequence[str],
    resources: Sequence[Any],
    *,
    when: Conditions | None = None,
    principal: Any = None,
    sid: str = "",
) -> Statement:
    """A statement that denies `actions` on `resources`."""
    return _statement(effect="Deny", actions=actions, resources=resources, when=when, principal=principal, sid=sid)


def document(statements: Sequence[Statement]) -> str:
    """The JSON text of a policy whose values are all known."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def document_output(statements: Sequence[Statement]) -> Output[str]:
    """The same where a value is known only after creation."""
    return Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str, account: str, *, sources: Sequence[str] = ()) -> str:
    """Who may assume a role: an AWS service, and only on behalf of our own account (and of `sources`, as ARNs)."""
    condition: Conditions = {"StringEquals": {"aws:SourceAccount": account}}
    if sources:
        condition["ArnLike"] = {"aws:SourceArn": list(sources)}
    return document([allow(["sts:AssumeRole"], [], when=condition, principal={"Service": service})])


def trust_without_source(service: str) -> str:
    """The same for the services that set no source when they assume a role (EC2, Lambda)."""
    return document([allow(["sts:AssumeRole"], [], principal={"Service": service})])


def use_key(
    names: Names, purpose: str, *, through: str, actions: Sequence[str] = ("kms:Decrypt", "kms:GenerateDataKey")
) -> Statement:
    """Use of the customer key with a purpose's alias, only through one AWS service of the region, e.g. `sqs`."""
    return allow(
        actions,
        [names.arn("kms", "key/*")],
        when={
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": names.key_alias(purpose)},
            "StringEquals": {"kms:ViaService": f"{through}.{names.region}.amazonaws.com"},
        },
    )


def service_role(
    name: str,
    *,
    physical_name: str,
    trusted: Input[str],
    statements: Sequence[Statement],
    opts: ResourceOptions,
    description: str,
    managed: Sequence[str] = (),
) -> aws.iam.Role:
    """A role with one inline policy, and AWS's managed policies where a service demands them.

    `opts` are the options of the role; the policy becomes its sibling.
    """
    role = aws.iam.Role(name, name=physical_name, assume_role_policy=trusted, description=description, opts=opts)
    if statements:
        aws.iam.RolePolicy(f"{name}-policy", role=role.name, policy=document_output(statements), opts=opts)
    for index, arn in enumerate(managed):
        suffix = "managed" if index == 0 else f"managed-{arn.rsplit('/', 1)[-1]}"
        aws.iam.RolePolicyAttachment(f"{name}-{suffix}", role=role.name, policy_arn=arn, opts=opts)
    return role


def _statement(
    *, effect: str, actions: Sequence[str], resources: Sequence[Any], when: Conditions | None, principal: Any, sid: str
) -> Statement:
    statement: Statement = {"Effect": effect, "Action": list(actions)}
    if sid:
        statement["Sid"] = sid
    if principal is not None:
        statement["Principal"] = principal
    if resources:
        statement["Resource"] = list(resources)
    if when:
        statement["Condition"] = when
    return statement


def keep_objects(bucket_arn: str) -> Statement:
    """Nobody deletes an object of a bucket; only its lifecycle does."""
    return deny(
        ["s3:DeleteObject", "s3:DeleteObjectVersion"], [f"{bucket_arn}/*"], principal={"AWS": "*"}, sid="Locked"
    )
