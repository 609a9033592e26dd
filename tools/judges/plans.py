"""The Terraform plan of a stack, by `../shared/terraform-check`, and whose resource each of its addresses is."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from preview.graph import Graph
from tools.judges.environments import FOLDER

PROJECT_DIRECTORY = Path(__file__).resolve().parents[2]
CHECKER = PROJECT_DIRECTORY.parent / "shared" / "terraform-check" / "check.py"
MISSING = 3
"""The checker's exit status where Terraform or its provider is not on this machine."""


class Absent(Exception):  # noqa: N818 - says why a judge is not heard
    """The plan cannot be made on this machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    file: Path
    """What `terraform show -json` says of it."""

    urns: dict[str, str]
    """Terraform address → URN in the recorded graph."""


def plan_of(graph: Graph) -> Plan:
    """The plan of a graph, made anew when the graph has changed; Absent where it cannot be made."""
    if not CHECKER.is_file():
        raise Absent(f"{CHECKER} is not there")
    if not shutil.which("terraform"):
        raise Absent("terraform is not on PATH")
    folder = FOLDER / "plans" / graph.stack
    made, stamp = folder / "plan.json", folder / "graph.sha256"
    digest = hashlib.sha256(json.dumps(graph.described(), sort_keys=True).encode()).hexdigest()
    if not (made.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == digest):
        _make(graph.stack, folder, made)
        stamp.write_text(digest, encoding="utf-8")
    program = json.loads((folder / "program.json").read_text(encoding="utf-8"))
    return Plan(file=made, urns=urns(program["resources"], graph))


def _make(stack: str, folder: Path, into: Path) -> None:
    print(f"planning {stack} with Terraform; this takes minutes", file=sys.stderr)
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(CHECKER), str(PROJECT_DIRECTORY), "--stack", stack, "--out", str(folder), "plan"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode == MISSING:
        raise Absent(done.stdout.strip() + done.stderr.strip())
    if done.returncode:
        raise RuntimeError(f"the plan of {stack} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    terraform = shutil.which("terraform") or "terraform"
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(folder / "plan" / "cli.tfrc"), "CHECKPOINT_DISABLE": "1"}
    with into.open("wb") as sink:
        command = [terraform, "show", "-json", "plan.bin"]
        subprocess.run(command, cwd=folder / "plan", env=environment, stdout=sink, check=True)  # noqa: S603


def urns(resources: list[dict[str, Any]], graph: Graph) -> dict[str, str]:
    """Terraform address → URN; the checker's own URNs name only one type above, so type and name decide.

    What the checker spells out and the recorder does not keeps the checker's URN.
    """
    ours = {(node.type, node.name): node.urn for node in graph}
    addressed = [one for one in resources if "address" in one]
    return {one["address"]: ours.get((one["type"], one["name"])) or one["urn"] for one in addressed}
