"""`python -m preview`: what a stack would create and what the policies say of it, offline, without an account."""

import argparse
import gc
import json
import resource
import sys
import time
from pathlib import Path

import pulumi

from policy import exemptions
from policy.pack import all_rules
from preview import junit, policies, sarif, verdicts
from preview.graph import Graph
from preview.recorder import Progress, record, stack_values
from preview.summary import console, show

PROJECT_DIRECTORY = Path(__file__).resolve().parent.parent
REPORTS = PROJECT_DIRECTORY / "out"


def main(arguments: list[str] | None = None) -> int:
    """Record a stack, print what it declares, and write the whole graph where asked."""
    chosen = _parsed(arguments)
    started = time.monotonic()
    gc.disable()  # everything that the run makes lives until its end
    try:
        graph = record(
            PROJECT_DIRECTORY, chosen.stack, stack_values(PROJECT_DIRECTORY, chosen.stack), progress=_progress()
        )
    except pulumi.RunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        _clear_progress()
    if chosen.json:
        chosen.json.write_text(json.dumps(graph.described(), indent=1) + "\n", encoding="utf-8")
    show(graph, seconds=time.monotonic() - started, peak_mib=_peak_mib())
    return _judged(graph) if chosen.policies else 0


def _judged(graph: Graph) -> int:
    """Have the pack judge the graph, print and write its verdicts; 1 if anything mandatory is broken or undecided."""
    started = time.monotonic()
    rules = all_rules()
    try:
        said = policies.judge(graph, rules)
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    folder = REPORTS / graph.stack
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policies.sarif").write_text(json.dumps(sarif.described(said), indent=1) + "\n", encoding="utf-8")
    (folder / "policies.junit.xml").write_text(junit.text(said, graph.stack), encoding="utf-8")
    verdicts.show(
        console(),
        said,
        exemptions.valid_for(graph.stack, [rule.id for rule in rules]),
        seconds=time.monotonic() - started,
    )
    return 1 if said.failed else 0


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="preview", description=__doc__)
    parser.add_argument("--stack", default="staging", help="stack whose Pulumi.<stack>.yaml is read (default: staging)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the whole graph to FILE")
    parser.add_argument("--no-policies", dest="policies", action="store_false", help="leave the policy pack out")
    return parser.parse_args(arguments)


def _progress() -> Progress | None:
    if not sys.stderr.isatty():
        return None

    def tell(count: int) -> None:
        if count % 25 == 0:
            sys.stderr.write(f"\r{count} resources …")
            sys.stderr.flush()

    return tell


def _clear_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def _peak_mib() -> float:
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 2**20


if __name__ == "__main__":
    sys.exit(main())
