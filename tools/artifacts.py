"""Builds the artifacts of the services: a zip each, the same bytes from the same inputs.

    python -m tools.artifacts

An artifact holds the service's sources, the code it shares with the functions, and under `vendor/` the wheels of its
hash lock. It needs nothing installed on the instance but Python.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "dist"
SERVICES = ("storefront", "render")
LOCK = "requirements.lock"

# What pip leaves behind that tells who installed, when and where, or depends on it.
_TRACES = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEVEL = 9


@dataclass(frozen=True, slots=True)
class Artifact:
    service: str
    path: Path
    version: str
    sha256: str

    @property
    def size(self) -> int:
        return self.path.stat().st_size


def artifact_version(service: str) -> str:
    """Names the artifact by its inputs, without building it: the sources and the lock, which pins every wheel."""
    digest = hashlib.sha256()
    for name, path in sorted(_sources(service)):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def build(service: str, output: Path = OUTPUT) -> Artifact:
    """The artifact, built unless the one that lies there was built from the same inputs and is still whole."""
    version, path, note = artifact_version(service), output / f"{service}.zip", output / f"{service}.json"
    recorded = note.read_text() if note.is_file() else ""
    if not path.is_file() or recorded != _note(version, path):
        output.mkdir(parents=True, exist_ok=True)
        _write(service, path)
        note.write_text(_note(version, path))
    return Artifact(service, path, version, _sha256(path))


def built() -> list[Artifact]:
    """Every service's artifact, the missing ones built first."""
    return [build(service) for service in SERVICES]


def _note(version: str, path: Path) -> str:
    return json.dumps({"version": version, "sha256": _sha256(path)}) + "\n"


def _sources(service: str) -> Iterator[tuple[str, Path]]:
    """What goes in as it lies here, by its name in the artifact."""
    single = [ROOT / "handlers/__init__.py", ROOT / "services/__init__.py"]
    folders = [ROOT / "handlers/common", ROOT / "services" / service]
    for path in [*single, *(found for folder in folders for found in folder.rglob("*"))]:
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path


def _wheels(service: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The wheels of the lock, unpacked; a wheel that is not pure Python would tie the artifact to one processor."""
    lock = ROOT / "services" / service / LOCK
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile", "--quiet"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder), "--requirement", str(lock)]
    subprocess.run(command, check=True)  # noqa: S603 - every part of the command is this program's own
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_dir() or path.name in _TRACES or name.parts[0] == "bin" or "__pycache__" in name.parts:
            continue
        if path.suffix in {".so", ".pyd", ".dylib"}:
            raise SystemExit(f"{service}: {name} is compiled; {LOCK} may pin pure-Python wheels only")
        yield f"vendor/{name.as_posix()}", path


def _write(service: str, target: Path) -> None:
    """Writes beside the target and moves it there at the end: a build that breaks off leaves the former one."""
    with tempfile.TemporaryDirectory(prefix=f"{service}-", dir=target.parent) as scratch:
        wheels = Path(scratch) / "vendor"
        written = Path(scratch) / target.name
        entries = sorted([*_sources(service), *_wheels(service, wheels)])
        with zipfile.ZipFile(written, "w") as archive:
            for name, path in entries:
                archive.writestr(_entry(name), path.read_bytes(), zipfile.ZIP_DEFLATED, _LEVEL)
        shutil.move(written, target)


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry that says nothing of the machine it was made on."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    for artifact in built():
        print(f"{artifact.path.relative_to(ROOT)}  {artifact.size} bytes  sha256 {artifact.sha256}")


if __name__ == "__main__":
    main()
