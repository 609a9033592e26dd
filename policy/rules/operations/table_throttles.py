"""Somebody hears of tables that refuse reads or writes, in every region that holds them."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.operations._promises import TABLE
from policy.subject import Subject
from policy.views.alarms import ALARM, watching
from policy.views.stores import regions

METRICS = ("ReadThrottleEvents", "WriteThrottleEvents")


def check(subject: Subject) -> Iterator[Complaint]:
    for region in sorted(regions(subject)):
        for metric in METRICS:
            if not list(watching(subject, "AWS/DynamoDB", metric, region=region)):
                yield wrong("", f"an alarm on its {metric}, in {region}")


def _alarm(region: str) -> Declared:
    dimensions = {"TableName": "carts"}
    queries = [
        {"id": f"m{at}", "metric": {"namespace": "AWS/DynamoDB", "metricName": metric, "dimensions": dimensions}}
        for at, metric in enumerate(METRICS)
    ]
    return Declared(type=ALARM, name=f"throttled-{region}", region=region, props={"metricQueries": queries})


RULE = Rule(
    id="operations-table-throttles",
    on=TABLE,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A table that refuses writes loses what is put in carts, in one region and unseen in the others",
    mend="Add an alarm on the table's throttled reads and writes, in each region of the table",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=TABLE, props={"name": "carts", "replicas": [{"regionName": "us-east-1"}]}),
            _alarm("eu-west-2"),
            _alarm("us-east-1"),
        ],
        refused=Change("metricQueries[1].metric.metricName", "Other", on="throttled-us-east-1"),
        unknown=Change("metricQueries[1].metric.metricName", None, on="throttled-us-east-1"),
        absent=Absent(Drop("throttled-eu-west-2"), Verdict.REFUSED, "AWS counts what it refuses, and tells nobody"),
        also_refused=[Change("metricQueries[0].metric.dimensions.TableName", "other", on="throttled-us-east-1")],
    ),
    breaks=[
        Break(on=ALARM, path="", where=lambda inputs: METRICS[0] in str(inputs.get("metricQueries"))),
    ],
)
