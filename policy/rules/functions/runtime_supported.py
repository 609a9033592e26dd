"""Functions run on what AWS still mends."""

import re
from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict, one
from policy.rule import Complaint, NotApplicable, Rule, Severity, wrong
from policy.rules.functions._types import FUNCTION
from policy.subject import Subject
from policy.values import get

OLDEST = {
    "python": (3, 11),
    "nodejs": (22,),
    "java": (17,),
    "dotnet": (8,),
    "ruby": (3, 3),
    "provided.al": (2023,),
}
"""From AWS's table of runtimes, without those that it takes away during 2026."""

_RUNTIME = re.compile(r"([a-z.]+?)(\d+(?:\.\d+)*)")


def check(subject: Subject) -> Iterator[Complaint]:
    if get(subject.props, "packageType") == "Image":
        raise NotApplicable("because its runtime is in its image")
    runtime = str(get(subject.props, "runtime", ""))
    named = _RUNTIME.match(runtime)
    oldest = OLDEST.get(named[1]) if named else None
    version = tuple(int(part) for part in named[2].split(".")) if named else ()
    if oldest is None or version < oldest:
        yield wrong("runtime", "one that AWS supports", found=runtime or None)


RULE = Rule(
    id="functions-runtime-supported",
    on=FUNCTION,
    severity=Severity.MEDIUM,
    controls=("Lambda.2",),
    why="A runtime that AWS has given up gets no security updates, and later no new versions of the function",
    mend="Move the function to a runtime that AWS supports",
    check=check,
    examples=Examples(
        accepted=one(FUNCTION, runtime="python3.13"),
        refused=Change("runtime", "python3.9"),
        unknown=Change("runtime", None),
        absent=Absent(Remove("runtime"), Verdict.REFUSED, "a function in a zip file has a runtime"),
        not_applicable=one(
            FUNCTION, packageType="Image", imageUri="123456789012.dkr.ecr.eu-west-2.amazonaws.com/carts"
        ),
        also_refused=[Change("runtime", "go1.x"), Change("runtime", "nodejs18.x")],
        stronger=[
            Change("runtime", "python3.14"),
            Change("runtime", "provided.al2023"),
            Change("runtime", "nodejs22.x"),
        ],
    ),
)
