"""`python -m preview`: what a stack would create, and whether that keeps the rules and the promises; offline."""

import argparse
import gc
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi

from policy import exemptions
from policy.exemptions import Exemption
from policy.pack import all_rules
from policy.rule import Rule
from preview import junit, policies, sarif, verdicts
from preview.graph import Graph
from preview.policies import Verdicts
from preview.promises.deployed import Deployed, UndeclaredError
from preview.promises.judging import MODELS, judge
from preview.promises.promise import Judgement, Model
from preview.promises.sensitivity import Effect, effects
from preview.recorder import Progress, record, stack_values
from preview.report import page, terminal
from preview.report.described import described
from preview.summary import console, show

PROJECT_DIRECTORY = Path(__file__).resolve().parent.parent
REPORTS = PROJECT_DIRECTORY / "out"
DRAWN_ELSEWHERE = ("resources", "architecture")
"""Parts of the report that only the page needs: the graph's own file holds them whole."""


def main(arguments: list[str] | None = None) -> int:
    """Record a stack, print what it declares and how it is judged, and write the reports and the graph where asked."""
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
    show(graph, seconds=time.monotonic() - started, peak_mib=_peak_mib())
    rules = all_rules() if chosen.policies else []
    exempted = exemptions.valid_for(graph.stack, [rule.id for rule in rules]) if chosen.policies else []
    try:
        said = _obeyed(graph, rules, exempted) if chosen.policies else None
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    kept, report = _kept(graph, said, exempted) if chosen.promises else (True, None)
    if chosen.json:
        content = graph.described() | ({"service_levels": report} if report else {})
        chosen.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0 if kept and not (said and said.failed) else 1


def _obeyed(graph: Graph, rules: list[Rule], exempted: list[Exemption]) -> Verdicts:
    """Have the pack judge the graph, print and write its verdicts; RuntimeError where the pack cannot run."""
    started = time.monotonic()
    said = policies.judge(graph, rules)
    folder = _folder(graph)
    (folder / "policies.sarif").write_text(json.dumps(sarif.described(said), indent=1) + "\n", encoding="utf-8")
    (folder / "policies.junit.xml").write_text(junit.text(said, graph.stack), encoding="utf-8")
    verdicts.show(console(), said, exempted, seconds=time.monotonic() - started)
    return said


def _kept(graph: Graph, said: Verdicts | None, exempted: list[Exemption]) -> tuple[bool, dict[str, Any]]:
    """Compute the promises, print them, and write the page; whether all are kept, and the report for machines."""
    started = time.monotonic()
    judgements, sensitivity, report, file = reported(graph, _folder(graph), said, exempted)
    terminal.show(console(), judgements, sensitivity, seconds=time.monotonic() - started)
    console().print(f"report: {file.relative_to(PROJECT_DIRECTORY)}")
    kept = not any(judgement.failed for judgement in judgements)
    return kept, {key: value for key, value in report.items() if key not in DRAWN_ELSEWHERE}


def reported(
    graph: Graph, folder: Path, said: Verdicts | None = None, exempted: Sequence[Exemption] = ()
) -> tuple[list[Judgement], dict[str, list[Effect]], dict[str, Any], Path]:
    """Judge every promise, find what moves it, and write the page into a folder."""
    deployed = Deployed(graph)
    judgements = judge(deployed)
    sensitivity = {promise: found for model in MODELS for promise, found in _effects(deployed, model).items()}
    report = described(graph, judgements, sensitivity, verdicts=said, exempted=exempted)
    return judgements, sensitivity, report, page.write(report, folder)


def _effects(deployed: Deployed, model: Model) -> dict[str, list[Effect]]:
    try:
        return effects(deployed, model)
    except UndeclaredError:
        return {}  # the judgement says what is missing


def _folder(graph: Graph) -> Path:
    folder = REPORTS / graph.stack
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="preview", description=__doc__)
    parser.add_argument("--stack", default="staging", help="stack whose Pulumi.<stack>.yaml is read (default: staging)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the graph and the promises to FILE")
    parser.add_argument("--no-policies", dest="policies", action="store_false", help="leave the policy pack out")
    parser.add_argument("--no-promises", dest="promises", action="store_false", help="leave the promises out")
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
