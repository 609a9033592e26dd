"""Each table has a replica in every region that serves: no session ends, and no cart is lost, with one region."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.dynamodb._examples import CARTS, FAR
from policy.subject import Subject
from policy.views.stores import LOAD_BALANCER, TABLE, TABLE_REPLICA, regions


def check(subject: Subject) -> Iterator[Complaint]:
    serving = {one.region for one in subject.stack.of_type(LOAD_BALANCER) if one.region}
    if len(serving - {subject.region}) == 0:
        raise NotApplicable("no other region serves")
    for missing in sorted(serving - regions(subject)):
        yield wrong("replicas", f"a replica in {missing}, which has a load balancer")


THIRD = "ap-south-1"

RULE = Rule(
    id="dynamodb-everywhere",
    on=TABLE,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="A region that fails over serves customers whose sessions and carts it has not",
    mend="Add a replica of the table in each region that serves",
    check=check,
    examples=Examples(
        accepted=[
            CARTS, Declared(type=TABLE, name="sessions", region=FAR), *(
                Declared(type=LOAD_BALANCER, name=place, region=place) for place in ("eu-west-2", FAR)
            ),
            Declared(
                type=TABLE_REPLICA, name="home", links={"globalTableArn": ["sessions"]}
            ),
        ],
        refused=Change("replicas[0].regionName", THIRD, on="carts"),
        unknown=Change("replicas[0].regionName", None, on="carts"),
        absent=Absent(Remove("replicas", on="carts"), Verdict.REFUSED, "a table stays in its region"),
        not_applicable=[CARTS, Declared(type=LOAD_BALANCER, name="one")],
        also_refused=[Drop("home")],
    ),
    breaks=[
        Break(
            on=TABLE, path="replicas[*].regionName", value="sa-east-1",
            also=("data-backed-up", "kms-own-key", "operations-table-throttles", "edge-approved-regions"),
        )
    ],
)  # fmt: skip
