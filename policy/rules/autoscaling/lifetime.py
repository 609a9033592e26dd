"""No server grows old."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, Rule, Setting, Severity, wrong
from policy.rules.autoscaling._fleet import GROUP, GROUP_PROPS
from policy.subject import Subject
from policy.values import get

DAY_SECONDS = 86_400


def check(subject: Subject) -> Iterator[Complaint]:
    found = float(get(subject.props, "maxInstanceLifetime", 0))
    if not 0 < found <= subject.settings["days"] * DAY_SECONDS:
        yield wrong("maxInstanceLifetime", f"1 to {subject.settings['days']:g} days, in seconds", found=found)


RULE = Rule(
    id="autoscaling-lifetime",
    on=GROUP,
    severity=Severity.MEDIUM,
    why="Old servers miss the fixes of newer images, and keep whatever an intruder has left on them",
    mend="Set maxInstanceLifetime to two weeks: 1209600",
    check=check,
    settings={"days": Setting(says="Largest age of a server, in days", default=30, minimum=1, maximum=365)},
    examples=Examples(
        accepted=one(GROUP, **GROUP_PROPS),
        refused=Change("maxInstanceLifetime", 31_536_000),
        also_refused=[Change("maxInstanceLifetime", 0)],
        unknown=Change("maxInstanceLifetime", None),
        absent=Absent(Remove("maxInstanceLifetime"), Verdict.REFUSED, "AWS's default is no limit"),
        stronger=[Change("maxInstanceLifetime", 86_400.0)],
    ),
)
