"""Each alarm says what silence means; where silence is the trouble, it alarms."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.alarms import ALARM
from policy.views.stated import states

TREATMENT = "treatMissingData"
CHOSEN = ("breaching", "ignore", "notBreaching")
VITAL = ("HealthCheckStatus", "HealthyHostCount", "SuccessPercent")
"""Signs of life: whoever has died does not send them."""


def check(subject: Subject) -> Iterator[Complaint]:
    found = get(subject.props, TREATMENT, "missing")
    vital = states(subject.props, "metricName") and get(subject.props, "metricName") in VITAL
    if vital and found != "breaching":
        yield wrong(TREATMENT, "breaching: what sends no sign of life is not well", found=found)
    elif found not in CHOSEN:
        yield wrong(TREATMENT, f"one of {', '.join(CHOSEN)}", found=found)


RULE = Rule(
    id="cloudwatch-alarm-silence",
    on=ALARM,
    severity=Severity.MEDIUM,
    why="By default an alarm whose metric stops goes to a third state, in which it calls nobody and nobody looks",
    mend="Set treatMissingData: breaching for signs of life, notBreaching for counts of what goes wrong",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=ALARM, props={"metricName": "5XXError", TREATMENT: "notBreaching"}),
            Declared(type=ALARM, name="alive", props={"metricName": "HealthCheckStatus", TREATMENT: "breaching"}),
            Declared(type=ALARM, name="queried", props={"metricQueries": [], TREATMENT: "ignore"}),
        ],
        refused=Change(TREATMENT, "missing"),
        unknown=Change(TREATMENT, None),
        absent=Absent(Remove(TREATMENT), Verdict.REFUSED, "AWS takes it for missing data, and calls nobody"),
        also_refused=[Change(TREATMENT, "notBreaching", on="alive")],
        stronger=[Change(TREATMENT, "breaching")],
    ),
    breaks=[
        Break(on=ALARM, path=TREATMENT, value="missing"),
        Break(
            on=ALARM, path=TREATMENT, value="notBreaching", where=lambda inputs: inputs.get("metricName") == VITAL[0]
        ),
    ],
)
