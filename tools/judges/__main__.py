"""`python -m tools.judges [STACK…]`: hears the outside judges and compares them with the policy pack.

Status 0 when every finding is caught by the pack or explained in `policy/judged.csv`, and every row there is needed.
"""

import argparse
import csv
import gc
import json
import sys
import time
from collections import Counter

import pulumi

from policy import exemptions
from policy.pack import PACK_FOLDER, all_rules
from policy.rule import Rule
from preview import policies
from preview.__main__ import PROJECT_DIRECTORY
from preview.graph import Graph
from preview.recorder import record, stack_values
from tools.judges import hearing
from tools.judges.comparison import Comparison, compare, idle
from tools.judges.findings import Finding
from tools.judges.plans import Absent, plan_of
from tools.judges.questions import same_question
from tools.judges.table import Row, read

STACKS = ("staging", "prod")


def main(arguments: list[str] | None = None) -> int:
    """Judge the stacks one after the other; print what is left open."""
    parser = argparse.ArgumentParser(prog="judges", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("stacks", nargs="*", default=list(STACKS), metavar="STACK")
    chosen = parser.parse_args(arguments)
    gc.disable()  # everything that the run makes lives until its end
    rows, rules = read(), all_rules()
    compared: list[Comparison] = []
    heard: set[str] = set()
    for stack in chosen.stacks:
        try:
            graph = record(PROJECT_DIRECTORY, stack, stack_values(PROJECT_DIRECTORY, stack))
            findings, judges = _heard(graph)
            compared.append(_compared(graph, findings, rows, rules))
        except (pulumi.RunError, RuntimeError) as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        heard |= judges
        _show(compared[-1])
    every_stack = set(STACKS) <= set(chosen.stacks)
    needless = [row for row in idle(rows, compared, heard) if row.stack or every_stack]
    for row in needless:
        print(f"explains nothing any more: {row}")
    failed = needless or any(one.unexplained or one.hollow for one in compared)
    return 1 if failed else 0


def _heard(graph: Graph) -> tuple[list[Finding], set[str]]:
    """Findings of all judges that this machine can ask, and these judges."""
    account = json.loads(stack_values(PROJECT_DIRECTORY, graph.stack)["storefront:account"])["id"]
    started = time.monotonic()
    findings, documents = hearing.iam_judges(graph, account)
    print(f"{graph.stack}: {len(documents)} IAM documents, {time.monotonic() - started:.1f} s")
    judges = {*hearing.IAM_JUDGES}
    try:
        plan = plan_of(graph)
    except Absent as why:
        print(f"{graph.stack}: checkov is not heard: {why}")
        return findings, judges
    findings += hearing.checkov(plan)
    return findings, {*judges, hearing.CHECKOV}


def _compared(graph: Graph, findings: list[Finding], rows: list[Row], rules: list[Rule]) -> Comparison:
    said = policies.judge(graph, rules)
    complaints: dict[str, set[str]] = {}
    for one in said.findings:
        complaints.setdefault(one.urn, set()).add(one.rule)
    for entry in exemptions.valid_for(graph.stack, [rule.id for rule in rules]):
        complaints.setdefault(entry.urn, set()).add(entry.rule)
    with (PACK_FOLDER / "controls.csv").open(encoding="utf-8", newline="") as file:
        questions = same_question(csv.DictReader(file), {rule.id: rule.controls for rule in rules})
    return compare(graph.stack, findings, rows, complaints=complaints, same_question=questions, decided=said.decided)


def _show(made: Comparison) -> None:
    caught = Counter(one.judge for one in made.caught)
    explained = Counter(one.judge for one, _ in made.explained)
    unexplained = Counter(one.judge for one in made.unexplained)
    for judge in sorted({*caught, *explained, *unexplained}):
        print(
            f"{made.stack}: {judge}: {caught[judge] + explained[judge] + unexplained[judge]} findings, {caught[judge]}"
            f" caught by the pack too, {explained[judge]} explained, {unexplained[judge]} unexplained"
        )
    for finding in made.unexplained:
        print(f"unexplained: {finding}")
    for row in made.hollow:
        print(f"{made.stack}: {row} leans on {row.rule}, which decides nothing here")


if __name__ == "__main__":
    sys.exit(main())
