"""Shows what a change does: in the terminal, and as Markdown for a pull request, with a drawing by region."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from preview.change.comparison import Change, Kind
from preview.change.moves import MONEY, Amount, Move, bill

SIGNS = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.REPLACED: "±", Kind.DELETED: "-"}
STYLES = {Kind.ADDED: "green", Kind.CHANGED: "yellow", Kind.REPLACED: "magenta", Kind.DELETED: "red"}
MOST_LISTED = 40
"""Resources that Markdown lists by name; the rest is counted."""


def show(
    console: Console, stack: str, changes: Sequence[Change], moves: Sequence[Move], refused: Sequence[Change]
) -> None:
    """Print the counts by region, each resource with what differs, and how the promises move."""
    console.print(_counts(stack, changes) if changes else f"{stack}: nothing is added, changed, replaced or deleted")
    for change in changes:
        style, what = STYLES[change.kind], f" ({', '.join(change.properties)})" if change.properties else ""
        line = f"{SIGNS[change.kind]} {change.region}  {change.node.type}  {change.node.name}{what}"
        console.print(
            f"  [{style}]{escape(line)}[/{style}]" + (f"  holds {change.holds}" if change.loses_state else "")
        )
    if moves:
        console.print(_moves(moves))
        for amount in bill(moves):
            console.print(f"  {escape(_amount(amount))}")
    for change in refused:
        console.print(f"  [bold red]error[/bold red]  {escape(complaint(change))}")
    for move in moves:
        if move.breaks:
            console.print(f"  [bold red]error[/bold red]  the change breaks a promise: {escape(_sentence(move))}")


def complaint(change: Change) -> str:
    """Why a change that loses state is refused, and what to do."""
    return (
        f"{change.node.urn} would be {change.kind.value}"
        + (f" because of {', '.join(change.properties)}" if change.properties else "")
        + f" and holds {change.holds}; keep it, or allow it in preview/change/allowed.yaml with a reason and a last day"
    )


def markdown(stack: str, changes: Sequence[Change], moves: Sequence[Move], refused: Sequence[Change]) -> str:
    """The same for a pull request."""
    parts = [f"### {stack}: what this change does", ""]
    if changes:
        parts += [*_markdown_counts(changes), "", *_drawing(changes), "", *_listing(changes)]
    else:
        parts += ["Nothing is added, changed, replaced or deleted.", ""]
    if moves:
        parts += ["| promise | promised | before | after | verdict |", "|---|--:|--:|--:|---|"]
        parts += [f"| {' | '.join(_row(move))} |" for move in moves]
        parts += ["", *(f"- {_amount(amount)}" for amount in bill(moves)), ""]
    parts += [f"> **Refused.** {complaint(change)}" for change in refused]
    return "\n".join(parts) + "\n"


def _counts(stack: str, changes: Sequence[Change]) -> Table:
    table = Table(
        "region", *(kind.value for kind in Kind), title=f"{stack}: what the change does", title_justify="left"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for region, counted in _by_region(changes).items():
        table.add_row(region, *(str(counted[kind] or "") for kind in Kind))
    return table


def _moves(moves: Iterable[Move]) -> Table:
    table = Table("promise", "promised", "before", "after", "verdict", title="promises", title_justify="left")
    for column in table.columns[1:4]:
        column.justify = "right"
    for move in moves:
        table.add_row(*map(escape, _row(move)), style="red" if move.breaks else "yellow" if move.worse else "")
    return table


def _row(move: Move) -> tuple[str, ...]:
    promise, promised = move.after.finding.promise, move.after.promised
    sign = {None: "", True: " ▼ worse", False: " ▲ better"}[move.worse]
    return (
        promise.title,
        f"{promised.value:,.6g} {promise.unit}" if promised else "–",
        _value(move.before.finding.reached.value if move.before and move.before.finding.reached else None),
        _value(move.after.finding.reached.value if move.after.finding.reached else None) + sign,
        move.after.verdict.value,
    )


def _value(value: float | None) -> str:
    return "–" if value is None else f"{value:,.6g}"


def _amount(amount: Amount) -> str:
    before = "–" if amount.before is None else f"{amount.before:,.0f}"
    grown = "" if amount.before is None else f" ({amount.after - amount.before:+,.0f})"
    return f"{amount.name}: {before} → {amount.after:,.0f} {MONEY}{grown}"


def _sentence(move: Move) -> str:
    row = _row(move)
    return f"{row[0]}: {row[2]} → {row[3]} {move.after.finding.promise.unit}, promised {row[1]}"


def _by_region(changes: Iterable[Change]) -> dict[str, Counter[Kind]]:
    counted: dict[str, Counter[Kind]] = {}
    for change in changes:
        counted.setdefault(change.region, Counter())[change.kind] += 1
    return dict(sorted(counted.items()))


def _markdown_counts(changes: Sequence[Change]) -> list[str]:
    head = ["| region | added | changed | replaced | deleted |", "|---|--:|--:|--:|--:|"]
    return head + [
        f"| {region} | {' | '.join(str(counted[kind] or '') for kind in Kind)} |"
        for region, counted in _by_region(changes).items()
    ]


def _drawing(changes: Sequence[Change]) -> list[str]:
    """A Mermaid diagram: the stack, its regions, and in each how many resources of a service come and go."""
    lines = ["```mermaid", "flowchart LR", "  stack((stack))"]
    for number, (region, _) in enumerate(_by_region(changes).items()):
        lines.append(f'  stack --- r{number}["{region}"]')
        services: dict[str, Counter[Kind]] = {}
        for change in changes:
            if change.region == region:
                services.setdefault(change.node.type.split(":")[1].partition("/")[0], Counter())[change.kind] += 1
        for place, (service, counted) in enumerate(sorted(services.items())):
            text = " ".join(f"{SIGNS[kind]}{counted[kind]}" for kind in Kind if counted[kind])
            lines.append(f'  r{number} --- r{number}s{place}["{service}<br/>{text}"]')
    return [*lines, "```"]


def _listing(changes: Sequence[Change]) -> list[str]:
    gravest_first = sorted(changes, key=lambda change: (not change.loses_state, -list(Kind).index(change.kind)))
    lines = ["<details><summary>The resources</summary>", ""]
    for change in gravest_first[:MOST_LISTED]:
        what = f" ({', '.join(f'`{name}`' for name in change.properties)})" if change.properties else ""
        lines.append(
            f"- {SIGNS[change.kind]} {change.kind.value}: {change.region} `{change.node.type}` "
            f"`{change.node.name}`{what}"
        )
    if len(changes) > MOST_LISTED:
        lines.append(f"- … and {len(changes) - MOST_LISTED} more")
    return [*lines, "", "</details>", ""]
