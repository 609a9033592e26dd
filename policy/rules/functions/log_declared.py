"""A function's log is declared, and has an end."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Drop, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Severity, wrong
from policy.rules.functions._types import FUNCTION, LOG_GROUP
from policy.subject import Subject
from policy.values import get
from policy.views.stated import stated


def check(subject: Subject) -> Iterator[Complaint]:
    wanted = f"/aws/lambda/{get(subject.props, 'name')}"
    groups = subject.stack.of_type(LOG_GROUP)
    found = [one for one in groups if one.region == subject.region and _writes_to(subject, one, wanted)]
    if not found:
        yield wrong("", "a LogGroup named after it, which it depends on")
    for group in found:
        if not stated(group, "retentionInDays"):
            yield wrong("retentionInDays", "a number of days: without one the log is kept for ever", at=group)


def _writes_to(function: Subject, group: Subject, wanted: str) -> bool:
    """Lambda writes to the group that bears the function's name, unless loggingConfig names another."""
    if group in function.links("loggingConfig", LOG_GROUP):
        return True
    return group in function.all_links(LOG_GROUP) and get(group.props, "name") == wanted


RULE = Rule(
    id="functions-log-declared",
    on=FUNCTION,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Lambda makes the log by itself at the first call: kept for ever, and under no key of ours",
    mend="Declare the function's LogGroup with retentionInDays, and have the function depend on it",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=FUNCTION, props={"name": "carts"}, links={"loggingConfig.logGroup": ["log"]}),
            Declared(
                type=LOG_GROUP, name="log",
                props={"name": "/aws/lambda/carts", "retentionInDays": 365},
            ),
        ],
        refused=Change("name", "/aws/lambda/orders", on="log"),
        unknown=Change("name", None, on="log"),
        absent=Absent(Drop("log"), Verdict.REFUSED, "Lambda makes its own, kept for ever"),
        also_refused=[Remove("retentionInDays", on="log")],
    ),
    breaks=[
        Break(
            on=LOG_GROUP, path="retentionInDays", value=None,
            where=lambda inputs: str(inputs.get("name")).startswith("/aws/lambda/"),
        ),
        Break(on=LOG_GROUP, path="", where=lambda inputs: str(inputs.get("name")).startswith("/aws/lambda/")),
    ],
)  # fmt: skip
