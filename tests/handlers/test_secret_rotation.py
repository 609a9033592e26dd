"""The master password is replaced in four steps, each of which may come twice or break off."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from moto.secretsmanager.models import secretsmanager_backends

from handlers.common.aws import Clusters
from handlers.secret_rotation.env import Env
from handlers.secret_rotation.handler import PasswordNotTakenError, Rotation
from handlers.secret_rotation.logic import Order, RotationRefusedError, Step, order

ENV = Env(writer_cluster_id="writer", wait_seconds=60)


class Cluster:
    """A cluster that, like the real one, looks untouched at first and takes a while to take its password."""

    def __init__(self) -> None:
        self.password: str = "old"
        self.looks: list[tuple[str, dict[str, str]]] = []

    def modify_db_cluster(self, *, DBClusterIdentifier: str, MasterUserPassword: str, ApplyImmediately: bool) -> object:  # noqa: N803
        assert DBClusterIdentifier == "writer"
        assert ApplyImmediately
        self.password = MasterUserPassword
        pending = {"MasterUserPassword": "****"}
        self.looks = [("available", {}), ("available", pending), ("resetting-master-credentials", {})]
        return {}

    def describe_db_clusters(self, *, DBClusterIdentifier: str) -> Clusters:  # noqa: N803
        assert DBClusterIdentifier == "writer"
        status, pending = self.looks.pop(0) if self.looks else ("available", {})
        return {"DBClusters": [{"Status": status, "PendingModifiedValues": pending}]}

    def generate_db_auth_token(self, **_: object) -> str:
        raise AssertionError("the rotation signs in nowhere")


@pytest.fixture
def secrets(aws: Any) -> Any:
    client = aws("secretsmanager")
    value = json.dumps({"username": "admin", "password": "old", "host": "writer.example"})
    client.create_secret(Name="master", SecretString=value)
    return client


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def rotation(secrets: Any, cluster: Cluster, waits: list[float]) -> Rotation:
    return Rotation(secrets, cluster, ENV, sleep=waits.append)


@pytest.fixture
def token(secrets: Any) -> str:  # noqa: ARG001 - asked for, for what it sets up
    """The version that Secrets Manager stages, without a value, before it calls the first step."""
    token = str(uuid.uuid4())
    # moto makes a version current at once where it has no function to run in a container: staged by hand instead.
    stored: Any = secretsmanager_backends["123456789012"]["eu-west-1"].secrets["master"]
    stored.rotation_requested = stored.rotation_enabled = True
    stored.versions[token] = {"createdate": 0, "version_id": token, "version_stages": ["AWSPENDING"]}
    return token


def staged(secrets: Any, stage: str) -> Any:
    return json.loads(secrets.get_secret_value(SecretId="master", VersionStage=stage)["SecretString"])


def perform(rotation: Rotation, token: str, *steps: Step) -> None:
    for step in steps:
        rotation.perform(Order("master", token, step))


def test_after_the_four_steps_the_secret_and_the_cluster_share_a_new_password(
    rotation: Rotation, secrets: Any, token: str, cluster: Cluster
) -> None:
    perform(rotation, token, *Step)
    current = staged(secrets, "AWSCURRENT")
    assert current["password"] == cluster.password != "old"
    assert (current["username"], current["host"]) == ("admin", "writer.example")
    assert staged(secrets, "AWSPREVIOUS")["password"] == "old"


def test_every_step_may_be_repeated(rotation: Rotation, secrets: Any, token: str, cluster: Cluster) -> None:
    perform(rotation, token, Step.CREATE)
    first = staged(secrets, "AWSPENDING")
    perform(rotation, token, *[step for step in Step for _ in range(2)])
    assert staged(secrets, "AWSCURRENT") == first
    assert cluster.password == first["password"]


def test_a_rotation_that_is_over_does_not_touch_the_cluster_again(
    rotation: Rotation, token: str, cluster: Cluster
) -> None:
    perform(rotation, token, *Step)
    cluster.password = "untouched"
    perform(rotation, token, *Step)
    assert cluster.password == "untouched"


def test_the_password_holds_only_what_aurora_takes(rotation: Rotation, secrets: Any, token: str) -> None:
    perform(rotation, token, Step.CREATE)
    password = staged(secrets, "AWSPENDING")["password"]
    assert len(password) == 32
    assert not set(password) & set("/@\"' \\")


def test_the_test_waits_until_the_cluster_has_settled(rotation: Rotation, token: str, waits: list[float]) -> None:
    perform(rotation, token, Step.CREATE, Step.SET, Step.TEST)
    assert len(waits) == 4, "untouched, pending, resetting, settled and settled still"


def test_a_cluster_that_never_settles_fails_the_rotation_in_bounded_time(
    rotation: Rotation, secrets: Any, token: str, cluster: Cluster, waits: list[float]
) -> None:
    perform(rotation, token, Step.CREATE, Step.SET)
    cluster.looks = [("resetting-master-credentials", {})] * 100
    with pytest.raises(PasswordNotTakenError):
        perform(rotation, token, Step.TEST)
    assert sum(waits) <= ENV.wait_seconds
    assert staged(secrets, "AWSCURRENT")["password"] == "old"


@pytest.mark.usefixtures("token")
def test_a_version_that_is_not_staged_is_refused(rotation: Rotation) -> None:
    with pytest.raises(RotationRefusedError, match="not a version"):
        perform(rotation, str(uuid.uuid4()), Step.CREATE)


def test_a_version_that_lost_its_stage_is_refused(rotation: Rotation, secrets: Any, token: str) -> None:
    secrets.put_secret_value(
        SecretId="master", ClientRequestToken=str(uuid.uuid4()), SecretString="{}", VersionStages=["AWSPENDING"]
    )
    with pytest.raises(RotationRefusedError, match="AWSPENDING"):
        perform(rotation, token, Step.SET)


def test_a_secret_without_rotation_is_refused(rotation: Rotation, secrets: Any) -> None:
    version = secrets.describe_secret(SecretId="master")["VersionIdsToStages"]
    with pytest.raises(RotationRefusedError, match="not enabled"):
        perform(rotation, next(iter(version)), Step.CREATE)


def test_setting_a_password_that_was_never_made_is_refused(rotation: Rotation, token: str, cluster: Cluster) -> None:
    with pytest.raises(RotationRefusedError, match="createSecret did not run"):
        perform(rotation, token, Step.SET)
    assert cluster.password == "old"


def test_the_event_of_secrets_manager_is_understood() -> None:
    event = {"SecretId": "arn:secret", "ClientRequestToken": "t", "Step": "finishSecret"}
    assert order(event) == Order("arn:secret", "t", Step.FINISH)
