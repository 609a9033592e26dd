"""Names that lead to regions: latency records, where they lead, and how long a failure stays in an answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from policy.subject import Stack, Subject
from policy.values import get, truth
from policy.views.edge import API_DOMAIN, BALANCER
from policy.views.stated import stated

RECORD = "aws:route53/record:Record"
HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TARGETS = (BALANCER, API_DOMAIN)

CHECKERS_SHARE = 0.82
"""Checkers are not coordinated, and an endpoint is down once no more than 18 % of them say that it is up."""

CONNECT_SECONDS = 4
PROPAGATION_SECONDS = 5
"""Not published: an assumption."""

ALIAS_TTL_SECONDS = 60
USUAL_INTERVAL, USUAL_THRESHOLD = 30, 3


@dataclass(frozen=True, slots=True)
class Latency:
    """One record of a set that answers with the nearest region."""

    record: Subject
    name: str
    region: str
    targets: tuple[Subject, ...]


def latency_records(stack: Stack) -> list[Latency]:
    """Every latency record of the stack."""
    if latency_records not in stack.memory:
        stack.memory[latency_records] = [
            Latency(record, str(get(record.props, "name")), str(get(policy, "region")), tuple(targets(record)))
            for record in stack.of_type(RECORD)
            for policy in stated(record, "latencyRoutingPolicies") or ()
        ]
    return stack.memory[latency_records]


def targets(record: Subject) -> list[Subject]:
    """The load balancers and API domains that a record leads to."""
    return [*record.links("records", *TARGETS), *record.links("aliases", *TARGETS)]


def aliases(record: Subject) -> bool:
    """Whether a record is an alias, whose TTL is the target's."""
    return bool(record.links("aliases") or stated(record, "aliases"))


def follows_target(record: Subject) -> bool:
    """Whether a record is an alias that goes by the health of what it leads to."""
    return any(truth(get(alias, "evaluateTargetHealth")) for alias in stated(record, "aliases") or ())


def endpoints(check: Subject) -> Iterator[Subject]:
    """The checks that ask something, under a calculated one."""
    children = check.links("childHealthchecks", HEALTH_CHECK)
    if not children:
        yield check
    for child in children:
        yield from endpoints(child)


def detection_seconds(check: Subject) -> float:
    """The longest time until a check turns unhealthy; a calculated one waits for the slowest of its children."""
    return max(_own_detection(one) for one in endpoints(check))


def _own_detection(check: Subject) -> float:
    watched = check.links("cloudwatchAlarmName", ALARM)
    if watched:
        return max(get(one.props, "period") * get(one.props, "evaluationPeriods") for one in watched)
    interval = stated(check, "requestInterval") or USUAL_INTERVAL
    threshold = stated(check, "failureThreshold") or USUAL_THRESHOLD
    return CHECKERS_SHARE * interval + threshold * CONNECT_SECONDS + (threshold - 1) * interval


def ttl_seconds(record: Subject) -> float:
    """How long a resolver keeps an answer."""
    if aliases(record):
        return ALIAS_TTL_SECONDS
    return get(record.props, "ttl")


def asked_regions(check: Subject) -> set[str]:
    """The regions of what a check asks."""
    return {asked.region for one in endpoints(check) for asked in one.links("fqdn") if asked.region}
