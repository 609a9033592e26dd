"""DNSSEC for the hosted zone."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions

from components.alarms import alarm
from components.component import Component
from components.iam import allow, document

SIGNER = {"Service": "dnssec-route53.amazonaws.com"}
PROBLEMS = {
    "internal-failure": ("DNSSECInternalFailure", "Route 53 cannot sign the zone"),
    "key-needs-action": ("DNSSECKeySigningKeysNeedingAction", "a key signing key needs action, often on its KMS key"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningArgs:
    zone_id: Input[str]
    domain: str
    account: str
    alert_topic_arn: Input[str]
    protect: bool


class Signing(Component):
    """Signs the zone, so that resolvers can tell its answers from forged ones.

    Remove the DS record at the registrar, and let its TTL pass, before switching this off: a zone without
    signatures under a DS record is unreachable for validating resolvers.
    """

    ds_record: Output[str]

    def __init__(self, name: str, args: SigningArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Signing", name, args, opts)
        key = aws.kms.Key(
            self.named("key"),
            description=f"Signs the zone {args.domain}",
            customer_master_key_spec="ECC_NIST_P256",
            key_usage="SIGN_VERIFY",
            deletion_window_in_days=30,
            policy=_key_policy(args.account),
            opts=self.own(protect=True) if args.protect else self.own(),
        )
        signing_key = aws.route53.KeySigningKey(
            self.named("signing-key"),
            name="platform",
            hosted_zone_id=args.zone_id,
            key_management_service_arn=key.arn,
            opts=self.own(),
        )
        aws.route53.HostedZoneDnsSec(
            self.named("signatures"), hosted_zone_id=signing_key.hosted_zone_id, opts=self.own(depends_on=[signing_key])
        )
        self._watch(args)
        self.ds_record = signing_key.ds_record
        self.publish()

    def _watch(self, args: SigningArgs) -> None:
        for role, (metric, trouble) in PROBLEMS.items():
            alarm(
                self.named(role),
                says=f"DNSSEC of {args.domain}: {trouble}; validating resolvers will soon refuse the site",
                namespace="AWS/Route53",
                metric=metric,
                dimensions={"HostedZoneId": args.zone_id},
                statistic="Maximum",
                threshold=0,
                period_seconds=300,
                periods=1,
                # Published every few hours: the state must last until the next value.
                missing="ignore",
                topic_arn=args.alert_topic_arn,
                opts=self.own(),
            )


def _key_policy(account: str) -> str:
    zones = {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/*"},
    }
    return document(
        [
            allow(["kms:*"], ["*"], principal={"AWS": f"arn:aws:iam::{account}:root"}, sid="Owner"),
            allow(
                ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"], ["*"], principal=SIGNER, when=zones, sid="Signing"
            ),
            allow(
                ["kms:CreateGrant"],
                ["*"],
                principal=SIGNER,
                when={**zones, "Bool": {"kms:GrantIsForAWSResource": "true"}},
                sid="SigningGrant",
            ),
        ]
    )
