"""The trail records reads and writes of management in every region."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.account._examples import MANAGEMENT, TRAIL, trail
from policy.rules.account._selectors import READ, WRITE, recorded
from policy.subject import Subject
from policy.values import get, truth


def check(subject: Subject) -> Iterator[Complaint]:
    for prop, default in (("isMultiRegionTrail", False), ("includeGlobalServiceEvents", True), ("enableLogging", True)):
        if not truth(get(subject.props, prop, default)):
            yield wrong(prop, "true", found=get(subject.props, prop))
    how = {one for said in recorded(subject.props) if said.kind == "Management" for one in said.how}
    if how != {READ, WRITE}:
        yield wrong("advancedEventSelectors", "all management events, reads and writes")


FIELDS = "advancedEventSelectors[0].fieldSelectors"

RULE = Rule(
    id="cloudtrail-everywhere",
    on=TRAIL,
    severity=Severity.HIGH,
    controls=("CloudTrail.1",),
    why="What happens in a region that no trail records, an intruder's favourite, leaves no trace",
    mend="Let one trail record all management events of all regions",
    check=check,
    examples=Examples(
        accepted=one(TRAIL, **trail()),
        refused=Change("isMultiRegionTrail", False),
        unknown=Change("isMultiRegionTrail", None),
        absent=Absent(
            Remove("isMultiRegionTrail"), Verdict.REFUSED, "a trail records its own region unless told otherwise"
        ),
        stronger=[Remove("enableLogging"), Change("advancedEventSelectors", [MANAGEMENT])],
        also_refused=[
            Change("enableLogging", False),
            Change(
                FIELDS,
                [{"field": "eventCategory", "equals": ["Management"]}, {"field": "readOnly", "equals": ["false"]}],
            ),
            Change(f"{FIELDS}[0].equals[0]", "Insight"),
        ],
    ),
    breaks=[
        Break(on=TRAIL, path="isMultiRegionTrail", value=False),
        Break(on=TRAIL, path="enableLogging", value=False),
    ],
)
