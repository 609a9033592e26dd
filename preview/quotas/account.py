"""An account's own quotas, read from Service Quotas."""

# ruff: noqa: N803 - the names of arguments are AWS's

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypedDict, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, NoCredentialsError

from preview.facts.quotas import GLOBAL_REGION
from preview.quotas.need import Need

NOT_ENABLED = frozenset({"UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired", "AuthFailure"})
DENIED = frozenset({"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"})
UNLISTED = frozenset({"NoSuchResourceException", "ResourceNotFoundException"})


class AccountError(Exception):
    """The account's quotas cannot be read; the text is for people."""


class Applied(TypedDict, total=False):
    QuotaCode: str
    Value: float


class Page(TypedDict, total=False):
    Quotas: list[Applied]
    NextToken: str


class One(TypedDict, total=False):
    Quota: Applied


class ServiceQuotas(Protocol):
    """The calls in use: servicequotas:ListServiceQuotas and servicequotas:GetAWSDefaultServiceQuota."""

    def list_service_quotas(self, *, ServiceCode: str, MaxResults: int = ..., NextToken: str = ...) -> Page: ...
    def get_aws_default_service_quota(self, *, ServiceCode: str, QuotaCode: str) -> One: ...


class Identity(Protocol):
    """The call in use: sts:GetCallerIdentity, which every principal may make."""

    def get_caller_identity(self) -> dict[str, Any]: ...


def quotas_of(region: str) -> ServiceQuotas:
    """A region's Service Quotas, with the credentials of the environment."""
    return cast(ServiceQuotas, _client("service-quotas", region))


def identity() -> Identity:
    """Who the credentials of the environment are."""
    return cast(Identity, _client("sts", GLOBAL_REGION))


def account_id(caller: Identity) -> str:
    """The account that the credentials belong to; AccountError without any."""
    try:
        return str(caller.get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise AccountError(_told(error, GLOBAL_REGION)) from error


def require_one_of(found: str, expected: Iterable[str]) -> None:
    """AccountError where the credentials belong to another account than the stack is for."""
    allowed = sorted(set(expected))
    if allowed and found not in allowed:
        raise AccountError(f"the credentials belong to account {found}; the stack is for {', '.join(allowed)}")


def with_applied(needs: Sequence[Need], client_of: Callable[[str], ServiceQuotas] = quotas_of) -> tuple[Need, ...]:
    """The needs beside what the account was granted; None where Service Quotas does not list a quota."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for need in needs:
        if need.quota.code:
            wanted[need.region or GLOBAL_REGION, need.quota.service].add(need.quota.code)
    clients = {region: client_of(region) for region in sorted({region for region, _ in wanted})}
    granted: dict[tuple[str, str, str], float] = {}
    for (region, service), codes in sorted(wanted.items()):
        try:
            found = _values(clients[region], service, codes)
        except (BotoCoreError, ClientError) as error:
            raise AccountError(_told(error, region)) from error
        granted.update({(region, service, code): value for code, value in found.items()})
    return tuple(
        replace(need, applied=granted.get((need.region or GLOBAL_REGION, need.quota.service, need.quota.code)))
        for need in needs
    )


def _values(client: ServiceQuotas, service: str, codes: set[str]) -> dict[str, float]:
    """What is granted by code: the account's own values, else AWS's defaults, which the list leaves out for some."""
    found = dict(_listed(client, service, codes))
    for code in sorted(codes - found.keys()):
        try:
            one = client.get_aws_default_service_quota(ServiceCode=service, QuotaCode=code)
        except ClientError as error:
            if _code(error) not in UNLISTED:
                raise
        else:
            found[code] = one.get("Quota", {}).get("Value", 0.0)
    return found


def _listed(client: ServiceQuotas, service: str, codes: set[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    token: str | None = None
    while True:
        more = {} if token is None else {"NextToken": token}
        try:
            page = client.list_service_quotas(ServiceCode=service, MaxResults=100, **more)
        except ClientError as error:
            if _code(error) not in UNLISTED:
                raise
            return found
        for each in page.get("Quotas", []):
            if each.get("QuotaCode") in codes:
                found[str(each.get("QuotaCode"))] = float(each.get("Value", 0.0))
        token = page.get("NextToken")
        if token is None or codes <= found.keys():
            return found


def _told(error: BotoCoreError | ClientError, region: str) -> str:
    """What went wrong, and what to do about it."""
    if isinstance(error, NoCredentialsError):
        return "no AWS credentials in the environment: sign in, or set AWS_PROFILE"
    if isinstance(error, EndpointConnectionError):
        return f"AWS cannot be reached in {region}: {error}"
    if isinstance(error, ClientError):
        if _code(error) in NOT_ENABLED:
            return f"AWS takes the credentials not in {region}: they have expired, or the region is not enabled"
        if _code(error) in DENIED:
            return (
                f"the credentials may not read quotas in {region}: "
                "servicequotas:ListServiceQuotas and servicequotas:GetAWSDefaultServiceQuota are needed"
            )
    return f"AWS did not answer in {region}: {error}"


def _code(error: ClientError) -> str:
    return str(cast(dict[str, Any], error.response).get("Error", {}).get("Code", ""))


def _client(service: str, region: str) -> object:
    config = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "max_attempts": 5})
    return cast(object, cast(Any, boto3).client(service, region_name=region, config=config))
