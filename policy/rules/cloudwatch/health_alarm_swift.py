"""Whoever is on call hears at once that something has left DNS."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, NotApplicable, Rule, Setting, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.alarms import ALARM
from policy.views.stated import states

STATUS = "HealthCheckStatus"


def check(subject: Subject) -> Iterator[Complaint]:
    if not states(subject.props, "metricName") or get(subject.props, "metricName") != STATUS:
        raise NotApplicable("because what it looks at takes nothing out of DNS")
    most = subject.settings["seconds"]
    period = float(get(subject.props, "period", 300))
    if period * float(get(subject.props, "evaluationPeriods")) > most:
        yield wrong("period", f"{most:g} s for all evaluation periods together", found=period)


RULE = Rule(
    id="cloudwatch-health-alarm-swift",
    on=ALARM,
    severity=Severity.MEDIUM,
    why="A region leaves DNS within 30 s, and those on call would hear of it when visitors have long noticed",
    mend="Use one evaluation period of 60 s, the shortest that Route 53 reports",
    check=check,
    settings={"seconds": Setting(says="Seconds until an alarm on a health check", default=60, minimum=60, maximum=900)},
    examples=Examples(
        accepted=one(ALARM, metricName=STATUS, period=60, evaluationPeriods=1),
        refused=Change("evaluationPeriods", 2),
        unknown=Change("period", None),
        absent=Absent(Remove("period"), Verdict.REFUSED, "CloudWatch's usual period is five minutes"),
        not_applicable=one(ALARM, metricName="CPUUtilization", period=300, evaluationPeriods=5),
        also_refused=[Change("period", 300.0)],
    ),
    breaks=[Break(on=ALARM, path="period", value=300, where=lambda inputs: inputs.get("metricName") == STATUS)],
)
