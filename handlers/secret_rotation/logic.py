"""The steps of a rotation, their order, and what a secret of this cluster looks like."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from handlers.common.aws import Cluster, SecretDescription
from handlers.common.document import EventMalformedError, required, text

EXCLUDED = "/@\"' \\"
"""What Aurora refuses in a master password, and the backslash, which tools quote differently."""
PASSWORD_LENGTH = 32


class RotationRefusedError(Exception):
    """Secrets Manager asked for something that does not fit the secret's state."""


class Step(Enum):
    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


@dataclass(frozen=True, slots=True)
class Order:
    secret: str
    token: str
    step: Step


def order(event: Mapping[str, object]) -> Order:
    named = required(event, "Step")
    if named not in {step.value for step in Step}:
        raise EventMalformedError(f"{named!r} is no step of a rotation")
    return Order(required(event, "SecretId"), required(event, "ClientRequestToken"), Step(named))


def finished_before(description: SecretDescription, token: str) -> bool:
    """Whether the version is current already; raises if it may not be rotated to at all."""
    if not description.get("RotationEnabled"):
        raise RotationRefusedError("rotation is not enabled for this secret")
    stages = description.get("VersionIdsToStages", {}).get(token)
    if stages is None:
        raise RotationRefusedError(f"version {token} is not a version of this secret")
    if "AWSCURRENT" in stages:
        return True
    if "AWSPENDING" not in stages:
        raise RotationRefusedError(f"version {token} is not staged AWSPENDING")
    return False


def current_version(description: SecretDescription) -> str | None:
    versions = description.get("VersionIdsToStages", {})
    return next((version for version, stages in versions.items() if "AWSCURRENT" in stages), None)


def with_password(secret: str, password: str) -> str:
    """The secret with another password; everything else in it (user name, host, …) stays."""
    document = json.loads(secret)
    if text(document, "username") is None:
        raise RotationRefusedError('the secret must be JSON with a "username"')
    return json.dumps(document | {"password": password})


def password_of(secret: str) -> str:
    return required(json.loads(secret), "password")


def settled(cluster: Cluster) -> bool:
    """Whether the cluster has taken its new password."""
    pending = "MasterUserPassword" in cluster.get("PendingModifiedValues", {})
    return cluster.get("Status") == "available" and not pending
