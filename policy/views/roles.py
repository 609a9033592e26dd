"""IAM as a graph: who holds which statements, and whom a role trusts."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pulumi_policy.proxy import UnknownValueError

from policy.documents import EQUALITY, Statement, statements
from policy.rule import NotApplicable
from policy.subject import Subject
from policy.values import each, get, is_list

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
USER_POLICY = "aws:iam/userPolicy:UserPolicy"
GROUP_POLICY = "aws:iam/groupPolicy:GroupPolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
OPEN_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
IDENTITY = (ROLE_POLICY, POLICY, USER_POLICY, GROUP_POLICY)
"""Types whose `policy` says what an identity may do."""

HOLDERS = (*IDENTITY, ROLE)
"""The same, and the role with the policies that it carries itself."""

TRUST = "assumeRolePolicy"
Right = tuple[str, Statement]
"""A statement and its path, `policy::Statement[0]`."""


def rights(subject: Subject) -> Iterator[Right]:
    """What an identity policy, or a role's own ones, allow and deny."""
    if subject.type in IDENTITY:
        yield from within("policy", get(subject.props, "policy"))
    else:
        for position, _ in each(subject.props, "inlinePolicies"):
            path = f"inlinePolicies[{position}].policy"
            yield from within(path, get(subject.props, path))


def judged(subject: Subject) -> Iterator[Right]:
    """The same for a rule to judge; NotApplicable for a role that carries no policy itself."""
    if subject.type == ROLE and get(subject.props, "inlinePolicies") is None:
        raise NotApplicable("because the role carries no policy itself")
    yield from rights(subject)


def trusts(subject: Subject) -> Iterator[Right]:
    """The statements of a role's trust policy."""
    yield from within(TRUST, get(subject.props, TRUST))


def within(path: str, document: Any) -> Iterator[Right]:
    """The statements of a document with their paths."""
    for position, statement in enumerate(statements(document)):
        yield f"{path}::Statement[{position}]", statement


def held(role: Subject) -> Iterator[tuple[Subject, Right]]:
    """Every statement that a role has, and the resource that holds it: inline, own or attached."""
    with suppress(
        UnknownValueError
    ):  # unset, which looks unknown at the end of a preview; rules of its inputs judge it
        yield from ((role, right) for right in rights(role))
    for policy in role.users("role", ROLE_POLICY):
        yield from ((policy, right) for right in rights(policy))
    for attached in [*role.users("role", ATTACHMENT), *role.users("roles", OPEN_ATTACHMENT)]:
        for policy in attached.links("policyArn", POLICY):
            yield from ((policy, right) for right in rights(policy))


def accounts(subject: Subject) -> frozenset[str]:
    """The accounts that its provider may touch: ours."""
    allowed: Any = subject.provider.get("allowedAccountIds")
    if isinstance(allowed, str):  # a provider's inputs travel as JSON
        allowed = json.loads(allowed)
    return frozenset(str(one) for one in allowed) if is_list(allowed) else frozenset()


def account_in(arn: str) -> str:
    """The account that an ARN names; empty where it names none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 else ""


def bound(statement: Statement, ours: frozenset[str]) -> bool:
    """Whether a service may only act on behalf of our own accounts."""
    for operator, key, values in statement.conditions:
        if operator not in EQUALITY or not values:
            continue
        if key == "aws:sourceaccount" and all(is_ours(value, ours) for value in values):
            return True
        names_source = key in ("aws:sourcearn", "sts:externalid") or key.startswith("kms:encryptioncontext:")
        if names_source and all(is_ours(account_in(value), ours) for value in values):
            return True
    return False


def is_ours(account: str, ours: frozenset[str]) -> bool:
    """Whether an account is one of ours; any one passes where a provider does not say which are."""
    return account in ours if ours else account.isdigit()


def services(statement: Statement) -> list[str]:
    """The AWS services that a statement names."""
    return [value for kind, value in statement.principals if kind.lower() == "service"]
