"""Every region has the same guards."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from pulumi_policy.proxy import UnknownValueError

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import WHOLE_STACK, Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Stack, Subject
from policy.values import get
from policy.views.ownership import adopted
from policy.views.placement import REGION, our_regions, retired_regions

ANALYZER = "aws:accessanalyzer/analyzer:Analyzer"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"
KEY = "a customer key"
GUARDS: Mapping[str, str] = {
    ANALYZER: "an Analyzer of access from outside",
    "aws:cfg/deliveryChannel:DeliveryChannel": "a DeliveryChannel of configuration",
    "aws:cfg/recorder:Recorder": "a Recorder of configuration",
    "aws:cfg/recorderStatus:RecorderStatus": "a RecorderStatus",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": "a CompositeAlarm",
    "aws:ebs/encryptionByDefault:EncryptionByDefault": "EncryptionByDefault of disks",
    "aws:ec2/flowLog:FlowLog": "a FlowLog",
    "aws:guardduty/detector:Detector": "a Detector",
    "aws:inspector2/enabler:Enabler": "an Enabler of Inspector",
    "aws:kms/key:Key": KEY,
    REPLICA_KEY: KEY,
    "aws:securityhub/account:Account": "a Security Hub Account",
    "aws:sns/topic:Topic": "a Topic for alerts",
}
"""Type → the guard that it is; two types may be one."""

SETTINGS = {
    ANALYZER: "access_analyzer",
    "aws:cfg/deliveryChannel:DeliveryChannel": "configuration_recorder",
    "aws:cfg/recorder:Recorder": "configuration_recorder",
    "aws:cfg/recorderStatus:RecorderStatus": "configuration_recorder",
    "aws:ebs/encryptionByDefault:EncryptionByDefault": "disk_encryption",
    "aws:guardduty/detector:Detector": "threat_detection",
    "aws:inspector2/enabler:Enabler": "vulnerability_scanning",
    "aws:securityhub/account:Account": "security_hub",
}
"""Type → the setting that may leave it to its owner."""

OF_NETWORKS = {GUARDS["aws:cloudwatch/compositeAlarm:CompositeAlarm"], GUARDS["aws:ec2/flowLog:FlowLog"]}
"""What a retired region, which has no network and serves nobody, needs no more."""


def check(subject: Subject) -> Iterator[Complaint]:
    there = _guards(subject.stack)
    retired, owned = retired_regions(subject.stack), {GUARDS[on] for on in _owned(subject.stack)}
    for region in our_regions(subject.stack):
        needed = set(GUARDS.values()) - owned - (OF_NETWORKS if region in retired else set())
        for guard in sorted(needed - there.get(region, set())):
            yield wrong("", f"{guard} in {region}")


def _owned(stack: Stack) -> list[str]:
    """The types of guards that somebody else owns."""
    return [on for on, setting in SETTINGS.items() if setting in adopted(stack)]


def _guards(stack: Stack) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in stack.of_type(*GUARDS):
        if one.region and not (one.type == ANALYZER and _unused_only(one)):
            found.setdefault(one.region, set()).add(GUARDS[one.type])
    return found


def _unused_only(analyzer: Subject) -> bool:
    with suppress(UnknownValueError):  # unset: AWS takes ACCOUNT
        return "UNUSED" in str(get(analyzer.props, "type", "ACCOUNT"))
    return False


LONDON, TOKYO = "eu-west-2", "ap-northeast-1"
ONCE = [on for on in GUARDS if on != REPLICA_KEY]

RULE = Rule(
    id="guards-everywhere",
    on=WHOLE_STACK,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("GuardDuty.1", "IAM.28", "Inspector.1", "SecurityHub(CIS 4.16)"),
    why="An intruder, and a failure, choose the region that nobody watches",
    mend="Give every region the same guards",
    check=check,
    examples=Examples(
        accepted=[
            *(
                declared
                for region in (LONDON, TOKYO)
                for declared in (
                    Declared(type=REGION, name=region),
                    Declared(type="aws:ec2/vpc:Vpc", name=f"{region}-network", parent=region, region=region),
                    *(Declared(type=token, name=f"{region}-{token.split(':')[-1]}", region=region) for token in ONCE),
                )
            )
        ],
        refused=Drop(f"{TOKYO}-Detector"),
        unknown=None,
        absent=Absent(Drop(f"{TOKYO}-FlowLog"), Verdict.REFUSED, "AWS sets up none of these by itself"),
        also_refused=[Drop(f"{LONDON}-Key"), Change("type", "ACCOUNT_UNUSED_ACCESS", on=f"{TOKYO}-Analyzer")],
    ),
    breaks=[
        Break(on=ANALYZER, path="type", value="ACCOUNT_UNUSED_ACCESS"),
        Break(on=ANALYZER, path=""),
        Break(on="aws:cfg/recorderStatus:RecorderStatus", path=""),
    ],
)
