"""`python -m tests.e2e.provider_check CHECKER STACK…`: the real AWS provider against an emulator, all stacks at once.

The checker validates, plans and applies the whole program on an emulator, plans again (nothing may change) and
destroys. It knows which types the emulator serves; `plan_only.txt` beside this file adds those that only this program
uses, which are then planned and not applied.
"""

import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLAN_ONLY = Path(__file__).with_name("plan_only.txt")
SKIPPED = 3


def check_one(checker: Path, stack: str, out: Path) -> int:
    """Run the checker over one stack in this process, with the longer list; returns its exit status."""
    spec = importlib.util.spec_from_file_location("provider_checker", checker)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{checker} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    merged = out / "plan_only.txt"
    merged.write_text(Path(module.PLAN_ONLY_FILE).read_text(encoding="utf-8") + PLAN_ONLY.read_text(encoding="utf-8"))
    module.PLAN_ONLY_FILE = str(merged)
    return module.main([".", "--stack", stack, "--out", str(out), "apply"])


def main(arguments: list[str]) -> int:
    """Check every stack at once and print each one's output when it ends; status 0 when all are well."""
    checker, *stacks = arguments
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="provider-check-") as directory:
        running = {stack: _start(checker, stack, Path(directory) / stack) for stack in stacks}
        statuses = {stack: _finish(stack, *process) for stack, process in running.items()}
    print(f"provider check of {', '.join(stacks)}: {time.monotonic() - started:.0f} s")
    if SKIPPED in statuses.values():
        print("terraform or its AWS provider is not on this machine: nothing was validated by the real provider")
    return max((status for status in statuses.values() if status != SKIPPED), default=0)


def _start(checker: str, stack: str, out: Path) -> tuple[subprocess.Popen[bytes], Path]:
    out.mkdir()
    log = out / "log.txt"
    command = [sys.executable, "-m", "tests.e2e.provider_check", "--one", checker, stack, str(out)]
    with log.open("wb") as sink:
        return subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL), log  # noqa: S603


def _finish(stack: str, process: subprocess.Popen[bytes], log: Path) -> int:
    status = process.wait()
    print(f"--- {stack}\n{log.read_text(encoding='utf-8', errors='replace')}", flush=True)
    return status


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        sys.exit(check_one(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])))
    sys.exit(main(sys.argv[1:]))
