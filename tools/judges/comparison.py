"""Sets the findings of the judges against the pack's complaints and against the table."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from tools.judges.findings import Finding
from tools.judges.table import Row, first

Complaints = Mapping[str, AbstractSet[str]]
"""URN → ids of the rules of ours that complain of it, exempted complaints included."""

SameQuestion = Mapping[str, AbstractSet[str]]
"""Id of a check → ids of the rules of ours that ask the same."""


@dataclass(kw_only=True, slots=True)
class Comparison:
    """Of one stack: what becomes of each finding."""

    stack: str
    caught: list[Finding] = field(default_factory=list[Finding])
    """The pack complains of the same."""

    explained: list[tuple[Finding, Row]] = field(default_factory=list[tuple[Finding, Row]])
    unexplained: list[Finding] = field(default_factory=list[Finding])
    hollow: list[Row] = field(default_factory=list[Row])
    """Rows that lean on a rule which decides nothing in this stack."""


def compare(
    stack: str,
    findings: Iterable[Finding],
    rows: Sequence[Row],
    *,
    complaints: Complaints,
    same_question: SameQuestion,
    decided: Mapping[str, int],
) -> Comparison:
    """Sort the findings; one that the pack reports too needs no row."""
    made = Comparison(stack=stack)
    for finding in sorted(set(findings)):
        if complaints.get(finding.urn, frozenset()) & same_question.get(finding.check, frozenset()):
            made.caught.append(finding)
        elif row := first(rows, finding, stack):
            made.explained.append((finding, row))
        else:
            made.unexplained.append(finding)
    used = dict.fromkeys(row for _, row in made.explained)
    made.hollow = [row for row in used if row.rule and not decided.get(row.rule)]
    return made


def idle(rows: Sequence[Row], comparisons: Sequence[Comparison], judges: AbstractSet[str]) -> list[Row]:
    """Rows that explain nothing in any stack they speak of, of the judges that were heard."""
    used = {row for one in comparisons for _, row in one.explained}
    stacks = {one.stack for one in comparisons}
    return [row for row in rows if row.judge in judges and row.stack in {"", *stacks} and row not in used]
