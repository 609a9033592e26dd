"""A queue waits for its function before it offers the message to another."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.functions._types import ALIAS, FEED, FUNCTION, QUEUE
from policy.subject import Subject
from policy.values import get

VISIBILITY = "visibilityTimeoutSeconds"
TIMES = 6


def check(subject: Subject) -> Iterator[Complaint]:
    queues = subject.links("eventSourceArn", QUEUE)
    called = subject.links("functionName", ALIAS, FUNCTION)
    functions = [one for each in called for one in (each.links("functionName", FUNCTION) or [each])]
    if not queues or not functions:
        raise NotApplicable("because it does not feed a function of this stack from a queue of this stack")
    least = TIMES * max(float(get(one.props, "timeout", 3)) for one in functions)
    for queue in queues:
        if float(get(queue.props, VISIBILITY, 30)) < least:
            yield wrong(VISIBILITY, f"at least {least:g}, {TIMES} times its function's timeout",
                        found=get(queue.props, VISIBILITY), at=queue)  # fmt: skip


RULE = Rule(
    id="operations-queue-visibility",
    on=FEED,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A message that comes back while its function still works is done twice",
    mend="Raise the queue's visibility timeout to six times the function's",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=FEED, links={"eventSourceArn": ["queue"], "functionName": ["live"]}),
            Declared(type=QUEUE, name="queue", props={VISIBILITY: 360}),
            Declared(type=ALIAS, name="live", links={"functionName": ["function"]}),
            Declared(type=FUNCTION, name="function", props={"timeout": 60}),
        ],
        refused=Change(VISIBILITY, 359, on="queue"),
        unknown=Change(VISIBILITY, None, on="queue"),
        absent=Absent(
            Remove(VISIBILITY, on="queue"), Verdict.UNDECIDED, "whether it was stated is not seen among outputs"
        ),
        not_applicable=[Declared(type=FEED)],
        also_refused=[Change("timeout", 61.0, on="function")],
        stronger=[Change(VISIBILITY, 3600.0, on="queue")],
    ),
    breaks=[
        Break(on=QUEUE, path=VISIBILITY, value=60, where=lambda inputs: inputs.get(VISIBILITY) == 360),
        Break(on=FUNCTION, path="timeout", value=90, where=lambda inputs: str(inputs.get("name")).endswith("-assets")),
    ],
)
