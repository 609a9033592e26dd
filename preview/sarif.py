"""The pack's verdicts as SARIF 2.1.0, which pull requests show at the line of code."""

import hashlib
from typing import Any

from preview.policies import SEVERITIES, Finding, Open, Verdicts

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"mandatory": "error", "advisory": "warning"}
SECURITY_SEVERITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""GitHub sorts by this property; bands of CVSS 3."""

PROGRAM = "__main__.py:1"
"""Where a complaint stands that belongs to no line: GitHub refuses a whole log over one result without a file."""


def described(verdicts: Verdicts) -> dict[str, Any]:
    """The whole log: one run, every rule, a result a complaint and a result for what stays undecided without leave."""
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "storefront policies", "rules": [_rule(r) for r in verdicts.rules.values()]}
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The project's folder"}}},
                "results": [
                    *(_result(one) for one in verdicts.findings),
                    *(_open(one) for one in verdicts.open if not one.allowed),
                ],
            }
        ],
    }


def _rule(info: Any) -> dict[str, Any]:
    severity = SEVERITIES.get(info.severity, "medium")
    return {
        "id": info.name,
        "shortDescription": {"text": info.description},
        "help": {"text": info.remediation_steps or info.description},
        "properties": {"tags": ["security", *info.tags], "security-severity": SECURITY_SEVERITY[severity]},
    }


def _result(one: Finding) -> dict[str, Any]:
    level = "note" if one.rule == "pack-trace" else LEVELS.get(one.level, "warning")
    return {
        "ruleId": one.rule,
        "level": level,
        "message": {"text": one.message},
        **_place(one.rule, one.urn, one.source),
    }


def _open(one: Open) -> dict[str, Any]:
    says = f"{one.rule} could not be decided: {one.path} is unknown at preview"
    return {"ruleId": one.rule, "level": "error", "message": {"text": says}, **_place(one.rule, one.urn, None)}


def _place(rule: str, urn: str, source: str | None) -> dict[str, Any]:
    path, _, line = (source or PROGRAM).rpartition(":")
    physical = {"artifactLocation": {"uri": path, "uriBaseId": "SRCROOT"}, "region": {"startLine": int(line)}}
    location: dict[str, Any] = {"physicalLocation": physical}
    if urn:
        location["logicalLocations"] = [{"fullyQualifiedName": urn, "kind": "resource"}]
    fingerprint = hashlib.sha256(f"{rule} {urn}".encode()).hexdigest()
    return {"locations": [location], "partialFingerprints": {"ruleAndResource/v1": fingerprint}}
