"""Asks cloudsplaining and parliament; runs in their environment, not in the project's: documents in, findings out.

Standard input is a list of documents (`urn`, `kind`, `text`), standard output a list of findings (`judge`, `check`,
`urn`, `says`).
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

ANY_ROLE = "arn:aws:iam::*:role/any"
ROLE_FINDINGS = {
    "AssumableByComputeService": "role_assumable_by_compute_services",
    "AssumableByCrossAccountPrincipal": "role_assumable_by_cross_account_principals",
    "AssumableByAnyPrincipal": "role_assumable_by_any_principal",
    "AssumableByAnyPrincipalWithConditions": "role_assumable_by_any_principal_with_conditions",
}


def cloudsplaining(kind: str, text: str, account: str) -> Iterator[tuple[str, str]]:
    """(check, what it speaks of) of a document, by the class that is made for its kind."""
    content = json.loads(text)
    if kind == "identity":
        scanned = import_module("cloudsplaining.command.scan_policy_file").scan_policy(content)
        for check, result in scanned.items():
            for said in result["findings"] if isinstance(result, dict) else ():  # pyright: ignore
                yield check, said if isinstance(said, str) else said["type"]
        return
    resource_policy: Any = import_module("cloudsplaining.scan.resource_policy_document").ResourcePolicyDocument(content)
    yield from (("InternetAccessible", action) for action in resource_policy.internet_accessible_actions)
    if kind == "trust":
        module = import_module("cloudsplaining.scan.assume_role_policy_document")
        trust: Any = module.AssumeRolePolicyDocument(content, account)
        for check, attribute in ROLE_FINDINGS.items():
            yield from ((check, principal) for principal in getattr(trust, attribute))


def parliament(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """(check, detail) of a document."""
    judged: Any = import_module("parliament").analyze_policy_string(complete(kind, text), ignore_private_auditors=True)
    for finding in judged.findings:
        yield finding.issue, str(finding.detail or finding.location.get("string", ""))


def complete(kind: str, text: str) -> str:
    """A trust policy has no resource, since it stands on its role; parliament judges nothing that has none."""
    if kind != "trust":
        return text
    content = json.loads(text)
    statements = content["Statement"] if isinstance(content["Statement"], list) else [content["Statement"]]
    return json.dumps({**content, "Statement": [{**one, "Resource": ANY_ROLE} for one in statements]})


def main() -> None:
    """Judge what standard input holds."""
    account, documents = json.load(sys.stdin)
    findings: list[dict[str, str]] = []
    for one in documents:
        urn, kind, text = one["urn"], one["kind"], one["text"]
        for judge, said in (
            ("cloudsplaining", cloudsplaining(kind, text, account)),
            ("parliament", parliament(kind, text)),
        ):
            findings += [{"judge": judge, "check": check, "urn": urn, "says": says} for check, says in said]
    sys.stdout.write(json.dumps(findings))


if __name__ == "__main__":
    main()
