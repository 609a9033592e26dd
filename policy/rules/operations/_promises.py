"""A promise is watched: what such rules have in common."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policy.examples import Alteration, Change, Declared, Drop, Examples
from policy.rule import Break, Check, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.views.alarms import ALARM, Metric, watching

TABLE = "aws:dynamodb/table:Table"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
API = "aws:apigatewayv2/api:Api"
GROUP = "aws:autoscaling/group:Group"
QUEUE = "aws:sqs/queue:Queue"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck"
RECORD = "aws:route53/record:Record"
EVERYWHERE = "us-east-1"
"""Where AWS reports what has no region: Route 53 and CloudFront."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """A metric that needs an alarm."""

    namespace: str
    name: str
    queried: bool = False
    """Whether the program computes with it, rather than looking at it alone; for examples and breaks."""

    statistic: str = "Sum"
    enough: Callable[[str], bool] = lambda _: True
    """Which statistics will do."""

    region: str | None = None
    """Where AWS reports it, if not where the resource is."""


def slow_enough(statistic: str) -> bool:
    """Whether a statistic speaks of the slowest twentieth, or fewer."""
    return statistic == "Maximum" or (statistic[:1] == "p" and float(statistic[1:]) >= 95)


def check_of(needs: Mapping[str, Sequence[Watch]], applies: Callable[[Subject], str | None]) -> Check:
    """A check that each subject has an alarm on each metric of its type; `applies` gives a reason to leave it alone."""

    def check(subject: Subject) -> Iterator[Complaint]:
        if reason := applies(subject):
            raise NotApplicable(reason)
        for watch in needs[subject.type]:
            found = [metric for _, metric in watching(subject, watch.namespace, watch.name, region=watch.region)]
            place = f", in {watch.region}" if watch.region else ""
            if not found:
                yield wrong("", f"an alarm on its metric {watch.name} of {watch.namespace}{place}")
            elif not any(watch.enough(metric.statistic) for metric in found):
                yield wrong("", f"an alarm on {watch.statistic} of its {watch.name}", found=_statistic(found))

    return check


def promise(
    *,
    id: str,  # noqa: A002 - as a rule calls it
    needs: Mapping[str, Sequence[Watch]],
    why: str,
    severity: Severity = Severity.MEDIUM,
    applies: Callable[[Subject], str | None] = lambda _: None,
    around: Sequence[Declared] = (),
    not_applicable: Sequence[Declared] = (),
    also_refused: Sequence[Alteration] = (),
) -> Rule:
    """The rule, with the examples and breaks that follow from what it needs."""
    watched = [(type_, watch) for type_, watches in needs.items() for watch in watches]
    subjects = [Declared(type=type_, name=_name(type_)) for type_ in needs]
    alarms = [_alarm(type_, watch) for type_, watch in watched]
    declared = {one.name for one in around}
    return Rule(
        id=id,
        on=tuple(needs),
        scope=Scope.STACK,
        severity=severity,
        why=why,
        mend="Add an alarm on that metric of this resource, to the alerts topic",
        check=check_of(needs, applies),
        examples=Examples(
            accepted=[*around, *(one for one in subjects if one.name not in declared), *alarms],
            refused=Drop(alarms[0].name),
            unknown=Change(_path(watched[0][1]), None, on=alarms[0].name),
            absent=None,
            not_applicable=not_applicable,
            also_refused=[*(Drop(alarm.name) for alarm in alarms[1:]), *also_refused],
        ),
        breaks=[_break(watch) for _, watch in watched],
    )


def _statistic(found: Sequence[Metric]) -> str | None:
    return found[0].statistic or None


def _name(type_: str) -> str:
    return type_.rpartition(":")[2].lower()


def _path(watch: Watch) -> str:
    return "metricQueries[0].metric.metricName" if watch.queried else "metricName"


def _alarm(type_: str, watch: Watch) -> Declared:
    metric = {"namespace": watch.namespace, "metricName": watch.name}
    props: dict[str, Any] = {**metric, "statistic": watch.statistic}
    if watch.queried:
        props = {"metricQueries": [{"id": "m", "metric": {**metric, "stat": watch.statistic}}]}
    links = {"metricQueries" if watch.queried else "dimensions": [_name(type_)]}
    region = watch.region or "eu-west-2"
    return Declared(type=ALARM, name=f"{_name(type_)}-{watch.name.lower()}", props=props, links=links, region=region)


def _break(watch: Watch) -> Break:
    """The alarm looks at another metric."""

    def on_it(inputs: Mapping[str, Any]) -> bool:
        if watch.queried:
            queries = str(inputs.get("metricQueries"))
            return watch.name in queries and watch.namespace in queries
        return (inputs.get("namespace"), inputs.get("metricName")) == (watch.namespace, watch.name)

    if not watch.queried:
        return Break(on=ALARM, path="metricName", value="Other", where=on_it)
    return Break(on=ALARM, path="metricQueries", value=[], where=on_it)
