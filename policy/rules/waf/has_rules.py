"""A web ACL refuses something: it has rules, and not all of them only count."""

import json
from collections.abc import Iterator
from typing import Any

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Severity, wrong
from policy.rules.waf._examples import ACL, MANAGED, RATE
from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import WEB_ACL
from policy.views.stated import states


def check(subject: Subject) -> Iterator[Complaint]:
    if get(subject.props, "defaultAction.block") is not None:
        return
    rules: list[Any] = [rule for _, rule in each(subject.props, "rules")]
    written: list[Any] = json.loads(get(subject.props, "ruleJson", "[]"))
    if not rules and not written:
        yield wrong("rules", "at least one rule")
    elif not written and not any(_refuses(rule) for rule in rules):
        yield wrong("rules", "at least one rule that refuses, and does not only count or allow")


def _refuses(rule: Any) -> bool:
    """Whether a rule of our own stops somebody, or one that refers to a group lets the group do so."""
    stops = any(states(get(rule, "action", {}), how) for how in ("block", "captcha", "challenge"))
    return stops or states(get(rule, "overrideAction", {}), "none")


RULE = Rule(
    id="waf-has-rules",
    on=WEB_ACL,
    severity=Severity.MEDIUM,
    controls=("WAF.10",),
    why="A web ACL without rules that act lets every attack through",
    mend="Give the web ACL managed groups and rate limits that block",
    check=check,
    examples=Examples(
        accepted=one(WEB_ACL, **ACL),
        refused=Change("rules", []),
        unknown=Change("rules", None),
        absent=Absent(Remove("rules"), Verdict.REFUSED, "a web ACL has no rules of AWS's own"),
        stronger=[Change("defaultAction", {"block": {}})],
        also_refused=[
            Change("rules", [{**RATE, "action": {"count": {}}}, {**MANAGED, "overrideAction": {"count": {}}}]),
            Change("rules", [{**RATE, "action": {"allow": {}}}]),
        ],
    ),
    breaks=[Break(on=WEB_ACL, path="rules", value=[])],
)
