"""Somebody hears of calls that change who may do what, or who would notice."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.cloudwatch._calls import covered, named, pattern, topics
from policy.subject import Subject
from policy.values import get
from policy.views.alarms import ALARM, alarms

TRAIL = "aws:cloudtrail/trail:Trail"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"


def check(subject: Subject) -> Iterator[Complaint]:
    groups = subject.links("cloudWatchLogsGroupArn", GROUP)
    if not groups:
        raise NotApplicable("because it writes to no log group of this stack")
    heard = [one for group in groups for one in group.users("logGroupName", FILTER) if _alarmed(one)]
    patterns = [named(str(get(one.props, "pattern"))) for one in heard]
    for topic, terms in topics().items():
        if not covered(terms, patterns):
            calls = ", ".join(value for field, _, value in terms if field == "eventName")
            yield wrong("", f"a metric filter over its log with an alarm, for {topic}{f' ({calls})' if calls else ''}")


def _alarmed(found: Subject) -> bool:
    metric = (get(found.props, "metricTransformation.namespace"), get(found.props, "metricTransformation.name"))
    return any(
        (one.namespace, one.name) == metric
        for alarm in alarms(found.stack)
        if alarm.subject.region == found.region
        for one in alarm.metrics or ()
    )


def _filters() -> Iterator[Declared]:
    for number, terms in enumerate(topics().values()):
        metric = {"namespace": "audit", "name": f"calls-{number}", "value": "1"}
        yield Declared(
            type=FILTER, name=f"filter-{number}", links={"logGroupName": ["log"]},
            props={"pattern": pattern(terms), "metricTransformation": metric},
        )  # fmt: skip
        yield Declared(type=ALARM, name=f"alarm-{number}", props={"namespace": "audit", "metricName": metric["name"]})


POLICIES = pattern(topics()["changes of IAM policies"])

RULE = Rule(
    id="cloudwatch-sensitive-calls",
    on=TRAIL,
    scope=Scope.STACK,
    severity=Severity.LOW,
    controls=("CloudWatch.1-14",),
    why="Whoever gets in changes policies, keys and the trail first, and the trail alone calls nobody",
    mend="Add a LogMetricFilter over the trail's log group with these calls, and an alarm on its metric",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=TRAIL, links={"cloudWatchLogsGroupArn": ["log"]}),
            Declared(type=GROUP, name="log"),
            *_filters(),
        ],
        refused=Change("pattern", '{ $.eventName = "GetObject" }', on="filter-0"),
        unknown=Change("pattern", None, on="filter-0"),
        absent=Absent(Drop("filter-1"), Verdict.REFUSED, "a trail records and calls nobody"),
        not_applicable=[Declared(type=TRAIL)],
        also_refused=[
            Drop("alarm-2"),
            Change("metricTransformation.name", "other", on="filter-3"),
            Change("pattern", f'{{ ($.userName != "deployer") && {POLICIES.strip("{} ")} }}', on="filter-4"),
        ],
        stronger=[Change("pattern", '{ ($.userIdentity.type = "Root") || ($.eventName = DisableKey) }', on="filter-0")],
    ),
    breaks=[
        Break(
            on=FILTER,
            path="pattern",
            value='{ $.eventName = "GetObject" }',
            where=lambda inputs: "DisableKey" in str(inputs.get("pattern")),
        ),
        Break(on=FILTER, path="", where=lambda inputs: "Root" in str(inputs.get("pattern"))),
        Break(on=ALARM, path="metricName", value="other", where=lambda inputs: inputs.get("metricName") == "keys"),
    ],
)
