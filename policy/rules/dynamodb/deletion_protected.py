"""Nobody deletes a table, or a replica of it, by mistake."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.dynamodb._examples import CARTS, replica
from policy.subject import Subject
from policy.values import each, get, truth
from policy.views.stores import TABLE, TABLE_REPLICA

PROP = "deletionProtectionEnabled"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, PROP)):
        yield wrong(PROP, "true", found=get(subject.props, PROP))
    for position, one in each(subject.props, "replicas"):
        if not truth(get(one, PROP)):
            yield wrong(f"replicas[{position}].{PROP}", "true", found=get(one, PROP))


RULE = Rule(
    id="dynamodb-deletion-protected",
    on=(TABLE, TABLE_REPLICA),
    severity=Severity.MEDIUM,
    controls=("DynamoDB.6",),
    why="One call deletes the carts of a region, or all sessions",
    mend="Set deletionProtectionEnabled to true on the table and on each replica",
    check=check,
    examples=Examples(
        accepted=[CARTS, replica(deletionProtectionEnabled=True)],
        refused=Change(f"replicas[0].{PROP}", False, on="carts"),
        unknown=Change(f"replicas[0].{PROP}", None, on="carts"),
        absent=Absent(Remove(PROP, on="carts"), Verdict.REFUSED, "a table is unprotected until it is told otherwise"),
        stronger=[Change(PROP, "true", on="carts")],
        also_refused=[Change(PROP, False, on="carts"), Change(PROP, False, on="copy")],
    ),
    breaks=[Break(on=TABLE, path=PROP, value=False), Break(on=TABLE, path=f"replicas[0].{PROP}", value=None)],
)
