"""A table can be restored to any moment of the last days, in each of its regions."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.dynamodb._examples import CARTS, replica
from policy.subject import Subject
from policy.values import each, get, truth
from policy.views.stores import TABLE, TABLE_REPLICA

PROP = "pointInTimeRecovery"


def check(subject: Subject) -> Iterator[Complaint]:
    path = f"{PROP}.enabled" if subject.type == TABLE else PROP
    if not truth(get(subject.props, path)):
        yield wrong(path, "true", found=get(subject.props, path))
    for position, one in each(subject.props, "replicas"):
        if not truth(get(one, PROP)):
            yield wrong(f"replicas[{position}].{PROP}", "true", found=get(one, PROP))


RULE = Rule(
    id="dynamodb-recoverable",
    on=(TABLE, TABLE_REPLICA),
    severity=Severity.MEDIUM,
    controls=("DynamoDB.2",),
    why="Items that a fault in a handler overwrote are gone, in every region within a second",
    mend="Enable point-in-time recovery of the table and of each replica, which has a switch of its own",
    check=check,
    examples=Examples(
        accepted=[CARTS, replica(pointInTimeRecovery=True)],
        refused=Change(f"replicas[0].{PROP}", False, on="carts"),
        unknown=Change(f"replicas[0].{PROP}", None, on="carts"),
        absent=Absent(Remove(f"replicas[0].{PROP}", on="carts"), Verdict.REFUSED, "a replica has none by default"),
        also_refused=[
            Change(f"{PROP}.enabled", False, on="carts"),
            Remove(PROP, on="carts"),
            Change(PROP, "false", on="copy"),
        ],
    ),
    breaks=[
        Break(on=TABLE, path=f"{PROP}.enabled", value=False),
        Break(on=TABLE, path=f"replicas[0].{PROP}", value=None),
    ],
)
