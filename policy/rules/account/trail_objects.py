"""The trail records reads and writes of objects."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.account._examples import MANAGEMENT, OBJECTS, TRAIL, trail
from policy.rules.account._selectors import READ, WRITE, recorded
from policy.subject import Subject


def check(subject: Subject) -> Iterator[Complaint]:
    how = {one for said in recorded(subject.props) if said.kind == "AWS::S3::Object" for one in said.how}
    for what in (READ, WRITE):
        if what not in how:
            yield wrong("advancedEventSelectors", f"data events of AWS::S3::Object, {what} too")


FIELDS = "advancedEventSelectors[1].fieldSelectors"
ONLY_WRITES = {**OBJECTS, "fieldSelectors": [*OBJECTS["fieldSelectors"], {"field": "readOnly", "equals": ["false"]}]}
ONE_BUCKET = {
    **OBJECTS,
    "fieldSelectors": [*OBJECTS["fieldSelectors"], {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::models/"]}],
}
CLASSIC = {"readWriteType": "All", "dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}

RULE = Rule(
    id="cloudtrail-objects",
    on=TRAIL,
    severity=Severity.MEDIUM,
    controls=("S3.22", "S3.23"),
    why="Without data events nobody can say which objects were read or changed in a break-in",
    mend="Add an event selector for data events of AWS::S3::Object, reads and writes",
    check=check,
    examples=Examples(
        accepted=[
            *one(TRAIL, **trail()),
            Declared(type=TRAIL, name="classic", props=trail(advancedEventSelectors=None, eventSelectors=[CLASSIC])),
        ],
        refused=Change(f"{FIELDS}[1].equals[0]", "AWS::DynamoDB::Table"),
        unknown=Change("advancedEventSelectors", None),
        absent=Absent(
            Remove("advancedEventSelectors"), Verdict.REFUSED, "a trail without selectors records no data events"
        ),
        stronger=[Change("advancedEventSelectors", [MANAGEMENT, OBJECTS, OBJECTS])],
        also_refused=[
            Change("advancedEventSelectors", [MANAGEMENT, ONLY_WRITES]),
            Change("advancedEventSelectors", [MANAGEMENT, ONE_BUCKET]),
            Change("eventSelectors[0].dataResources[0].values[0]", "arn:aws:s3:::models/", on="classic"),
        ],
    ),
    breaks=[Break(on=TRAIL, path="advancedEventSelectors[1].fieldSelectors[1].equals[0]", value="AWS::SQS::Queue")],
)
