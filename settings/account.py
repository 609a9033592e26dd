"""The account: who owns it, what watches it, what it may cost, who is told."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from settings.section import Conflict, EmailAddress, LogRetentionDays, Ownership, Section


class AccountSettings(Section):
    """The AWS account of the stack; every resource carries these as tags."""

    id: Annotated[str, Field(pattern=r"^\d{12}$")]
    """The only account that the stack may touch, 12 digits."""

    owner: str = Field(default="platform-team", min_length=1, max_length=128)
    """Team that answers for the stack."""

    cost_centre: str = Field(default="storefront", min_length=1, max_length=128)
    """Where the bill goes."""

    data_classification: str = Field(default="confidential", min_length=1, max_length=128)
    """Highest class of the data that the stack holds."""

    emulator: bool = False
    """Whether AWS_ENDPOINT_URL points to an emulator on this machine, whose buckets are reached by path."""


class SecuritySettings(Section):
    """What exists once in an account; a landing zone may own it already."""

    trail: Ownership = "create"
    """CloudTrail over all regions."""

    threat_detection: Ownership = "create"
    """GuardDuty in every region."""

    security_hub: Ownership = "create"
    """Security Hub with its standards and one place for all findings."""

    configuration_recorder: Ownership = "create"
    """AWS Config with rules and automatic remediation."""

    vulnerability_scanning: Ownership = "create"
    """Inspector."""

    access_analyzer: Ownership = "create"
    """IAM Access Analyzer."""

    public_access_block: Ownership = "create"
    """Account-wide refusal of public buckets."""

    disk_encryption: Ownership = "create"
    """EBS encryption by default."""

    sharing_blocks: Ownership = "create"
    """Refusal of public snapshots and documents in every region, and logs of what Systems Manager automates there."""

    audit_retention_days: int = Field(default=365, ge=90, le=3653)
    """How long the audit trail is locked against deletion, in days; with data.protect off, a teardown overrides it."""


class AlarmThresholds(Section):
    """Where alarms go off."""

    server_error_percent: float = Field(default=1, gt=0, le=100)
    """Share of 5xx answers, in percent."""

    latency_p95_milliseconds: int = Field(default=500, ge=1)
    """95th percentile of the servers' answer time."""

    replica_lag_seconds: int = Field(default=5, ge=1)
    """Lag of a secondary region's database."""

    queue_age_seconds: int = Field(default=600, ge=60)
    """Age of the oldest waiting message."""

    cache_hit_percent: int = Field(default=90, ge=1, le=100)
    """Cache hit rate of the distribution below which the alarm goes off."""


class OperationsSettings(Section):
    """Alarms, canaries, logs and money."""

    alert_emails: tuple[EmailAddress, ...] = Field(default=(), max_length=10)
    """Who is told of alarms, findings and forecasts; a budget tells no more than ten."""

    thresholds: AlarmThresholds = AlarmThresholds()
    """Where alarms go off."""

    composite_alarms: bool = True
    """One alarm a region that says whether it is well, over all alarms of its parts."""

    canaries: bool = True
    """Synthetic visitors in every region."""

    canary_interval_minutes: int = Field(default=5, ge=1, le=60)
    """Minutes between two visits."""

    access_log_retention_days: int = Field(default=365, ge=30, le=3653)
    """How long the access logs of load balancers, buckets and the distribution are kept, in days."""

    log_retention_days: LogRetentionDays = 365
    """How long logs are kept where nothing else is said, in days."""

    budget_usd_per_month: float | None = Field(default=60_000, gt=0)
    """Monthly budget in USD; a forecast over it is announced. Null sets none."""

    anomaly_usd: float = Field(default=200, gt=0)
    """Unexpected cost of a day that is announced, in USD."""

    cost_anomalies: Ownership = "create"
    """Cost anomaly detection. AWS allows one monitor an account, and new accounts are born with it: adopt that one."""

    anomaly_monitor_arn: str | None = Field(default=None, pattern=r"^arn:aws:ce::\d{12}:anomalymonitor/[0-9a-f-]{36}$")
    """Cost anomaly monitor to adopt."""

    cost_tags: bool = False
    """Activate the tags for the bill: only the paying account may, and a day after a tag was first used."""

    def conflicts(self) -> Iterator[Conflict]:
        if (self.cost_anomalies == "adopt") != (self.anomaly_monitor_arn is not None):
            yield Conflict(
                ("anomaly_monitor_arn", "cost_anomalies"),
                f"{self.anomaly_monitor_arn} with cost_anomalies {self.cost_anomalies}",
                "anomaly_monitor_arn when cost_anomalies is adopt",
            )
