"""What a function could not do is kept."""

from collections.abc import Iterator

from policy.examples import Absent, Declared, Drop, Examples, Remove, Unlink, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.rules.functions._types import ALIAS, FEED, FUNCTION, INVOKE_CONFIG, QUEUE, TOPIC
from policy.subject import Subject
from policy.values import get
from policy.views.stated import states

DESTINATION = "destinationConfig"


def check(subject: Subject) -> Iterator[Complaint]:
    names = [subject, *subject.users("functionName", ALIAS)]
    if any(name.users("functionName", FEED) for name in names):
        raise NotApplicable("because it is fed by a queue or a stream, which keeps what it cannot do")
    configs = [config for name in names for config in name.users("functionName", INVOKE_CONFIG)]
    if not any(_keeps(config) for config in configs) and not subject.links("deadLetterConfig", QUEUE, TOPIC):
        yield wrong("", "a FunctionEventInvokeConfig with a queue or topic for what fails")


def _keeps(config: Subject) -> bool:
    """A destination may also be for what succeeded."""
    if not config.links(DESTINATION, QUEUE, TOPIC):
        return False
    return states(get(config.props, DESTINATION), "onFailure")


RULE = Rule(
    id="functions-failures-kept",
    on=FUNCTION,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="Lambda drops an event after two more attempts, and nobody can do the work again",
    mend="Send what fails to a queue, by a FunctionEventInvokeConfig",
    check=check,
    examples=Examples(
        accepted=[
            Declared(type=FUNCTION),
            Declared(type=ALIAS, name="live", links={"functionName": ["it"]}),
            Declared(type=QUEUE, name="failures"),
            Declared(
                type=INVOKE_CONFIG,
                name="config",
                props={DESTINATION: {"onFailure": {"destination": "arn:aws:sqs:eu-west-2:123456789012:failures"}}},
                links={"functionName": ["live"], DESTINATION: ["failures"]},
            ),
        ],
        refused=Drop("config"),
        unknown=None,
        absent=Absent(Unlink(DESTINATION, on="config"), Verdict.REFUSED, "Lambda drops what fails three times"),
        not_applicable=[Declared(type=FUNCTION), Declared(type=FEED, name="feed", links={"functionName": ["it"]})],
        also_refused=[Drop("failures"), Remove(f"{DESTINATION}.onFailure", on="config")],
    ),
    breaks=[Break(on=INVOKE_CONFIG, path=""), Break(on=INVOKE_CONFIG, path=DESTINATION, unlink=True)],
)
