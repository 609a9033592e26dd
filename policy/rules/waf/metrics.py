"""A web ACL and each of its rules count what they do."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.waf._examples import ACL
from policy.subject import Subject
from policy.values import each, get, truth
from policy.views.edge import WEB_ACL

METRICS = "visibilityConfig.cloudwatchMetricsEnabled"


def check(subject: Subject) -> Iterator[Complaint]:
    if not truth(get(subject.props, METRICS, False)):
        yield wrong(METRICS, "true", found=False)
    for position, rule in each(subject.props, "rules"):
        if not truth(get(rule, METRICS, False)):
            yield wrong(f"rules[{position}].{METRICS}", "true", found=False)


RULE = Rule(
    id="waf-metrics",
    on=WEB_ACL,
    severity=Severity.MEDIUM,
    controls=("WAF.12",),
    why="Nobody sees that a rule begins to refuse visitors, or that an attack has begun",
    mend="Set cloudwatchMetricsEnabled in the visibilityConfig of the web ACL and of every rule",
    check=check,
    examples=Examples(
        accepted=one(WEB_ACL, **ACL),
        refused=Change(f"rules[1].{METRICS}", False),
        unknown=Change(f"rules[1].{METRICS}", None),
        absent=Absent(Remove("rules"), Verdict.ACCEPTED, "whether it has rules is another rule's"),
        also_refused=[Change(METRICS, "false")],
    ),
    breaks=[
        Break(on=WEB_ACL, path=METRICS, value=False),
        Break(on=WEB_ACL, path=f"rules[*].{METRICS}", value=False),
    ],
)
