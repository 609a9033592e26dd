"""Hears the judges of one stack."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from preview.graph import Graph
from tools.judges.documents import Document, documents
from tools.judges.environments import python_of
from tools.judges.findings import Finding
from tools.judges.plans import Plan

CHECKOV = "checkov"
IAM_JUDGES = ("cloudsplaining", "parliament")
UNKNOWN_DOCUMENT = "UNKNOWN_DOCUMENT"
"""A check of this tool's own: a document that no judge can read at preview."""

FAILED_CHECKS = 1
"""checkov's exit status when it has findings."""


def checkov(plan: Plan) -> list[Finding]:
    """What checkov says of a plan; RuntimeError when it judges nothing."""
    report, _ = checkov_report(plan.file)
    return findings_of_checkov(report, plan.urns)


def checkov_report(plan: Path) -> tuple[dict[str, Any], float]:
    """checkov's report of a plan, and its seconds."""
    executable = python_of(CHECKOV).with_name("checkov")
    command = [
        str(executable), "--file", str(plan), "--framework", "terraform_plan", "--output", "json", "--quiet",
        "--compact", "--skip-download",
    ]  # fmt: skip
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    seconds = time.perf_counter() - started
    if done.returncode not in {0, FAILED_CHECKS}:
        raise RuntimeError(f"checkov broke:\n{done.stderr[-2000:]}")
    report = json.loads(done.stdout)
    if not report.get("summary", {}).get("resource_count") or report["summary"]["parsing_errors"]:
        raise RuntimeError(f"checkov read no resource of {plan}")
    return report, seconds


def findings_of_checkov(report: dict[str, Any], urns: dict[str, str]) -> list[Finding]:
    """The failed checks of a report, by URN."""
    return [
        Finding(CHECKOV, one["check_id"], urns[one["resource_address"]], one["check_name"])
        for one in report["results"]["failed_checks"]
    ]


def iam_judges(graph: Graph, account: str) -> tuple[list[Finding], list[Document]]:
    """What cloudsplaining and parliament say of a graph's documents, and these."""
    every = documents(graph)
    known = [one.described() for one in every if one.text is not None]
    script = Path(__file__).with_name("iam.py")
    done = subprocess.run(  # noqa: S603
        [str(python_of("iam")), "-W", "ignore", str(script)],
        input=json.dumps([account, known]),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the judges of IAM documents broke:\n{done.stderr[-2000:]}")
    unknown = [
        Finding(judge, UNKNOWN_DOCUMENT, one.urn, f"the {one.kind} document is not known at preview")
        for one in every
        if one.text is None
        for judge in IAM_JUDGES
    ]
    return [Finding(**one) for one in json.loads(done.stdout)] + unknown, every
