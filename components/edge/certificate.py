"""A certificate of some of the site's names, in one place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import Input, Output, ResourceOptions
from pulumi_aws.acm import outputs

from components.alarms import alarm
from components.component import Component

PROOF_TTL_SECONDS = 300
EXPIRY_ALARM_DAYS = 30
"""ACM renews 60 days before the end; half of that spent without success needs a person."""

KeyAlgorithm = Literal["EC_prime256v1", "RSA_2048"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CertificateArgs:
    names: Mapping[str, str]
    """DNS names by the part they play for the site; the first one is the certificate's subject."""

    key_algorithm: KeyAlgorithm
    zone_id: Input[str] | None = None
    """Zone that the proofs of ownership go into; None where another certificate has put them there."""

    proofs: Mapping[str, Output[str]] | None = None
    """The proofs that are there already, by part: ACM asks for the same record in every region of an account."""

    alert_topic_arn: Input[str]


class Certificate(Component):
    """Proves to visitors and to the edge who they are talking to, and renews itself."""

    arn: Output[str]
    """ARN of the certificate once it is validated."""

    proofs: dict[str, Output[str]]
    """Record that proves each name, by part."""

    def __init__(self, name: str, args: CertificateArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:edge:Certificate", name, args, opts)
        first, *others = args.names.values()
        certificate = aws.acm.Certificate(
            self.named("certificate"),
            domain_name=first,
            subject_alternative_names=others,
            key_algorithm=args.key_algorithm,
            validation_method="DNS",
            opts=self.own(),
        )
        self.proofs = self._shared(args) or self._proven(args, certificate)
        self.arn = aws.acm.CertificateValidation(
            self.named("validation"),
            certificate_arn=certificate.arn,
            validation_record_fqdns=[self.proofs[part] for part in args.names],
            opts=self.own(),
        ).certificate_arn
        alarm(
            self.named("expiry"),
            says=f"the certificate of {first} ends in less than {EXPIRY_ALARM_DAYS} days and was not renewed",
            namespace="AWS/CertificateManager",
            metric="DaysToExpiry",
            dimensions={"CertificateArn": certificate.arn},
            statistic="Minimum",
            comparison="LessThanThreshold",
            threshold=EXPIRY_ALARM_DAYS,
            period_seconds=86_400,
            periods=1,
            topic_arn=args.alert_topic_arn,
            opts=self.own(),
        )
        self.publish()

    def _shared(self, args: CertificateArgs) -> dict[str, Output[str]]:
        known = args.proofs or {}
        return {part: known[part] for part in args.names if part in known}

    def _proven(self, args: CertificateArgs, certificate: aws.acm.Certificate) -> dict[str, Output[str]]:
        if args.zone_id is None:
            raise ValueError(f"the certificate of {', '.join(args.names)} has neither proofs nor a zone for them")
        return {part: self._proof(part, proven, args.zone_id, certificate) for part, proven in args.names.items()}

    def _proof(self, part: str, proven: str, zone_id: Input[str], certificate: aws.acm.Certificate) -> Output[str]:
        asked = certificate.domain_validation_options.apply(lambda options: _asked(options, proven))
        return aws.route53.Record(
            self.named(f"{part}-proof"),
            zone_id=zone_id,
            name=asked.apply(lambda option: option.resource_record_name or ""),
            type=asked.apply(lambda option: option.resource_record_type or ""),
            records=[asked.apply(lambda option: option.resource_record_value or "")],
            ttl=PROOF_TTL_SECONDS,
            # An adopted zone may hold the record of an earlier certificate of the account, which is the same.
            allow_overwrite=True,
            opts=self.own(),
        ).fqdn


def _asked(
    options: Sequence[outputs.CertificateDomainValidationOption], name: str
) -> outputs.CertificateDomainValidationOption:
    return next(option for option in options if option.domain_name == name)
