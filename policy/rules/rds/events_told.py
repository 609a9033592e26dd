"""What AWS says about databases reaches somebody."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import each, get
from policy.views.clusters import CLUSTER
from policy.views.stated import stated

SUBSCRIPTION = "aws:rds/eventSubscription:EventSubscription"
TOPIC = "aws:sns/topic:Topic"
NEEDED = {
    "db-cluster": {"failure", "maintenance"},
    "db-instance": {"configuration change", "failure", "maintenance"},
    "db-parameter-group": {"configuration change"},
}


def check(subject: Subject) -> Iterator[Complaint]:
    told = {kind: set[str]() for kind in NEEDED}
    for one in subject.stack.of_type(SUBSCRIPTION):
        if one.region == subject.region and one.links("snsTopic", TOPIC) and stated(one, "enabled") is not False:
            kind = str(get(one.props, "sourceType"))
            told.setdefault(kind, set()).update(str(name) for _, name in each(one.props, "eventCategories"))
    for kind, categories in NEEDED.items():
        if missing := categories - told[kind]:
            yield wrong("", f"a subscription to {kind} events of {', '.join(sorted(missing))}, in the cluster's region")


def _subscription(name: str, kind: str) -> Declared:
    props = {"sourceType": kind, "eventCategories": sorted(NEEDED[kind])}
    return Declared(type=SUBSCRIPTION, name=name, props=props, links={"snsTopic": ["topic"]})


RULE = Rule(
    id="rds-events-told",
    on=CLUSTER,
    scope=Scope.STACK,
    severity=Severity.LOW,
    controls=("RDS.19", "RDS.20", "RDS.21"),
    why="A failover, a change or a coming maintenance that nobody is told of is found by its consequences",
    mend="Add an event subscription of that source and these categories, to the alerts topic",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=CLUSTER),
            Declared(type=TOPIC, name="topic"),
            _subscription("clusters", "db-cluster"),
            _subscription("instances", "db-instance"),
            _subscription("parameters", "db-parameter-group"),
        ],
        refused=Change("eventCategories", ["failure"], on="clusters"),
        unknown=Change("eventCategories", None, on="clusters"),
        absent=Absent(Drop("parameters"), Verdict.REFUSED, "AWS tells nobody who has not subscribed"),
        also_refused=[
            Drop("clusters"),
            Drop("topic"),
            Change("sourceType", "db-snapshot", on="instances"),
            Change("enabled", False, on="clusters"),
        ],
        stronger=[Change("eventCategories", ["failover", "failure", "maintenance"], on="clusters")],
    ),
    breaks=[
        Break(on=SUBSCRIPTION, path="eventCategories", value=["failover"]),
        Break(on=SUBSCRIPTION, path="snsTopic", unlink=True),
    ],
)
