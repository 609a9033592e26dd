"""A secret that every running region reads from beside itself."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.component import Component
from components.interfaces import Ground

RECOVERY_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class LastingSecretArgs:
    physical_name: str
    description: str
    content: Mapping[str, Input[str]]
    home: str
    ground: Mapping[str, Ground]
    """The running regions."""

    rotated: bool
    """Whether somebody else changes the value once it exists."""

    protect: bool


class LastingSecret(Component):
    """Keeps a small JSON document secret in the home region, and a replica of it in every other."""

    arn: Output[str]
    """ARN in the home region; it resolves once there is a value."""

    def __init__(self, name: str, args: LastingSecretArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:data:LastingSecret", name, args, opts)
        secret = aws.secretsmanager.Secret(
            name,
            name=args.physical_name,
            description=args.description,
            kms_key_id=args.ground[args.home].data_key_arn,
            replicas=_replicas(args),
            recovery_window_in_days=RECOVERY_DAYS if args.protect else 0,
            opts=self.own(protect=args.protect),
        )
        version = aws.secretsmanager.SecretVersion(
            self.named("value"),
            secret_id=secret.id,
            secret_string=Output.secret(Output.json_dumps(dict(args.content))),
            # A label of its own keeps the first version alive: once AWS dropped it, the next `up` would write it anew.
            version_stages=["AWSCURRENT", "ORIGINAL"] if args.rotated else None,
            opts=self.own(ignore_changes=["secretString", "versionStages"] if args.rotated else None),
        )
        self.arn = Output.all(secret.arn, version.id).apply(lambda made: str(made[0]))
        self.publish()


def _replicas(args: LastingSecretArgs) -> list[aws.secretsmanager.SecretReplicaArgsDict]:
    return [
        {"region": region, "kms_key_id": args.ground[region].data_key_arn}
        for region in sorted(args.ground)
        if region != args.home
    ]
