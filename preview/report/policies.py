"""What the policy pack said, for the report."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from policy.exemptions import Exemption
from preview.policies import LEVELS, SEVERITIES, Finding, Open, Verdicts
from preview.verdicts import GRAVEST_FIRST, OWN

Entry = dict[str, Any]


def described(verdicts: Verdicts, exempted: Iterable[Exemption]) -> Entry:
    """Counts, one line a severity, every rule with how it stands, complaints, what stays open, and exemptions."""
    complaints = [one for one in verdicts.findings if one.rule not in OWN]
    allowed = list(exempted)
    rules = _rules(verdicts, complaints, Counter(one.rule for one in allowed))
    return {
        "failed": verdicts.failed,
        "counts": {
            "rules": len(rules),
            "decided": sum(verdicts.decided.values()),
            "not_applicable": sum(verdicts.left_alone.values()),
            "undecided": len(verdicts.open),
            "complaints": len(complaints),
            "exemptions": len(allowed),
        },
        "severities": [_severity(severity, rules) for severity in GRAVEST_FIRST],
        "rules": rules,
        "complaints": [_complaint(one) for one in sorted(complaints, key=_gravest_first)],
        "notes": [{"rule": one.rule, "message": one.message} for one in verdicts.findings if one.rule in OWN],
        "undecided": [_open(one) for one in verdicts.open],
        "exemptions": [
            {
                "rule": one.rule,
                "resource": _name(one.urn),
                "reason": one.reason,
                "owner": one.owner,
                "expires": one.expires.isoformat(),
            }
            for one in allowed
        ],
    }


def _rules(verdicts: Verdicts, complaints: list[Finding], exempted: Counter[str]) -> list[Entry]:
    broken = Counter(one.rule for one in complaints)
    undecided = Counter(one.rule for one in verdicts.open)
    return [
        {
            "id": name,
            "why": info.description,
            "severity": SEVERITIES.get(info.severity, "medium"),
            "level": LEVELS[info.enforcementLevel],
            "decided": verdicts.decided[name],
            "not_applicable": verdicts.left_alone[name],
            "complaints": broken[name],
            "undecided": undecided[name],
            "exemptions": exempted[name],
        }
        for name, info in sorted(verdicts.rules.items())
        if name not in OWN
    ]


def _severity(severity: str, rules: list[Entry]) -> Entry:
    own = [rule for rule in rules if rule["severity"] == severity]
    counted = ("decided", "complaints", "undecided", "exemptions")
    broken = sum(rule["complaints"] > 0 for rule in own)
    return {
        "severity": severity,
        "rules": len(own),
        "broken": broken,
        **{key: sum(rule[key] for rule in own) for key in counted},
    }


def _gravest_first(one: Finding) -> tuple[int, str, str]:
    return (GRAVEST_FIRST.index(one.severity), one.rule, one.urn)


def _complaint(one: Finding) -> Entry:
    return {
        "rule": one.rule,
        "severity": one.severity,
        "level": one.level,
        "resource": _name(one.urn),
        "message": one.message,
        "source": one.source,
    }


def _open(one: Open) -> Entry:
    return {"rule": one.rule, "resource": _name(one.urn), "path": one.path, "allowed": one.allowed}


def _name(urn: str) -> str:
    return urn.rpartition("::")[2] or "the whole stack"
