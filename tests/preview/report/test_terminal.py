"""The promises in the terminal."""

import io
from typing import Any

import pytest
from rich.console import Console

from preview.graph import Graph
from preview.report import terminal
from tests.preview.report import sample


@pytest.fixture(scope="module")
def lines(prod: Graph) -> list[str]:
    """What is printed, on a wide screen."""
    _, judgements, effects = sample.judgements(prod)
    console = Console(file=io.StringIO(), width=200, highlight=False)
    terminal.show(console, judgements, effects, seconds=1.5)
    file: Any = console.file
    return [line.replace("\u00a0", " ") for line in file.getvalue().splitlines()]


def test_one_line_says_how_it_stands(lines: list[str]) -> None:
    assert lines[0] == "promises: 11, 3 kept, 5 broken, 2 not achievable as stated, 1 not promised, 1.5 s"


def test_each_promise_has_a_line_with_a_sign(lines: list[str]) -> None:
    (failover,) = [line for line in lines if "A failed region is out of DNS" in line and "≤" in line]
    assert failover.split()[:2] == ["✗", "broken"]
    assert "≤ 30 s" in failover
    assert failover.rstrip().endswith("57.2 s over")
    assert [line[0] for line in lines[2:13]] == list("✗△–✓✗✗△✓✓✗✗")


def test_a_broken_promise_names_what_moves_it_most(lines: list[str]) -> None:
    at = lines.index("  ✗ A failed region is out of DNS  region_failover_seconds")
    assert [line.strip() for line in lines[at + 1 : at + 5]] == [
        "ttl of all DNS records 60 s → 10 s: ▲ 45.2 s",
        "requestInterval of all health checks 10 s → 30 s: ▼ 132 s",
        "number of health checks 35 → 34: ▼ 95.5 s",
        "△ The database accepts writes again  database_failover_seconds",
    ]


def test_the_reason_is_printed_as_it_is(lines: list[str]) -> None:
    assert any(sample.MARKUP in line for line in lines)
    assert any("[bold]" not in line for line in lines)


def test_a_condition_is_said_beside_the_verdict(lines: list[str]) -> None:
    (at,) = [number for number, line in enumerate(lines) if line.endswith(", on a condition")]
    assert lines[at].startswith("  ! Users at once")
    assert lines[at + 1].strip() == "The quota is raised before the first deployment; until then a tenth of them fit."
