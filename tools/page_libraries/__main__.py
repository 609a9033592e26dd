"""`python -m tools.page_libraries`: builds the page's libraries anew with npm and writes them with their manifest.

Needs node, npm and a package index; the report itself needs none of them, for what this builds is committed.
Versions stand in package.json; after changing one there, `npm install --omit-lockfile-registry-resolved
--package-lock-only` in this folder renews the lock.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FOLDER = Path(__file__).resolve().parent
TARGET = FOLDER.parent.parent / "preview" / "report" / "page" / "libraries"
SOURCES = ("package.json", "package-lock.json", "charts.js", "layout.js", "world.js")
ESBUILD = ("node_modules/.bin/esbuild", "--bundle", "--minify", "--format=iife", "--target=es2022")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A package that ends up in a library."""

    name: str
    licence: str
    texts: tuple[str, ...]
    """Files of the package that hold its licence and notices."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """One file of the page."""

    name: str
    command: tuple[str, ...]
    parts: tuple[Part, ...]


LIBRARIES = (
    Library(
        name="charts",
        command=(*ESBUILD, "--global-name=charts", "--legal-comments=none", "charts.js"),
        parts=(
            Part(name="echarts", licence="Apache-2.0", texts=("NOTICE", "LICENSE", "licenses/LICENSE-d3")),
            Part(name="zrender", licence="BSD-3-Clause", texts=("LICENSE",)),
            Part(name="tslib", licence="0BSD", texts=("LICENSE.txt",)),
        ),
    ),
    Library(
        name="layout",
        command=(*ESBUILD, "--global-name=layout", "--legal-comments=none", "layout.js"),
        parts=(
            Part(name="@dagrejs/dagre", licence="MIT", texts=("LICENSE",)),
            Part(name="@dagrejs/graphlib", licence="MIT", texts=("LICENSE",)),
        ),
    ),
    Library(
        name="world",
        command=("node", "world.js"),
        parts=(Part(name="world-atlas", licence="ISC", texts=("LICENSE",)),),
    ),
)


def main() -> int:
    """Build every library and the manifest of their versions, licences and digests."""
    with TemporaryDirectory() as made:
        workshop = Path(made)
        for source in SOURCES:
            shutil.copy(FOLDER / source, workshop)
        _run(["npm", "ci", "--no-audit", "--no-fund"], workshop)
        manifest = [_built(library, workshop) for library in LIBRARIES]
    (TARGET / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return 0


def _built(library: Library, workshop: Path) -> dict[str, Any]:
    packages = workshop / "node_modules"
    text = _licences(library, packages) + _run(library.command, workshop).lstrip()
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / f"{library.name}.js").write_text(text, encoding="utf-8")
    return {
        "file": f"{library.name}.js",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "packages": [
            {"name": part.name, "version": _version(packages / part.name), "licence": part.licence}
            for part in library.parts
        ],
    }


def _licences(library: Library, packages: Path) -> str:
    """A comment with what each licence asks to be passed on."""
    texts = [
        f"{part.name} {_version(packages / part.name)} ({part.licence})\n\n"
        + "\n\n".join((packages / part.name / file).read_text("utf-8").strip() for file in part.texts)
        for part in library.parts
    ]
    return "/*!\n" + "\n\n\n".join(texts).replace("*/", "* /") + "\n*/\n"


def _version(package: Path) -> str:
    return json.loads((package / "package.json").read_text("utf-8"))["version"]


def _run(command: list[str] | tuple[str, ...], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, encoding="utf-8")  # noqa: S603 - one of those above
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
