"""Rotates the master secret of the writer cluster in the four steps Secrets Manager calls, each repeatable."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache

from handlers.common import log
from handlers.common.aws import AwsFailure, Rds, SecretsManager, client, error_code
from handlers.secret_rotation.env import Env
from handlers.secret_rotation.logic import (
    EXCLUDED,
    PASSWORD_LENGTH,
    Order,
    RotationRefusedError,
    Step,
    current_version,
    finished_before,
    order,
    password_of,
    settled,
    with_password,
)

PAUSE = 10.0


class PasswordNotTakenError(Exception):
    """The cluster did not take its new password in time; Secrets Manager will try again."""


class Rotation:
    def __init__(
        self, secrets: SecretsManager, rds: Rds, env: Env, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._secrets: SecretsManager = secrets
        self._rds: Rds = rds
        self._env: Env = env
        self._sleep: Callable[[float], None] = sleep

    def perform(self, wanted: Order) -> None:
        description = self._secrets.describe_secret(SecretId=wanted.secret)
        if finished_before(description, wanted.token):
            return
        match wanted.step:
            case Step.CREATE:
                self._create(wanted)
            case Step.SET:
                self._set(wanted)
            case Step.TEST:
                self._test()
            case Step.FINISH:
                self._finish(wanted, current_version(description))

    def _create(self, wanted: Order) -> None:
        if self._pending(wanted) is not None:
            return
        current = self._secrets.get_secret_value(SecretId=wanted.secret, VersionStage="AWSCURRENT")["SecretString"]
        password = self._secrets.get_random_password(PasswordLength=PASSWORD_LENGTH, ExcludeCharacters=EXCLUDED)
        self._secrets.put_secret_value(
            SecretId=wanted.secret,
            ClientRequestToken=wanted.token,
            SecretString=with_password(current, password["RandomPassword"]),
            VersionStages=["AWSPENDING"],
        )

    def _set(self, wanted: Order) -> None:
        pending = self._pending(wanted)
        if pending is None:
            raise RotationRefusedError(f"version {wanted.token} has no value; createSecret did not run")
        self._rds.modify_db_cluster(
            DBClusterIdentifier=self._env.writer_cluster_id,
            MasterUserPassword=password_of(pending),
            ApplyImmediately=True,
        )

    def _test(self) -> None:
        """Waits until two looks in a row find the cluster settled: right after a change it still seems untouched."""
        in_a_row = 0
        for _ in range(max(2, int(self._env.wait_seconds / PAUSE))):
            clusters = self._rds.describe_db_clusters(DBClusterIdentifier=self._env.writer_cluster_id)["DBClusters"]
            in_a_row = in_a_row + 1 if settled(clusters[0]) else 0
            if in_a_row == 2:
                return
            self._sleep(PAUSE)
        raise PasswordNotTakenError(
            f"cluster {self._env.writer_cluster_id} did not take its password in {self._env.wait_seconds} s"
        )

    def _finish(self, wanted: Order, current: str | None) -> None:
        if current is None:
            raise RotationRefusedError("the secret has no current version to take over from")
        self._secrets.update_secret_version_stage(
            SecretId=wanted.secret,
            VersionStage="AWSCURRENT",
            MoveToVersionId=wanted.token,
            RemoveFromVersionId=current,
        )

    def _pending(self, wanted: Order) -> str | None:
        try:
            return self._secrets.get_secret_value(
                SecretId=wanted.secret, VersionId=wanted.token, VersionStage="AWSPENDING"
            )["SecretString"]
        except AwsFailure as error:
            if error_code(error) == "ResourceNotFoundException":
                return None
            raise


@cache
def wired() -> Rotation:
    env = Env.read()
    return Rotation(client("secretsmanager"), client("rds", env.writer_region), env)


def handle(event: Mapping[str, object], _context: object) -> None:
    wanted = order(event)
    wired().perform(wanted)
    log.info("performed a step of the rotation", step=wanted.step.value, version=wanted.token)
