"""Prints needs for people: one line for all regions that need the same."""

import math
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from preview.facts import UNDECIDING
from preview.quotas.need import Need, Standing

MARKS = {Standing.WITHIN: "ok", Standing.TIGHT: "! tight", Standing.SHORT: "✗ too small"}
STYLES = {Standing.WITHIN: "green", Standing.TIGHT: "yellow", Standing.SHORT: "bold red"}
WEAK = "*"
LEAST_SHOWN_PERCENT = 10


def show(
    screen: Console, needs: Sequence[Need], *, stack: str, account: str | None = None, everything: bool = False
) -> None:
    """A table of the needs, the fullest quota first; what to ask for; and a line that sums up."""
    lines = _alike(needs)
    shown = [alike for alike in lines if everything or alike[0].used_percent >= LEAST_SHOWN_PERCENT]
    screen.print(_table(shown, stack, account))
    if any(need.quota.default.quality in UNDECIDING for alike in shown for need in alike):
        screen.print(f"{WEAK} from memory or at second hand, not checked")
    if left := sum(len(alike) for alike in lines) - sum(len(alike) for alike in shown):
        screen.print(f"{left} more use less than {LEAST_SHOWN_PERCENT} % (--all shows them)")
    _show_requests(screen, needs)
    counts = {standing: sum(need.standing is standing for need in needs) for standing in Standing}
    screen.print(
        f"{stack}: {len(needs)} quotas, {counts[Standing.SHORT]} too small, {counts[Standing.TIGHT]} tight, "
        f"{counts[Standing.WITHIN]} within"
    )


def _table(lines: Sequence[Sequence[Need]], stack: str, account: str | None) -> Table:
    against = f"of account {account}" if account else "against AWS's defaults"
    table = Table(title=f"What {stack} needs of the quotas, {against}")
    for title in ("region", "quota", "code"):
        table.add_column(title)
    for title in ("default", *(("applied",) if account else ()), "needed", "used"):
        table.add_column(title, justify="right")
    table.add_column("verdict")
    table.add_column("ask for", justify="right")
    for alike in lines:
        table.add_row(*_cells(alike, asked=account is not None))
    return table


def _cells(alike: Sequence[Need], *, asked: bool) -> list[str]:
    first = alike[0]
    default = first.quota.default
    name = first.quota.name + (f" [dim]({first.of})[/dim]" if first.of and len(alike) == 1 else "")
    applied = "not listed" if first.applied is None else _number(first.applied)
    return [
        ", ".join(need.region or "account" for need in alike) if len(alike) <= 2 else f"{len(alike)} regions",
        name,
        first.quota.code or "–",
        _number(default.value) + ("" if default.decides else WEAK),
        *((applied,) if asked else ()),
        f"{_number(first.needed.value)} {default.unit}",
        f"{first.used_percent:,.0f} %" if math.isfinite(first.used_percent) else "all",
        f"[{STYLES[first.standing]}]{MARKS[first.standing]}[/]",
        _asked(first),
    ]


def _asked(need: Need) -> str:
    if need.increase is not None:
        return _number(need.increase)
    return "AWS raises none" if need.standing is Standing.SHORT else "–"


def _number(value: float) -> str:
    return f"{value:,.3g}" if value < 10 else f"{math.ceil(value - 1e-9):,}"


def _alike(needs: Iterable[Need]) -> list[list[Need]]:
    """Needs by quota, put together where regions need and have the same; the fullest first."""
    groups: dict[tuple[str, float, float, float | None], list[Need]] = {}
    for need in needs:
        key = need.quota.id, need.quota.default.value, round(need.needed.value, 6), need.applied
        groups.setdefault(key, []).append(need)
    return sorted(groups.values(), key=lambda alike: (-alike[0].used_percent, alike[0].quota.id, alike[0].region or ""))


def _show_requests(screen: Console, needs: Sequence[Need]) -> None:
    """The commands to run, and what AWS Support must be asked for."""
    due = [need for need in needs if need.increase is not None]
    if due:
        screen.print("\nTo ask for:")
    for need in due:
        what = f"{need.quota.name}, {_asked(need)} {need.quota.default.unit}"
        by_support = f"AWS Support ({need.region or 'account'}): {what}"
        screen.print("  " + (need.request or by_support), soft_wrap=True)
    screen.print()
