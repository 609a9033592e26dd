"""What the servers of every fleet have in common: how they boot, what they may do, where their logs go."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi_aws as aws
from pulumi import Input, InvokeOptions, Output, Resource, ResourceOptions

from components.iam import Statement, allow, service_role, trust_without_source, use_key
from components.interfaces import Ground
from components.naming import Names
from components.region.artifact_store import Release, readable_artifacts

AMAZON_LINUX = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
"""Public parameter of the newest Amazon Linux 2023."""

SESSION_MANAGER = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
SERVICES = Path(__file__).resolve().parents[2] / "services"
PREPARATION = SERVICES / "image.sh"
"""What servers need beyond Amazon Linux: baked into an image beforehand, or done at boot."""

ROOT_DEVICE = "/dev/xvda"
USER_DATA_LIMIT = 16_384
"""Bytes of user data that EC2 takes, before encoding."""


def amazon_linux(parent: Resource) -> Output[str]:
    """The newest Amazon Linux at each deployment. Servers that look it up at launch could not be rolled back."""
    return aws.ssm.get_parameter_output(name=AMAZON_LINUX, opts=InvokeOptions(parent=parent)).insecure_value


def log_group_name(names: Names, service: str) -> str:
    """The log group of a service's servers."""
    return f"/servers/{names.of(service)}"


def service_log(
    name: str, *, ground: Ground, service: str, days: int, opts: ResourceOptions
) -> aws.cloudwatch.LogGroup:
    """Where the logs of a service's servers outlive them."""
    return aws.cloudwatch.LogGroup(
        name,
        name=log_group_name(ground.names, service),
        kms_key_id=ground.log_key_arn,
        retention_in_days=days,
        opts=opts,
    )


def boot_script(
    service: str,
    *,
    environment: Mapping[str, str],
    artifact_uri: str,
    sha256: str,
    region: str,
    log_group: str,
    preparation: str,
    boot: str,
) -> str:
    """Writes the service's environment, what is logged and `preparation`, and hands over to its own boot script.

    ValueError where AWS would refuse it.
    """
    for key, value in environment.items():
        if "\n" in value or not key.isidentifier():
            raise ValueError(f"the environment of {service} holds {key!r}, which is not one line NAME=value")
    lines = [
        "#!/bin/bash",
        f"install -d -m 0755 /etc/{service}",
        f"cat > /etc/{service}/env <<'ENVIRONMENT'",
        *(f"{key}={value}" for key, value in sorted(environment.items())),
        "ENVIRONMENT",
        f"cat > /etc/{service}/logs.json <<'LOGS'",
        json.dumps(_collected(service, log_group, region)),
        "LOGS",
        f"cat > /etc/{service}/image.sh <<'IMAGE'",
        preparation.rstrip("\n"),
        "IMAGE",
        f"export ARTIFACT_URI='{artifact_uri}' ARTIFACT_SHA256='{sha256}' REGION='{region}'",
        boot.removeprefix("#!/bin/bash\n"),
    ]
    script = "\n".join(lines)
    if len(script.encode()) > USER_DATA_LIMIT:
        raise ValueError(f"the boot script of {service} has {len(script.encode())} bytes; EC2 takes {USER_DATA_LIMIT}")
    return script


def user_data(release: Release, names: Names, environment: Mapping[str, Input[str]]) -> Output[str]:
    """The boot script of a release, encoded as a launch template takes it."""
    preparation = PREPARATION.read_text(encoding="utf-8")
    boot = (SERVICES / release.service / "boot.sh").read_text(encoding="utf-8")

    def encoded(known: Mapping[str, str]) -> str:
        script = boot_script(
            release.service,
            environment=known,
            artifact_uri=release.uri,
            sha256=release.sha256,
            region=names.region,
            log_group=log_group_name(names, release.service),
            preparation=preparation,
            boot=boot,
        )
        return b64encode(script.encode()).decode()

    return Output.all(**environment).apply(encoded)


def instance_profile(
    name: str, *, names: Names, service: str, statements: Sequence[Statement], opts: ResourceOptions
) -> aws.iam.InstanceProfile:
    """What a service's servers may do: fetch their artifact, log, be reached by Session Manager, and `statements`."""
    role = service_role(
        name,
        physical_name=names.globally(service),
        trusted=trust_without_source("ec2.amazonaws.com"),
        statements=[
            allow(["s3:GetObject"], [readable_artifacts(names, service)]),
            use_key(names, "data", through="s3", actions=("kms:Decrypt",)),
            allow(
                ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                [names.log_group_arn(log_group_name(names, service))],
            ),
            *statements,
        ],
        managed=[SESSION_MANAGER],
        opts=opts,
        description=f"Servers of {service}",
    )
    return aws.iam.InstanceProfile(f"{name}-profile", name=names.globally(service), role=role.name, opts=opts)


def launch_template(
    name: str,
    *,
    image_id: Input[str],
    profile: aws.iam.InstanceProfile,
    security_group_id: Input[str],
    volume_gib: int,
    key_arn: Input[str],
    script: Output[str],
    tags: Mapping[str, str],
    opts: ResourceOptions,
) -> aws.ec2.LaunchTemplate:
    """A template of locked-down servers: no public address, no old metadata service, an encrypted disk."""
    labelled = {"Name": name, **tags}
    return aws.ec2.LaunchTemplate(
        name,
        image_id=image_id,
        iam_instance_profile={"arn": profile.arn},
        network_interfaces=[
            {
                "device_index": 0,
                "associate_public_ip_address": "false",
                "delete_on_termination": "true",
                "security_groups": [security_group_id],
            }
        ],
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": 1,
            "instance_metadata_tags": "disabled",
        },
        block_device_mappings=[
            {
                "device_name": ROOT_DEVICE,
                "ebs": {
                    "volume_type": "gp3",
                    "volume_size": volume_gib,
                    "encrypted": "true",
                    "kms_key_id": key_arn,
                    "delete_on_termination": "true",
                },
            }
        ],
        # A server whose boot fails switches itself off, and must then make room for the next.
        instance_initiated_shutdown_behavior="terminate",
        ebs_optimized="true",
        monitoring={"enabled": True},
        update_default_version=True,
        user_data=script,
        tag_specifications=[{"resource_type": "volume", "tags": labelled}],
        opts=opts,
    )


def _collected(service: str, log_group: str, region: str) -> dict[str, Any]:
    """The configuration of the CloudWatch agent: what the service writes, and what its boot wrote before."""
    files = {service: f"/var/log/{service}/service.log", "boot": "/var/log/cloud-init-output.log"}
    return {
        "agent": {"region": region},
        "logs": {
            "logs_collected": {
                "files": {
                    "collect_list": [
                        {
                            "file_path": path,
                            "log_group_name": log_group,
                            "log_stream_name": f"{{instance_id}}/{stream}",
                        }
                        for stream, path in files.items()
                    ]
                }
            }
        },
    }


def propagated(name: str, tags: Mapping[str, str]) -> list[aws.autoscaling.GroupTagArgsDict]:
    """The tags of a group, which it hands to its servers; a provider's default tags do not reach them."""
    labelled = {"Name": name, **tags}
    return [{"key": key, "value": labelled[key], "propagate_at_launch": True} for key in sorted(labelled)]


def numbered(
    template: aws.ec2.LaunchTemplate,
) -> aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgsDict:
    """A template by the number of its newest version: `$Latest` could be neither reviewed nor rolled back."""
    return {"launch_template_id": template.id, "version": template.latest_version.apply(str)}


def mixed(
    template: aws.ec2.LaunchTemplate, instance_types: Sequence[str], *, on_demand_base: int, spot_share_percent: int
) -> aws.autoscaling.GroupMixedInstancesPolicyArgsDict:
    """What a group launches: any of its types, the base on demand, and of the rest a share as spot."""
    return {
        "launch_template": {
            "launch_template_specification": numbered(template),
            "overrides": [{"instance_type": kind} for kind in instance_types],
        },
        "instances_distribution": {
            "on_demand_base_capacity": on_demand_base,
            "on_demand_percentage_above_base_capacity": 100 - spot_share_percent,
            "on_demand_allocation_strategy": "prioritized",
            "spot_allocation_strategy": "price-capacity-optimized",
        },
    }
