"""What an event's target does not take is kept."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Examples, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.functions._types import ALIAS, EVENT_TARGET, FUNCTION, QUEUE
from policy.subject import Subject

DEAD = "deadLetterConfig"


def check(subject: Subject) -> Iterator[Complaint]:
    if not subject.links("arn", ALIAS, FUNCTION, QUEUE):
        raise NotApplicable("because its target does no work: it tells somebody of what stays where it was found")
    if not subject.links(DEAD, QUEUE):
        yield wrong(DEAD, "a queue for events that could not be delivered")


RULE = Rule(
    id="events-target-failures",
    on=EVENT_TARGET,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="EventBridge drops an event that its target refuses for a day, and the upload or order in it is never handled",
    mend="Set deadLetterConfig to the failure queue",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=EVENT_TARGET, links={"arn": ["live"], DEAD: ["failures"]}),
            Declared(type=ALIAS, name="live"),
            Declared(type=QUEUE, name="failures"),
        ],
        refused=Unlink(DEAD),
        unknown=None,
        absent=Absent(Unlink(DEAD), Verdict.REFUSED, "EventBridge keeps nothing by default"),
        not_applicable=[
            Declared(type=EVENT_TARGET, links={"arn": ["alerts"]}),
            Declared(type="aws:sns/topic:Topic", name="alerts"),
        ],
    ),
    breaks=[
        Break(on=EVENT_TARGET, path=DEAD, unlink=True, where=lambda inputs: DEAD in inputs),
    ],
)
