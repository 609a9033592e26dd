"""Callers reach a function's alias, which a deployment moves."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Examples, Link, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.functions._types import ALIAS, EVENT_TARGET, FEED, FUNCTION, INTEGRATION
from policy.subject import Subject

CALLED = {INTEGRATION: "integrationUri", EVENT_TARGET: "arn", FEED: "functionName"}


def check(subject: Subject) -> Iterator[Complaint]:
    prop = CALLED[subject.type]
    linked = subject.links(prop)
    if linked and not any(one.type in (ALIAS, FUNCTION) for one in linked):
        raise NotApplicable("because it calls no function of this stack")
    if not any(one.type == ALIAS for one in linked):
        yield wrong(prop, "the ARN of the function's alias")


RULE = Rule(
    id="functions-called-by-alias",
    on=(INTEGRATION, EVENT_TARGET, FEED),
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Whoever calls the function itself meets a new version at once, whole and without a way back",
    mend="Call the alias",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=INTEGRATION, links={"integrationUri": ["live"]}),
            Declared(type=EVENT_TARGET, name="target", links={"arn": ["live"]}),
            Declared(type=FEED, name="feed", links={"functionName": ["live"]}),
            Declared(type=ALIAS, name="live", links={"functionName": ["function"]}),
            Declared(type=FUNCTION, name="function"),
        ],
        refused=Link("integrationUri", ["function"]),
        unknown=None,
        absent=Absent(Unlink("integrationUri"), Verdict.REFUSED, "nothing says that what it calls is an alias"),
        not_applicable=[
            Declared(type=EVENT_TARGET, links={"arn": ["topic"]}),
            Declared(type="aws:sns/topic:Topic", name="topic"),
        ],
        also_refused=[Link("arn", ["function"], on="target"), Link("functionName", ["function"], on="feed")],
    ),
    breaks=[
        Break(on=INTEGRATION, path="integrationUri", unlink=True),
        Break(on=FEED, path="functionName", unlink=True, also=("functions-failures-kept",)),
    ],
)
