"""What a locked-down launch template says, and a rule of a security group in each of its forms."""

from typing import Any

from policy.examples import Declared
from policy.views.security_groups import GROUP, INGRESS, SEPARATE_RULE

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE_PROPS: dict[str, Any] = {
    "networkInterfaces": [{"deviceIndex": 0, "associatePublicIpAddress": "false", "securityGroups": ["sg-0123"]}],
    "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
    "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "volumeSize": 20}}],
}


def https_from(cidr: str) -> list[Declared]:
    """HTTPS from a block in three forms: inline as `group`, and as resources `rule` and `ingress`."""
    return _inward(443, cidr)


def ssh_from(cidr: str) -> list[Declared]:
    """SSH from a block, in the same forms."""
    return _inward(22, cidr)


def _inward(port: int, cidr: str) -> list[Declared]:
    ports = {"fromPort": port, "toPort": port}
    inline = {**ports, "protocol": "tcp", "cidrBlocks": [cidr]}
    return [
        Declared(type=GROUP, name="group", props={"ingress": [inline], "egress": []}),
        Declared(type=SEPARATE_RULE, name="rule", props={**inline, "type": "ingress"}),
        Declared(type=INGRESS, name="ingress", props={**ports, "ipProtocol": "tcp", "cidrIpv4": cidr}),
    ]
