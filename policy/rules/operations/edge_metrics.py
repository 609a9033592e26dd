"""CloudFront reports what the alarms on it look at."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.operations._promises import DISTRIBUTION
from policy.subject import Subject
from policy.values import get

SUBSCRIPTION = "aws:cloudfront/monitoringSubscription:MonitoringSubscription"
STATUS = "monitoringSubscription.realtimeMetricsSubscriptionConfig.realtimeMetricsSubscriptionStatus"


def check(subject: Subject) -> Iterator[Complaint]:
    found = subject.users("distributionId", SUBSCRIPTION)
    if not found:
        yield wrong("", "a MonitoringSubscription with additional metrics enabled")
    for one in found:
        if get(one.props, STATUS) != "Enabled":
            yield wrong(STATUS, "Enabled", found=get(one.props, STATUS), at=one)


RULE = Rule(
    id="operations-edge-metrics",
    on=DISTRIBUTION,
    scope=Scope.STACK,
    severity=Severity.LOW,
    why="Hit rate, origin latency and errors by status are not reported, and alarms on them never go off",
    mend="Give the distribution a MonitoringSubscription with status Enabled",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=DISTRIBUTION),
            Declared(
                type=SUBSCRIPTION, name="metrics", links={"distributionId": ["it"]},
                props={
                    "monitoringSubscription": {
                        "realtimeMetricsSubscriptionConfig": {"realtimeMetricsSubscriptionStatus": "Enabled"}
                    }
                },
            ),
        ],
        refused=Change(STATUS, "Disabled", on="metrics"),
        unknown=Change(STATUS, None, on="metrics"),
        absent=Absent(Drop("metrics"), Verdict.REFUSED, "CloudFront reports requests, bytes and error rates alone"),
    ),
    breaks=[Break(on=SUBSCRIPTION, path=STATUS, value="Disabled"), Break(on=SUBSCRIPTION, path="")],
)  # fmt: skip
