"""`python -m tests.e2e.provider_check CHECKER STACK…`: the real AWS provider against an emulator, all stacks at once.

The checker validates, plans and applies the whole program on an emulator, plans again (nothing may change) and
destroys. It knows which types the emulator serves; `plan_only.txt` beside this file adds those that only this program
uses, which are then planned and not applied, `drift_ignored.txt` the attributes that do not read back as written, and
`not_destroyed.txt` the types that are created and cannot be deleted there.
"""

import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PLAN_ONLY = Path(__file__).with_name("plan_only.txt")
DRIFT_IGNORED = Path(__file__).with_name("drift_ignored.txt")
NOT_DESTROYED = Path(__file__).with_name("not_destroyed.txt")
SKIPPED = 3
PROTECTIONS = ("DeletionProtectionEnabled is set to True", "Cannot delete protected Cluster", "BucketNotEmpty")
"""What AWS says of a protected table, a protected cluster and a bucket that is not emptied for its deletion."""

NEWEST_KNOWN = {"TLSv1.3_2025": "TLSv1.2_2021"}
"""Values of AWS that only provider 6 knows, and what the checker's provider 5 is shown in their place."""

PARALLELISM = 32
"""Resources at a time: many wait a minute, as the provider prescribes; more of them starve the emulator."""


def check_one(checker: Path, stack: str, out: Path) -> int:
    """Run the checker over one stack in this process, with the longer lists; returns its exit status."""
    spec = importlib.util.spec_from_file_location("provider_checker", checker)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{checker} is not a Python file")
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    _show_known_values(module.Configuration)
    module.PLAN_ONLY_FILE = _merged(module.PLAN_ONLY_FILE, PLAN_ONLY, out)
    module.DRIFT_IGNORED_FILE = _merged(module.DRIFT_IGNORED_FILE, DRIFT_IGNORED, out)
    module.NOT_DESTROYED_FILE = _merged(module.NOT_DESTROYED_FILE, NOT_DESTROYED, out)
    return module.main([".", "--stack", stack, "--out", str(out), "--parallelism", str(PARALLELISM), "apply"])


def _show_known_values(configuration: Any) -> None:
    """Keep values from the checker's configuration that its provider is too old for."""
    complete = configuration.text
    configuration.text = lambda self: with_known_values(complete(self))  # pyright: ignore[reportUnknownLambdaType]


def with_known_values(text: str) -> str:
    """A Terraform configuration with the values of `NEWEST_KNOWN` replaced, and a note of each."""
    for value, known in NEWEST_KNOWN.items():
        if f'"{value}"' in text:
            print(f"note: the provider is shown {known} in place of {value}, which it does not know")
            text = text.replace(f'"{value}"', f'"{known}"')
    return text


def _merged(theirs: str, ours: Path, out: Path) -> str:
    merged = out / ours.name
    merged.write_text(Path(theirs).read_text(encoding="utf-8") + ours.read_text(encoding="utf-8"), encoding="utf-8")
    return str(merged)


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
    status, text = process.wait(), log.read_text(encoding="utf-8", errors="replace")
    print(f"--- {stack}\n{text}", flush=True)
    if status and (refusals := protected_refusals(text)):
        print(f"{stack}: {refusals} resources that hold state refused to be destroyed, as this stack protects them")
        return 0
    return status


def protected_refusals(output: str) -> int:
    """How many resources refused to be destroyed by their protection; 0 where anything else went wrong as well."""
    lines = output.splitlines()
    errors = [
        line for line in lines if re.match(r"(\w+ )*error:", line) or line.startswith(("drift:", "not destroyed: "))
    ]
    refused = [line for line in errors if line.startswith("destroy error:") and any(p in line for p in PROTECTIONS)]
    return len(refused) if "second plan" in lines[-1] and "no changes" in lines[-1] and refused == errors else 0


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        sys.exit(check_one(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])))
    sys.exit(main(sys.argv[1:]))
