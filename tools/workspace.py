"""A folder in which the Pulumi CLI runs the program: links to the project, and a copy of what the CLI writes to."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = {".git", "out"}
SALT = "encryptionsalt:"
"""What the CLI adds to the stack's file; a state is read with the salt that it was written with."""


def workspace(folder: Path, stack: str) -> Path:
    """The folder, made anew: the CLI writes to the stack's file, and the project's own must not change."""
    file = f"Pulumi.{stack}.yaml"
    salt = _salt(folder / file)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for entry in ROOT.iterdir():
        if entry.name not in {*LEFT_OUT, ".venv", file}:
            (folder / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    (folder / file).write_text((ROOT / file).read_text(encoding="utf-8") + salt, encoding="utf-8")
    return folder


def _salt(file: Path) -> str:
    if not file.is_file():
        return ""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith(SALT))
