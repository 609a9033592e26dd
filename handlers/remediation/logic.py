"""What a finding is, in either service's words, and which remedy its type has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from handlers.common.document import EventMalformedError, at, entries, required, text


class Remedy(Enum):
    REPLACE_INSTANCE = "replace the instance"
    REPLACE_ATTACKING_INSTANCE = "replace the instance if it is the one attacking"
    BLOCK_PUBLIC_ACCESS = "block all public access to the bucket"
    DEACTIVATE_KEY = "deactivate the access key"
    NONE = "no automatic remedy"


REMEDIES: Mapping[str, Remedy] = {
    "Backdoor:EC2": Remedy.REPLACE_INSTANCE,
    "CryptoCurrency:EC2": Remedy.REPLACE_INSTANCE,
    "Trojan:EC2": Remedy.REPLACE_INSTANCE,
    "UnauthorizedAccess:EC2": Remedy.REPLACE_INSTANCE,
    "UnauthorizedAccess:EC2/SSHBruteForce": Remedy.REPLACE_ATTACKING_INSTANCE,
    "UnauthorizedAccess:EC2/RDPBruteForce": Remedy.REPLACE_ATTACKING_INSTANCE,
    "Policy:S3/BucketPublicAccessGranted": Remedy.BLOCK_PUBLIC_ACCESS,
    "Policy:S3/BucketAnonymousAccessGranted": Remedy.BLOCK_PUBLIC_ACCESS,
    "Policy:S3/BucketBlockPublicAccessDisabled": Remedy.BLOCK_PUBLIC_ACCESS,
    "UnauthorizedAccess:IAMUser": Remedy.DEACTIVATE_KEY,
    "CredentialAccess:IAMUser": Remedy.DEACTIVATE_KEY,
}
"""By prefix of the finding's type, the longest wins. Everyone on the internet can try passwords on a port, so a
brute-force finding replaces an instance only where it is the attacker: else a stranger could empty the fleet."""


@dataclass(frozen=True, slots=True)
class AccessKey:
    key_id: str
    user: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    id: str
    type: str
    sample: bool = False
    attacking: bool = False
    instance_id: str | None = None
    buckets: tuple[str, ...] = ()
    keys: tuple[AccessKey, ...] = ()


def remedy(finding_type: str) -> Remedy:
    prefixes = [prefix for prefix in REMEDIES if _covers(prefix, finding_type)]
    return REMEDIES[max(prefixes, key=len)] if prefixes else Remedy.NONE


def _covers(prefix: str, finding_type: str) -> bool:
    """Whole words only: "Trojan:EC2" covers "Trojan:EC2/DropPoint" and not "Trojan:EC2X/…"."""
    return finding_type == prefix or finding_type.startswith((prefix + "/", prefix + "."))


def findings(event: Mapping[str, object]) -> list[Finding]:
    kind = required(event, "detail-type")
    if kind == "GuardDuty Finding":
        return [_from_guardduty(at(event, "detail"))]
    if kind.startswith("Security Hub Findings"):
        return [_from_security_hub(finding) for finding in entries(event, "detail", "findings")]
    raise EventMalformedError(f"{kind!r} is not an event of a security finding")


def _from_guardduty(detail: object) -> Finding:
    key_id, user = text(detail, "resource", "accessKeyDetails", "accessKeyId"), None
    if text(detail, "resource", "accessKeyDetails", "userType") == "IAMUser":
        user = text(detail, "resource", "accessKeyDetails", "userName")
    buckets = [text(bucket, "name") for bucket in entries(detail, "resource", "s3BucketDetails")]
    return Finding(
        id=required(detail, "id"),
        type=required(detail, "type"),
        sample=at(detail, "service", "additionalInfo", "sample") is True,
        attacking=text(detail, "service", "resourceRole") == "ACTOR",
        instance_id=text(detail, "resource", "instanceDetails", "instanceId"),
        buckets=tuple(bucket for bucket in buckets if bucket),
        keys=(AccessKey(key_id, user),) if key_id and user else (),
    )


def _from_security_hub(detail: object) -> Finding:
    resources = entries(detail, "Resources")
    of_type = {kind: [r for r in resources if text(r, "Type") == kind] for kind in _RESOURCES}
    instances = [required(r, "Id").rpartition("/")[2] for r in of_type["AwsEc2Instance"]]
    keys = [_security_hub_key(r) for r in of_type["AwsIamAccessKey"]]
    return Finding(
        id=required(detail, "Id"),
        type=_guardduty_type(text(detail, "Types", 0) or ""),
        sample=at(detail, "Sample") is True,
        attacking=text(detail, "ProductFields", "aws/guardduty/service/resourceRole") == "ACTOR",
        instance_id=instances[0] if instances else None,
        buckets=tuple(required(r, "Id").rpartition(":")[2] for r in of_type["AwsS3Bucket"]),
        keys=tuple(key for key in keys if key),
    )


_RESOURCES = ("AwsEc2Instance", "AwsS3Bucket", "AwsIamAccessKey")


def _security_hub_key(resource: object) -> AccessKey | None:
    key_id = required(resource, "Id").rpartition(":")[2]
    details = at(resource, "Details", "AwsIamAccessKey")
    user = text(details, "PrincipalName") or text(details, "UserName")
    is_user = text(details, "PrincipalType") in {"IAMUser", None}
    return AccessKey(key_id, user) if user and is_user else None


def _guardduty_type(security_hub_type: str) -> str:
    """Security Hub files "Trojan:EC2/DropPoint" as "TTPs/Command and Control/Trojan:EC2-DropPoint"."""
    classifier = security_hub_type.rpartition("/")[2]
    return classifier.replace("-", "/", 1) if ":" in classifier else security_hub_type
