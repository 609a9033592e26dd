"""Prints a graph for people: the tree of components, counts by region and type, outputs, the time it took."""

import json
import os
import sys
from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from preview.graph import UNKNOWN, Graph, Node

GLOBAL = "–"
PIPE_WIDTH = 160


def show(graph: Graph, *, seconds: float, peak_mib: float) -> None:
    """Print the summary of a graph to standard output."""
    screen = console()
    resources = [node for node in graph if node.custom]
    screen.print(_tree(graph))
    screen.print(_counts(resources))
    if graph.outputs:
        screen.print(_outputs(graph.outputs))
    components = len(graph.nodes) - len(resources)
    regions = len({node.region for node in resources if node.region})
    screen.print(
        f"{graph.project}/{graph.stack}: {len(resources)} resources and {components} components in {regions} regions, "
        f"{seconds:.1f} s, {peak_mib:.0f} MiB"
    )


def console() -> Console:
    """Standard output, wide enough for tables where it is no terminal."""
    return Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH, highlight=False)


def _tree(graph: Graph) -> Tree:
    """The components, each with the number of resources anywhere under it."""
    children: dict[str | None, list[Node]] = {}
    for node in graph:
        children.setdefault(node.parent, []).append(node)

    def below(node: Node) -> int:
        return sum(int(child.custom) + below(child) for child in children.get(node.urn, ()))

    def grow(branch: Tree, parent: str | None) -> None:
        for node in sorted(children.get(parent, ()), key=lambda child: child.name):
            if not node.custom:
                grow(branch.add(f"{node.name} [dim]{node.type.rpartition(':')[2]} · {below(node)}[/dim]"), node.urn)

    root = Tree(f"[bold]{graph.project}/{graph.stack}[/bold]")
    grow(root, None)
    return root


def _counts(resources: list[Node]) -> Table:
    """How many resources of each type every region has."""
    regions = sorted({node.region for node in resources if node.region})
    counted = Counter((node.type, node.region or GLOBAL) for node in resources)
    columns = [*regions, GLOBAL] if any(region == GLOBAL for _, region in counted) else regions
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("type")
    for column in [*columns, "all"]:
        table.add_column(column, justify="right")
    for token in sorted({node.type for node in resources}):
        numbers = [counted[token, column] for column in columns]
        table.add_row(_short(token), *(str(number or "") for number in numbers), str(sum(numbers)))
    totals = [sum(counted[token, column] for token in {t for t, _ in counted}) for column in columns]
    table.add_row("all", *map(str, totals), str(sum(totals)), style="bold")
    return table


def _short(token: str) -> str:
    """`aws:ec2/vpc:Vpc` as `ec2.Vpc`."""
    package, module, name = token.split(":")
    return f"{module.partition('/')[0]}.{name}" if package == "aws" else token


def _outputs(outputs: dict[str, Any]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("output")
    table.add_column("value", overflow="fold")
    for name, value in sorted(outputs.items()):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        table.add_row(name, text.replace(UNKNOWN, "(known after up)"))
    return table
