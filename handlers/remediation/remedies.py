"""The remedies. Each may be repeated, and says in a sentence what it did."""

from __future__ import annotations

from handlers.common.aws import S3, AutoScaling, AwsFailure, Iam, error_code
from handlers.remediation.logic import AccessKey, Finding, Remedy, remedy


class Remedies:
    def __init__(self, autoscaling: AutoScaling, s3: S3, iam: Iam) -> None:
        self._autoscaling: AutoScaling = autoscaling
        self._s3: S3 = s3
        self._iam: Iam = iam

    def apply(self, finding: Finding) -> list[str]:
        """Does what the finding's type asks for; one sentence per thing done or left to a person."""
        if finding.sample:
            return ["this is a sample finding; nothing was done"]
        match remedy(finding.type):
            case Remedy.REPLACE_ATTACKING_INSTANCE if not finding.attacking:
                return ["no automatic remedy: the instance is the target, not the attacker; look at who may reach it"]
            case Remedy.REPLACE_INSTANCE | Remedy.REPLACE_ATTACKING_INSTANCE:
                return [self._replace(finding.instance_id)]
            case Remedy.BLOCK_PUBLIC_ACCESS:
                return [self._block(bucket) for bucket in finding.buckets] or [_incomplete("bucket")]
            case Remedy.DEACTIVATE_KEY:
                return [self._deactivate(key) for key in finding.keys] or [_incomplete("access key of an IAM user")]
            case Remedy.NONE:
                return ["no automatic remedy: a person must look at this finding"]

    def _replace(self, instance_id: str | None) -> str:
        if instance_id is None:
            return _incomplete("instance")
        found = self._autoscaling.describe_auto_scaling_instances(InstanceIds=[instance_id])["AutoScalingInstances"]
        if not found:
            return f"instance {instance_id} is in no Auto Scaling group: a person must look at it, nothing was done"
        group, state = found[0]["AutoScalingGroupName"], found[0]["LifecycleState"]
        if found[0]["HealthStatus"].upper() == "UNHEALTHY" or state.startswith("Terminat"):
            return f"instance {instance_id} of {group} is already being replaced"
        self._autoscaling.set_instance_health(
            InstanceId=instance_id, HealthStatus="Unhealthy", ShouldRespectGracePeriod=False
        )
        return f"instance {instance_id} was marked unhealthy; {group} takes it out of service and replaces it"

    def _block(self, bucket: str) -> str:
        self._s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
        return f"all public access to bucket {bucket} was blocked"

    def _deactivate(self, key: AccessKey) -> str:
        try:
            self._iam.update_access_key(UserName=key.user, AccessKeyId=key.key_id, Status="Inactive")
        except AwsFailure as error:
            if error_code(error) == "NoSuchEntity":
                return f"access key {key.key_id} of {key.user} does not exist any more"
            raise
        return f"access key {key.key_id} of {key.user} was deactivated"


def _incomplete(what: str) -> str:
    return f"the finding names no {what}: a person must look at it, nothing was done"
