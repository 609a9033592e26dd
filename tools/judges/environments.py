"""Virtual environments of the judges: made on demand from a lock file, apart from the project's own."""

import hashlib
import subprocess
import sys
from pathlib import Path

LOCKS = Path(__file__).parent
FOLDER = LOCKS.parents[1] / ".judges"
STAMP = "lock.sha256"
"""Written last: what it says of an environment is whole."""


def python_of(name: str) -> Path:
    """The interpreter of an environment, which is made anew when its lock file has changed; RuntimeError if that fails.

    Only the project's Python and a package index are needed.
    """
    lock, home = LOCKS / f"{name}.lock", FOLDER / name
    interpreter = home / "bin" / "python"
    if not ready(name):
        print(f"installing the environment of {name} in {home}", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(home))
        _run(
            str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
            "--requirement", str(lock),
        )  # fmt: skip
        (home / STAMP).write_text(_digest(name), encoding="utf-8")
    return interpreter


def ready(name: str) -> bool:
    """Whether an environment stands as its lock file says."""
    stamp = FOLDER / name / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _digest(name)


def _digest(name: str) -> str:
    return hashlib.sha256((LOCKS / f"{name}.lock").read_bytes()).hexdigest()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} …: {done.stderr.strip()[-2000:]}")
