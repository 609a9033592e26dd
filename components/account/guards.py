"""What watches over one region of the account."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.account.configuration_record import ConfigurationRecord
from components.account.configuration_rules import ConfigurationRules, ConfigurationRulesArgs
from components.account.findings import Findings, FindingsArgs, Source
from components.component import Component
from components.naming import Names
from settings.account import SecuritySettings
from settings.platform import EDGE_REGION

STANDARDS = ("aws-foundational-security-best-practices/v/1.0.0", "cis-aws-foundations-benchmark/v/5.0.0")
DETECTION_FEATURES = (
    "S3_DATA_EVENTS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "RUNTIME_MONITORING",
)

CODE_SCANNED = frozenset(
    {
        "us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2",
        "ap-northeast-1", "ap-southeast-1", "ap-southeast-2",
    }
)  # fmt: skip
"""Where Inspector reads functions' code (AWS Config developer guide, inspector-lambda-code-scan-enabled)."""

SERVICE_SETTINGS = (
    ("documents-unshared", "/ssm/documents/console/public-sharing-permission", "Disable"),
    ("automation-log", "/ssm/automation/customer-script-log-destination", "CloudWatch"),
)
"""(role, setting, value) of Systems Manager."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardsArgs:
    security: SecuritySettings
    names: Names
    alert_topic_arn: Input[str]
    gathers_from: Sequence[str]
    """Regions whose findings this place gathers; only the place that stands for the account has any."""

    holds_account: bool
    """Whether this place stands for the account, in what is judged or recorded once."""

    record: ConfigurationRecord | None
    """Where configuration history goes; None where nobody records."""

    history_key_arn: Input[str]


class Guards(Component):
    """Watches a region: threats, posture, configuration, vulnerabilities and access from outside.

    A guard that somebody else owns (`adopt`) is not created; what it finds is told all the same.
    """

    sources: list[str]

    def __init__(self, name: str, args: GuardsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:account:Guards", name, args, opts)
        security = args.security
        if security.threat_detection == "create":
            self._detect_threats()
        if security.security_hub == "create":
            self._judge_posture(args)
        if args.record:
            self._judge_configuration(args, args.record)
        if security.vulnerability_scanning == "create":
            self._scan(args.names)
        if security.access_analyzer == "create":
            aws.accessanalyzer.Analyzer(
                self.named("analyzer"), analyzer_name=args.names.of("outside-access"), type="ACCOUNT", opts=self.own()
            )
        if security.disk_encryption == "create":
            # Under AWS's own key: launch templates name the customer key, this catches disks that others create.
            aws.ebs.EncryptionByDefault(self.named("disks"), enabled=True, opts=self.own())

        if security.sharing_blocks == "create":
            self._block_sharing()

        sources = _sources(security, args.names.region)
        told = FindingsArgs(names=args.names, alert_topic_arn=args.alert_topic_arn, sources=sources)
        Findings(self.named("findings"), told, opts=self.own())
        self.sources = list(sources)
        self.publish()

    def _detect_threats(self) -> None:
        detector = aws.guardduty.Detector(
            self.named("detector"), enable=True, finding_publishing_frequency="FIFTEEN_MINUTES", opts=self.own()
        )
        for feature in DETECTION_FEATURES:
            aws.guardduty.DetectorFeature(
                self.named(f"detector-{feature.lower().replace('_', '-')}"),
                detector_id=detector.id,
                name=feature,
                status="ENABLED",
                # Installing agents stays with the operators: GuardDuty adds endpoints for them that block the
                # deletion of a network.
                opts=self.own(ignore_changes=["additionalConfigurations"]),
            )

    def _judge_posture(self, args: GuardsArgs) -> None:
        hub = aws.securityhub.Account(
            self.named("hub"),
            enable_default_standards=False,
            auto_enable_controls=True,
            control_finding_generator="SECURITY_CONTROL",
            opts=self.own(),
        )
        for standard in STANDARDS:
            aws.securityhub.StandardsSubscription(
                self.named(f"hub-{standard.partition('/')[0]}"),
                standards_arn=f"arn:aws:securityhub:{args.names.region}::standards/{standard}",
                opts=self.own(depends_on=[hub]),
            )
        if args.gathers_from:
            aws.securityhub.FindingAggregator(
                self.named("hub-gathers"),
                linking_mode="SPECIFIED_REGIONS",
                specified_regions=sorted(args.gathers_from),
                opts=self.own(depends_on=[hub]),
            )

    def _judge_configuration(self, args: GuardsArgs, record: ConfigurationRecord) -> None:
        ConfigurationRules(
            self.named("configuration"),
            ConfigurationRulesArgs(
                names=args.names,
                records=args.security.configuration_recorder == "create",
                holds_account=args.holds_account,
                history_bucket=record.bucket_name,
                history_key_arn=args.history_key_arn,
                recorder_role_arn=record.recorder_role_arn,
                mender_role_arn=record.mender_role_arn,
            ),
            opts=self.own(),
        )

    def _block_sharing(self) -> None:
        aws.ebs.SnapshotBlockPublicAccess(self.named("snapshots"), state="block-all-sharing", opts=self.own())
        for role, setting, value in SERVICE_SETTINGS:
            aws.ssm.ServiceSetting(self.named(role), setting_id=setting, setting_value=value, opts=self.own())

    def _scan(self, names: Names) -> None:
        scanned = ["EC2", "LAMBDA", "LAMBDA_CODE"] if names.region in CODE_SCANNED else ["EC2", "LAMBDA"]
        aws.inspector2.Enabler(
            self.named("scanner"), account_ids=[names.account], resource_types=scanned, opts=self.own()
        )


def _sources(security: SecuritySettings, region: str) -> list[Source]:
    """Whose findings are told here: those of every guard that is at work, whoever owns it."""
    guards: list[tuple[str, Source]] = [
        (security.threat_detection, "threats"),
        (security.security_hub, "posture"),
        (security.configuration_recorder, "configuration"),
        (security.vulnerability_scanning, "vulnerabilities"),
        (security.access_analyzer, "outside-access"),
    ]
    told: list[Source] = [source for ownership, source in guards if ownership != "off"]
    # Trusted Advisor speaks in one region only.
    return [*told, "health", "advice"] if region == EDGE_REGION else [*told, "health"]
