"""Threat detection has the plans for what is deployed."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import get

DETECTOR = "aws:guardduty/detector:Detector"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"
WANTED = ("S3_DATA_EVENTS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS", "RUNTIME_MONITORING")


def check(subject: Subject) -> Iterator[Complaint]:
    features = {get(one.props, "name"): one for one in subject.users("detectorId", FEATURE)}
    for name in WANTED:
        if name not in features:
            yield wrong("", f"a DetectorFeature {name} that is ENABLED")
        elif get(features[name].props, "status") != "ENABLED":
            yield wrong("status", "ENABLED", found=get(features[name].props, "status"), at=features[name])


RULE = Rule(
    id="guardduty-features",
    on=DETECTOR,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    controls=("GuardDuty.6", "GuardDuty.8", "GuardDuty.9", "GuardDuty.10", "GuardDuty.11"),
    why="A plan that is off leaves a kind of workload that we run unwatched",
    mend="Give the detector the feature, ENABLED",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DETECTOR, name="detector", props={"enable": True}),
            *(
                Declared(
                    type=FEATURE,
                    name=name,
                    props={"name": name, "status": "ENABLED"},
                    links={"detectorId": ["detector"]},
                )
                for name in WANTED
            ),
        ],
        refused=Change("status", "DISABLED", on="RDS_LOGIN_EVENTS"),
        unknown=Change("status", None, on="RDS_LOGIN_EVENTS"),
        absent=Absent(Drop("RUNTIME_MONITORING"), Verdict.REFUSED, "a detector has no runtime monitoring of itself"),
    ),
    breaks=[
        Break(on=FEATURE, path="status", value="DISABLED"),
        Break(on=FEATURE, path="", where=lambda inputs: inputs["name"] == "LAMBDA_NETWORK_LOGS"),
    ],
)
