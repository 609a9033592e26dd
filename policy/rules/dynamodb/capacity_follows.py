"""A table's capacity follows demand: paid by request, or provisioned and scaled."""

from collections.abc import Iterator

from policy.examples import Absent, Add, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.dynamodb._examples import CARTS
from policy.subject import Subject
from policy.values import get
from policy.views.stated import stated
from policy.views.stores import TABLE

TARGET = "aws:appautoscaling/target:Target"
BOTH = {"dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits"}


def check(subject: Subject) -> Iterator[Complaint]:
    if stated(subject, "billingMode") == "PAY_PER_REQUEST":
        return
    scaled = {str(get(one.props, "scalableDimension")) for one in subject.users("resourceId", TARGET)}
    if BOTH - scaled:
        yield wrong("billingMode", "PAY_PER_REQUEST, or scaling of both reads and writes")


def _scaled(name: str, dimension: str) -> Declared:
    return Declared(type=TARGET, name=name, props={"scalableDimension": dimension}, links={"resourceId": ["held"]})


SCALED = [_scaled(f"target-{number}", dimension) for number, dimension in enumerate(sorted(BOTH))]
HELD = Declared(type=TABLE, name="held", props={"name": "held", "billingMode": "PROVISIONED"})

RULE = Rule(
    id="dynamodb-capacity-follows",
    on=TABLE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    controls=("DynamoDB.1",),
    why="When another region's customers arrive, requests are refused for lack of capacity",
    mend="Set billingMode to PAY_PER_REQUEST",
    check=check,
    examples=Examples(
        accepted=[CARTS, HELD, *SCALED],
        refused=Change("billingMode", "PROVISIONED", on="carts"),
        unknown=Change("scalableDimension", None, on="target-0"),
        absent=Absent(Remove("billingMode", on="carts"), Verdict.REFUSED, "a table is provisioned by default"),
        also_refused=[
            Change("scalableDimension", "dynamodb:index:ReadCapacityUnits", on="target-0"),
            Add(Declared(type=TABLE, name="bare", props={"name": "bare"})),
        ],
    ),
    breaks=[Break(on=TABLE, path="billingMode", value="PROVISIONED")],
)
