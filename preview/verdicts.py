"""Prints what the policy pack says: one line of figures, then what is wrong, the gravest first."""

from collections.abc import Iterable
from datetime import date

from rich.console import Console
from rich.markup import escape

from policy.exemptions import Exemption
from preview.policies import Finding, Verdicts

GRAVEST_FIRST = ("critical", "high", "medium", "low")
STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
OWN = ("pack-integrity", "pack-trace")
"""The policies in which the pack speaks of itself."""


def figures(verdicts: Verdicts, exempted: Iterable[Exemption]) -> str:
    """Rules, decided, undecided, complaints, exemptions and the next day on which one of them ends."""
    complaints = [one for one in verdicts.findings if one.rule not in OWN]
    advisory = sum(one.level != "mandatory" for one in complaints)
    allowed = sum(one.allowed is not None for one in verdicts.open)
    ends: list[date] = sorted(one.expires for one in exempted)
    return ", ".join(
        [
            f"policies: {len(verdicts.decided)} rules",
            f"{sum(verdicts.decided.values()):,} decided",
            f"{sum(verdicts.left_alone.values()):,} not applicable",
            f"{len(verdicts.open)} undecided" + (f" ({allowed} allowed)" if verdicts.open else ""),
            f"{len(complaints)} complaints" + (f" ({advisory} advisory)" if advisory else ""),
            f"{len(ends)} exemptions" + (f" (the next ends on {ends[0]})" if ends else ""),
        ]
    )


def show(console: Console, verdicts: Verdicts, exempted: Iterable[Exemption], *, seconds: float) -> None:
    """Print the figures, the complaints by severity, what stays undecided, and what the pack was told to leave out."""
    console.print(f"{figures(verdicts, exempted)}, {seconds:.1f} s")
    for severity in GRAVEST_FIRST:
        found = [one for one in verdicts.findings if one.severity == severity and one.rule not in OWN]
        for one in found:
            if one.level == "mandatory":
                _complaint(console, one)
        _advisory(console, [one for one in found if one.level != "mandatory"])
    for one in verdicts.findings:
        if one.rule in OWN:
            mark = "error" if one.level == "mandatory" else "note"
            console.print(
                f"  {mark}  {one.rule}  {escape(one.message)}" + (f"  [dim]{one.urn}[/dim]" if one.urn else "")
            )
    for one in verdicts.open:
        reason = f"allowed: {one.allowed}" if one.allowed else "not allowed; policy/undecided.yaml lists what is"
        console.print(f"  undecided  {one.rule}  {one.urn} at {one.path}  [dim]{escape(reason)}[/dim]")
    for allowance in verdicts.unused_allowances:
        console.print(f"  note  undecided.yaml allows what is decided: {allowance}")
    for rule, number in verdicts.remediated.items():
        console.print(f"  note  {rule} mended {number} resources")


def _advisory(console: Console, found: list[Finding]) -> None:
    """The first of each rule and how many more there are: the files hold them all."""
    by_rule: dict[str, list[Finding]] = {}
    for one in found:
        by_rule.setdefault(one.rule, []).append(one)
    for alike in by_rule.values():
        _complaint(console, alike[0])
        if len(alike) > 1:
            console.print(f"    … and {len(alike) - 1} more of {alike[0].rule}")


def _complaint(console: Console, one: Finding) -> None:
    style = STYLES[one.severity]
    where = f"  [dim]{one.source}[/dim]" if one.source else ""
    level = "" if one.level == "mandatory" else f" ({one.level})"
    console.print(f"  [{style}]{one.severity}[/{style}]{level}  {one.rule}  {escape(one.message)}{where}")
