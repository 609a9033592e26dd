"""The program of another revision, run offline as this one is.

It runs in a process of its own, with its own components, settings and stack file, under this revision's recorder and
this revision's packages: what is compared is what the two programs declare, not what two sets of packages make of it.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from google.protobuf.struct_pb2 import Struct

from preview.graph import Graph
from preview.recorder import project_name, record, stack_values


class RevisionError(RuntimeError):
    """A revision that cannot be compared; the text is for people."""


@contextmanager
def checked_out(repository: Path, revision: str) -> Generator[Path]:
    """The files of a revision, in a directory that is gone afterwards; RevisionError where Git knows no such one."""
    with tempfile.TemporaryDirectory(prefix="storefront-base-") as directory:
        archive = subprocess.run(  # noqa: S603 - the revision is an argument of its own and follows --
            ["git", "archive", "--format=tar", _commit(repository, revision)],  # noqa: S607
            cwd=repository,
            capture_output=True,
            check=True,
        )
        subprocess.run(["tar", "-x", "-C", directory], input=archive.stdout, check=True)  # noqa: S603, S607
        yield Path(directory)


def recorded(directory: Path, stack: str) -> Graph | None:
    """What another checkout of the program declares; None where it has no such stack, RevisionError where it fails."""
    if not (directory / f"Pulumi.{stack}.yaml").is_file():
        return None
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "preview.change.revision", str(directory), stack],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RevisionError(done.stderr.decode().strip() or f"the program ended with status {done.returncode}")
    return pickle.loads(done.stdout)  # noqa: S301 - written by the process that was just started


def empty(graph: Graph) -> Graph:
    """The same stack before anything was in it."""
    return replace(graph, nodes=(), outputs={}, raw_outputs=Struct())


def _commit(repository: Path, revision: str) -> str:
    found = subprocess.run(  # noqa: S603
        ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"],  # noqa: S607
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode:
        raise RevisionError(f"Git knows no revision {revision!r}; name a branch, a tag or a commit")
    return found.stdout.strip()


def comparable(graph: Graph, directory: Path) -> Graph:
    """A graph whose files stand by their content, as the engine compares them, and without what only policies read."""
    return replace(
        graph,
        nodes=tuple(
            replace(node, inputs=_with_digests(node.inputs, directory), raw=Struct(), raw_outputs=None)
            for node in graph
        ),
        raw_outputs=Struct(),
    )


def _with_digests(value: Any, directory: Path) -> Any:
    if isinstance(value, list):
        return [_with_digests(item, directory) for item in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    entries = cast(dict[str, Any], value)
    if entries.keys() == {"path"} and (file := directory / str(entries["path"])).is_file():
        return {"sha256": sha256(file.read_bytes()).hexdigest()}
    return {key: _with_digests(item, directory) for key, item in entries.items()}


def _main(directory: Path, stack: str) -> None:
    os.chdir(directory)  # as the engine does: the program's paths are relative to its project
    graph = record(directory, stack, stack_values(directory, stack))
    sys.stdout.buffer.write(pickle.dumps(comparable(graph, directory)))


if __name__ == "__main__":
    import pulumi

    try:
        _main(Path(sys.argv[1]), sys.argv[2])
    except pulumi.RunError as error:
        sys.exit(f"{project_name(Path(sys.argv[1]))}: {error}")
