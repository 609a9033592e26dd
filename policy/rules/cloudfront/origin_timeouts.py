"""The edge gives an origin up within the time in which a region's failure may be felt."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Break, Complaint, Rule, Setting, Severity, wrong
from policy.rules.cloudfront._examples import SITE
from policy.subject import Subject
from policy.values import each, get
from policy.views.edge import DISTRIBUTION, is_bucket

ATTEMPTS, CONNECT = "connectionAttempts", "connectionTimeout"
READ = "customOriginConfig.originReadTimeout"
WHOLE = "responseCompletionTimeout"
USUAL_ATTEMPTS, USUAL_CONNECT, USUAL_READ = 3, 10, 30


def check(subject: Subject) -> Iterator[Complaint]:
    """CloudFront connects, and waits for an answer of a server, as often as it attempts; a bucket it asks once."""
    limit = subject.settings["seconds"]
    for position, origin in each(subject.props, "origins"):
        attempts = get(origin, ATTEMPTS, USUAL_ATTEMPTS)
        connecting = attempts * get(origin, CONNECT, USUAL_CONNECT)
        waiting = 0 if is_bucket(origin) else attempts * get(origin, READ, USUAL_READ)
        for path, seconds in ((CONNECT, connecting), (READ, min(waiting, get(origin, WHOLE) or waiting))):
            if seconds > limit:
                expected = f"with {attempts:g} attempts at most {limit / attempts:g} s, {limit:g} s in all"
                yield wrong(f"origins[{position}].{path}", expected, found=seconds / attempts)


HOLDING_UP = Setting(
    says="How long one failing origin may hold a visitor up, in seconds", default=30, minimum=1, maximum=600
)
RULE = Rule(
    id="cloudfront-origin-timeouts",
    on=DISTRIBUTION,
    severity=Severity.MEDIUM,
    controls=("resilience:timeouts-beyond-objective",),
    why="Visitors wait for a region that is down for longer than it may take to be led elsewhere",
    mend="Lower connectionAttempts, connectionTimeout or originReadTimeout of the origin",
    check=check,
    settings={
        "seconds": Setting(
            says="How long one failing origin may hold a visitor up, in seconds", default=30, minimum=1, maximum=600
        )
    },
    examples=Examples(
        accepted=one(DISTRIBUTION, **SITE),
        refused=Change(f"origins[0].{READ}", 16),
        unknown=Change(f"origins[0].{READ}", None),
        absent=Absent(Remove(f"origins[0].{READ}"), Verdict.REFUSED, "CloudFront waits 30 s at each of the attempts"),
        stronger=[Change(f"origins[0].{READ}", 5), Change("origins[0].connectionAttempts", 1)],
        also_refused=[Change("origins[0].connectionAttempts", 3), Change(f"origins[1].{CONNECT}", 16)],
    ),
    breaks=[
        Break(on=DISTRIBUTION, path=f"origins[*].{READ}", value=120),
        Break(on=DISTRIBUTION, path="origins[2].connectionTimeout", value=60),
    ],
)
