"""The policy pack and checkov side by side, over the same graph on the same machine."""

import statistics
import time
from dataclasses import dataclass

from policy.pack import all_rules
from preview import policies
from preview.__main__ import PROJECT_DIRECTORY
from preview.recorder import record, stack_values
from tools.judges.environments import ready
from tools.judges.hearing import CHECKOV, checkov_report
from tools.judges.plans import Absent, plan_of

RUNS = 3
LEAST_RATIO = 5.0
"""How many times as long as the pack checkov takes at least."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Race:
    """Seconds of both, each from the start of its process to its last verdict."""

    stack: str
    resources: int
    rules: int
    pack_seconds: tuple[float, ...]
    checkov_seconds: float
    checkov_resources: int

    @property
    def ratio(self) -> float:
        """How many times as long checkov took as the median run of the pack."""
        return self.checkov_seconds / statistics.median(self.pack_seconds)

    def lines(self) -> list[str]:
        """What the measurement says."""
        return [
            f"{self.stack}: policy pack, {self.rules} rules over {self.resources} resources and components:"
            f" {statistics.median(self.pack_seconds):.2f} s (median of {len(self.pack_seconds)}, least"
            f" {min(self.pack_seconds):.2f} s)",
            f"{self.stack}: checkov over {self.checkov_resources} resources of the Terraform plan of the same graph:"
            f" {self.checkov_seconds:.2f} s, {self.ratio:.1f} × the pack",
        ]


def race(stack: str) -> Race:
    """Measure a stack; Absent where checkov or a plan for it is not to be had. Recording and planning do not count."""
    if not ready(CHECKOV):
        raise Absent("its environment is not installed; `make judges` does that")
    graph = record(PROJECT_DIRECTORY, stack, stack_values(PROJECT_DIRECTORY, stack))
    plan = plan_of(graph)
    rules = all_rules()

    def pack() -> float:
        started = time.perf_counter()
        policies.judge(graph, rules)
        return time.perf_counter() - started

    before = pack()
    report, checkov_seconds = checkov_report(plan.file)
    return Race(
        stack=stack,
        resources=len(graph.nodes),
        rules=len(rules),
        pack_seconds=(before, *(pack() for _ in range(RUNS - 1))),
        checkov_seconds=checkov_seconds,
        checkov_resources=report["summary"]["resource_count"],
    )
