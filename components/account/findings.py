"""What the guards of a region find, sent to its alert topic."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.component import Component
from components.naming import Names

Pattern = dict[str, Any]
Source = Literal["threats", "posture", "configuration", "vulnerabilities", "outside-access", "health", "advice"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingsArgs:
    names: Names
    alert_topic_arn: Input[str]
    sources: Sequence[Source]


class Findings(Component):
    """Tells of findings that matter: of each one once, in the region where it was found."""

    rule_name: str

    def __init__(self, name: str, args: FindingsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("storefront:account:Findings", name, args, opts)
        self.rule_name = args.names.of("findings")
        rule = aws.cloudwatch.EventRule(
            self.named("rule"),
            name=self.rule_name,
            description="Findings that somebody must look at",
            event_pattern=json.dumps(pattern(args.names, args.sources)),
            opts=self.own(),
        )
        aws.cloudwatch.EventTarget(
            self.named("alert"), rule=rule.name, target_id="alert", arn=args.alert_topic_arn, opts=self.own()
        )
        self.publish()


def pattern(names: Names, sources: Sequence[Source]) -> Pattern:
    """The events of any of the sources, in EventBridge's pattern language."""
    known = _patterns(names)
    wanted = [known[source] for source in sources]
    return wanted[0] if len(wanted) == 1 else {"$or": wanted}


def _patterns(names: Names) -> dict[Source, Pattern]:
    grave = ["HIGH", "CRITICAL"]
    return {
        "threats": _events("guardduty", "GuardDuty Finding", {"severity": [{"numeric": [">=", 4]}]}),
        "posture": _events(
            "securityhub",
            "Security Hub Findings - Imported",
            {
                "findings": {
                    # The other guards' findings come from themselves, those of other regions from there.
                    "ProductName": ["Security Hub"],
                    "Region": [names.region],
                    "RecordState": ["ACTIVE"],
                    "Severity": {"Label": grave},
                    "Workflow": {"Status": ["NEW"]},
                }
            },
        ),
        "configuration": _events(
            "config",
            "Config Rules Compliance Change",
            {
                "configRuleName": [{"prefix": names.of("")}],
                "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
            },
        ),
        "vulnerabilities": _events("inspector2", "Inspector2 Finding", {"severity": grave, "status": ["ACTIVE"]}),
        "outside-access": _events("access-analyzer", "Access Analyzer Finding", {"status": ["ACTIVE"]}),
        "health": _events("health", "AWS Health Event", {"eventTypeCategory": ["issue", "scheduledChange"]}),
        "advice": _events(
            "trustedadvisor", "Trusted Advisor Check Item Refresh Notification", {"status": ["ERROR", "WARN"]}
        ),
    }


def _events(service: str, kind: str, detail: Pattern) -> Pattern:
    return {"source": [f"aws.{service}"], "detail-type": [kind], "detail": detail}
