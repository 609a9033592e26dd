"""Prints the promises: one line each with its verdict, then why one is not kept and what would move it."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from preview.promises.promise import Better, Judgement, Verdict
from preview.promises.sensitivity import Effect
from preview.report import numbers, words

SIGNS = {
    Verdict.KEPT: ("✓", "green"),
    Verdict.BROKEN: ("✗", "bold red"),
    Verdict.NOT_ACHIEVABLE: ("△", "yellow"),
    Verdict.NOT_PROMISED: ("–", "dim"),
}
MOST = 3


def figures(judgements: Sequence[Judgement]) -> str:
    """How many promises stand how: `promises: 16, 14 kept, 2 not achievable as stated`."""
    counts = {verdict: sum(one.verdict is verdict for one in judgements) for verdict in SIGNS}
    return ", ".join([f"promises: {len(judgements)}", *(f"{n} {verdict}" for verdict, n in counts.items() if n)])


def show(
    console: Console,
    judgements: Sequence[Judgement],
    sensitivity: Mapping[str, Sequence[Effect]],
    *,
    seconds: float,
) -> None:
    """Print the counts, the table, and below it what a verdict counts on and each promise that is not kept as stated.

    `sensitivity` holds the effects of each promise, the greatest first; a promise may be missing there.
    """
    console.print(f"{figures(judgements)}, {seconds:.1f} s")
    console.print(_table(judgements))
    for one in judgements:
        if one.finding.condition and one.promised:
            console.print(f"  [yellow]![/yellow] {escape(one.finding.promise.title)}, on a condition")
            console.print(Padding(escape(one.finding.condition), (0, 0, 0, 4), expand=False))
    for one in judgements:
        if one.verdict in {Verdict.BROKEN, Verdict.NOT_ACHIEVABLE}:
            _explain(console, one, sensitivity.get(one.finding.promise.id, ()))


def _table(judgements: Sequence[Judgement]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("verdict", "promise", "promised", "reached", "kind", "margin"):
        table.add_column(heading, overflow="fold")
    for one in judgements:
        table.add_row(*_row(one))
    return table


def _row(one: Judgement) -> tuple[str, ...]:
    promise, reached = one.finding.promise, one.finding.reached
    promised = numbers.pledge(promise, one.promised.value) if one.promised else "–"
    if one.accepted:
        promised = f"{promised} [dim](accepted {numbers.pledge(promise, one.accepted.value)})[/dim]"
    return (
        _verdict(one.verdict),
        escape(promise.title),
        promised,
        f"[bold]{numbers.text(reached.value, promise.unit)}[/bold]" if reached else "not computable",
        reached.kind.value if reached else "–",
        numbers.margin(promise, one.promised.value, reached.value) if reached and one.promised else "–",
    )


def _verdict(verdict: Verdict) -> str:
    sign, style = SIGNS[verdict]
    return f"[{style}]{sign} {verdict}[/{style}]"


def _explain(console: Console, one: Judgement, effects: Sequence[Effect]) -> None:
    """Why it is not kept, and for a broken one the settings that move it most."""
    promise = one.finding.promise
    sign, style = SIGNS[one.verdict]
    console.print(f"  [{style}]{sign}[/{style}] {escape(promise.title)}  [dim]{promise.id}[/dim]")
    if one.finding.why:
        console.print(Padding(escape(one.finding.why), (0, 0, 0, 4), expand=False))
    if one.failed:
        for effect in [each for each in effects if each.size > 0][:MOST]:
            console.print(f"    {_moved(effect, one)}")


def _moved(effect: Effect, one: Judgement) -> str:
    promise = one.finding.promise
    setting = words.setting(effect.path)
    where = f" of all {words.kinds(effect.type)}" if effect.type else ""
    better = (effect.after < effect.before) is (promise.better is Better.LOWER)
    unit = effect.unit if effect.type else ""
    was, becomes = numbers.text(effect.was, unit), numbers.text(effect.becomes, unit)
    after = numbers.text(effect.after, promise.unit)
    sign, style = ("▲", "green") if better else ("▼", "red")
    return f"{escape(setting)}{where} {was} → {becomes}: [{style}]{sign} {after}[/{style}]"
