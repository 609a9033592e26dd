"""`python -m tools.local up|down`: the `local` stack on an AWS emulator that is started and stopped with it."""

import json
import shutil
import subprocess
import sys

from tools import artifacts, emulator
from tools.workspace import ROOT, workspace

STACK = "local"
FOLDER = ROOT / "out" / STACK
PROJECT = FOLDER / "project"
STATE = FOLDER / "state"
RECORD = FOLDER / "emulator.json"


def main(arguments: list[str]) -> int:
    """Bring the stack up or take it down; the exit status is the Pulumi CLI's."""
    if arguments not in (["up"], ["down"]):
        print("usage: python -m tools.local up|down", file=sys.stderr)
        return 2
    if shutil.which("pulumi") is None:
        print("the local stack needs the Pulumi CLI, which is not on PATH (make preview needs none)", file=sys.stderr)
        return 1
    return up() if arguments == ["up"] else down()


def up() -> int:
    """Start the emulator where none runs yet, and deploy the stack to it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not (RECORD.exists() and emulator.answers(_endpoint())):
        # A state without its emulator describes what is gone.
        shutil.rmtree(STATE, ignore_errors=True)
        endpoint, process_id = emulator.start(FOLDER / "emulator.log")
        RECORD.write_text(json.dumps({"endpoint": endpoint, "pid": process_id}))
    STATE.mkdir(exist_ok=True)
    # Packed here, because what the program starts takes the emulator for its proxy.
    artifacts.built()
    workspace(PROJECT, STACK)
    status = _pulumi("stack", "select", "--create", STACK) or _pulumi("up", "--yes", "--stack", STACK)
    print(f"emulator: {_endpoint()}; take it away with: make local-down")
    return status


def down() -> int:
    """Destroy the stack and stop the emulator."""
    if not RECORD.exists():
        print("no local stack is up")
        return 0
    status = _pulumi("destroy", "--yes", "--stack", STACK)
    emulator.stop(int(json.loads(RECORD.read_text())["pid"]))
    RECORD.unlink()
    return status


def _endpoint() -> str:
    return str(json.loads(RECORD.read_text())["endpoint"])


def _pulumi(*arguments: str) -> int:
    environment = {**emulator.environment(_endpoint()), "PULUMI_BACKEND_URL": STATE.as_uri()}
    return subprocess.run(["pulumi", *arguments], cwd=PROJECT, env=environment, check=False).returncode  # noqa: S603, S607


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
