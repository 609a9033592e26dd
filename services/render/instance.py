"""The instance the worker runs on: who it is, whether it is about to be taken away, its protection."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager

from handlers.common import log
from handlers.common.aws import AutoScaling, AwsFailure

_TOKEN_SECONDS = 300


class Metadata:
    """The instance metadata service, version 2 only."""

    def __init__(self, endpoint: str, *, timeout: float = 2.0) -> None:
        self._endpoint: str = endpoint.rstrip("/")
        self._timeout: float = timeout

    def instance_id(self) -> str:
        found = self._get("instance-id")
        if found is None:
            raise LookupError(f"the instance metadata service at {self._endpoint} does not know the instance's id")
        return found

    def interrupted(self) -> bool:
        """Whether EC2 announced that it takes this spot instance back, two minutes ahead."""
        try:
            return self._get("spot/instance-action") is not None
        except OSError as error:
            log.warning("the instance metadata service did not answer", reason=str(error))
            return False

    def _get(self, path: str) -> str | None:
        token = self._ask("PUT", "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": str(_TOKEN_SECONDS)})
        try:
            return self._ask("GET", f"/latest/meta-data/{path}", {"X-aws-ec2-metadata-token": token})
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> str:
        request = urllib.request.Request(self._endpoint + path, method=method, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310 - the endpoint is set by whoever runs this
            return answer.read().decode()


class Protection:
    """Keeps the Auto Scaling group from choosing this instance for scale-in while it works."""

    def __init__(self, autoscaling: AutoScaling, instance_id: str) -> None:
        self._autoscaling: AutoScaling = autoscaling
        self._instance_id: str = instance_id

    @contextmanager
    def held(self) -> Generator[None]:
        """Work goes on without protection where it cannot be had: the message would come back, nothing is lost."""
        self._set(True)
        try:
            yield
        finally:
            self._set(False)

    def _set(self, protected: bool) -> None:
        try:
            groups = self._autoscaling.describe_auto_scaling_instances(InstanceIds=[self._instance_id])
            for found in groups["AutoScalingInstances"]:
                self._autoscaling.set_instance_protection(
                    InstanceIds=[self._instance_id],
                    AutoScalingGroupName=found["AutoScalingGroupName"],
                    ProtectedFromScaleIn=protected,
                )
        except AwsFailure as failure:
            log.error("scale-in protection was not changed", wanted=protected, reason=str(failure))
