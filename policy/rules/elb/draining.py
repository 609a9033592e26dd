"""A server that leaves has little time for what it has begun."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Setting, Severity, wrong
from policy.rules.elb._examples import TARGETS, TARGETS_PROPS
from policy.subject import Subject
from policy.values import get

AWS_DEFAULT_SECONDS = 300


def check(subject: Subject) -> Iterator[Complaint]:
    found = float(get(subject.props, "deregistrationDelay", AWS_DEFAULT_SECONDS))
    if found > subject.settings["seconds"]:
        yield wrong("deregistrationDelay", f"at most {subject.settings['seconds']:g} seconds", found=found)


RULE = Rule(
    id="elb-draining",
    on=TARGETS,
    severity=Severity.LOW,
    controls=("resilience:timeouts-beyond-objective",),
    why="A spot server is gone after two minutes, and a slow drain holds back what should replace the sick one",
    mend="Set deregistrationDelay to 60 seconds or less",
    check=check,
    settings={
        "seconds": Setting(says="Longest time to drain a server, in seconds", default=60, minimum=0, maximum=300)
    },
    examples=Examples(
        accepted=one(TARGETS, **TARGETS_PROPS),
        refused=Change("deregistrationDelay", 300),
        also_refused=[Change("deregistrationDelay", "120")],
        unknown=Change("deregistrationDelay", None),
        absent=Absent(Remove("deregistrationDelay"), Verdict.REFUSED, "AWS's default is 300 seconds"),
        stronger=[Change("deregistrationDelay", 0)],
    ),
)
