"""`python -m preview.change --base REVISION`: what the working tree would do to each stack, offline."""

import argparse
import sys
from pathlib import Path

import pulumi

from preview.change.allowed import read, refused
from preview.change.comparison import compared
from preview.change.moves import moved
from preview.change.revision import RevisionError, checked_out, comparable, empty, recorded
from preview.change.shown import markdown, show
from preview.recorder import record, stack_values
from preview.summary import console

PROJECT_DIRECTORY = Path(__file__).resolve().parents[2]
REPORTS = PROJECT_DIRECTORY / "out"


def main(arguments: list[str] | None = None) -> int:
    """Compare, print, and write `out/<stack>/change.md`; 1 where state is lost unallowed or a promise breaks."""
    chosen = _parsed(arguments)
    try:
        with checked_out(PROJECT_DIRECTORY, chosen.base) as base:
            return max(_compared(base, stack) for stack in chosen.stacks)
    except (RevisionError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _compared(base: Path, stack: str) -> int:
    recorded_now = record(PROJECT_DIRECTORY, stack, stack_values(PROJECT_DIRECTORY, stack))
    after = comparable(recorded_now, PROJECT_DIRECTORY)
    before = recorded(base, stack) or empty(after)
    allowances, faults = read()
    changes = compared(before, after)
    moves = moved(before, after)
    lost = refused(changes, allowances)
    show(console(), stack, changes, moves, lost)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    folder = REPORTS / stack
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "change.md").write_text(markdown(stack, changes, moves, lost), encoding="utf-8")
    return 1 if lost or faults or any(move.breaks for move in moves) else 0


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="preview.change", description=__doc__)
    parser.add_argument("--base", default="origin/main", help="Git revision to compare with (default: origin/main)")
    parser.add_argument("stacks", nargs="*", default=["staging", "prod"], help="stacks (default: staging prod)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
