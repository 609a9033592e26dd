"""Which rules of ours ask what a check of an outside judge asks."""

from collections.abc import Iterable, Mapping

ALSO_ASKED = {
    "CKV_AWS_290": ("iam-resource-named",),
    "CKV_AWS_355": ("iam-resource-named",),
    "CredentialsExposure": ("iam-resource-named",),
    "DataExfiltration": ("iam-resource-named",),
    "InfrastructureModification": ("iam-resource-named",),
    "PrivilegeEscalation": ("iam-escalation",),
    "ResourceExposure": ("iam-escalation", "iam-resource-named"),
    "RESOURCE_EFFECTIVELY_STAR": ("iam-resource-named",),
    "RESOURCE_POLICY_PRIVILEGE_ESCALATION": ("iam-escalation",),
    "ServiceWildcard": ("iam-action-named",),
    "UNKNOWN_ACTION": ("iam-action-exists",),
    "UNKNOWN_PREFIX": ("iam-action-exists",),
}
"""Check → rules where `controls.csv` does not connect them: judges of IAM documents, rules that serve no control."""


def same_question(
    controls: Iterable[Mapping[str, str]], served: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[str]]:
    """Check → rules that serve a control for which `controls.csv` names the check, and those listed above.

    `controls` are the lines of that file, `served` the controls of each rule.
    """
    made = {check: set(rules) for check, rules in ALSO_ASKED.items()}
    for line in controls:
        serving = {rule for rule, ids in served.items() if line["control_id"] in ids}
        for check in line["checkov_ids"].replace(",", ";").split(";"):
            if serving and check.strip():
                made.setdefault(check.strip(), set()).update(serving)
    return {check: frozenset(rules) for check, rules in made.items()}
