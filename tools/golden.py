"""`python -m tools.golden`: writes the logical names of the committed stacks, so that review sees every rename."""

from pathlib import Path

from preview.__main__ import PROJECT_DIRECTORY
from preview.graph import Graph
from preview.recorder import record, stack_values

STACKS = ("staging", "prod")


def golden_file(stack: str) -> Path:
    """Where a stack's names are kept."""
    return PROJECT_DIRECTORY / "tests" / "golden" / f"{stack}.txt"


def logical_names(graph: Graph) -> str:
    """One line a resource: its URN without the stack and the project."""
    return "".join(f"{node.urn.split('::', 2)[2]}\n" for node in graph)


def main() -> None:
    """Write the file of each stack."""
    for stack in STACKS:
        graph = record(PROJECT_DIRECTORY, stack, stack_values(PROJECT_DIRECTORY, stack))
        golden_file(stack).parent.mkdir(exist_ok=True)
        golden_file(stack).write_text(logical_names(graph), encoding="utf-8")
        print(f"{golden_file(stack).relative_to(PROJECT_DIRECTORY)}: {len(graph.nodes)} names")


if __name__ == "__main__":
    main()
