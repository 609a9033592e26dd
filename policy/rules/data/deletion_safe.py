"""What holds data is deleted neither by Pulumi nor without a last copy."""

from collections.abc import Iterator
from typing import Any

from policy.examples import Absent, Change, Declared, Examples, Remove, Unprotect, Verdict
from policy.rule import Break, Complaint, NotApplicable, Rule, Scope, Severity, wrong
from policy.subject import Subject
from policy.values import truth
from policy.views.buckets import BUCKET, BUCKETS, OBJECTS, made_by_updates
from policy.views.keys import KEYS
from policy.views.stated import stated
from policy.views.stores import CLUSTER, GLOBAL_CLUSTER, NAMESPACE, SECRET, TABLE, USER_POOL, VAULT, ZONE

FORCED = {
    **dict.fromkeys(BUCKETS, "forceDestroy"), CLUSTER: "skipFinalSnapshot", GLOBAL_CLUSTER: "forceDestroy",
    VAULT: "forceDestroy", ZONE: "forceDestroy",
}  # fmt: skip
"""Switches by which a deletion leaves nothing behind."""

GUARD = "deletionProtection"
"""Of user pools, whose service has no control for it; tables and clusters have rules of their own."""

WINDOW = "recoveryWindowInDays"
DATA = (*FORCED, *KEYS, NAMESPACE, SECRET, TABLE, USER_POOL)


def check(subject: Subject) -> Iterator[Complaint]:
    if subject.type in BUCKETS and made_by_updates(subject):
        raise NotApplicable("the program itself writes what it holds, and would write it again")
    if not subject.protect:
        yield wrong("protect", "true, among the resource's options")
    forced = FORCED.get(subject.type)
    if forced and truth(stated(subject, forced)):
        yield wrong(forced, "false", found=True)
    if subject.type == USER_POOL and stated(subject, GUARD) != "ACTIVE":
        yield wrong(GUARD, "ACTIVE", found=stated(subject, GUARD))
    window: Any = stated(subject, WINDOW) if subject.type == SECRET else None
    if window is not None and float(window) == 0:
        yield wrong(WINDOW, "7 or more", found=window)


def _safe(type_: str, **props: Any) -> Declared:
    return Declared(type=type_, name=type_, props=props, protect=True)


PACKAGES = [
    Declared(type=BUCKET, name="packages", props={"forceDestroy": True}),
    Declared(type=OBJECTS[0], name="package", links={"bucket": ["packages"]}),
]

RULE = Rule(
    id="data-deletion-safe",
    on=DATA,
    scope=Scope.STACK,
    severity=Severity.HIGH,
    why="A slip in a program, or a rename, deletes what no region has twice",
    mend="Set protect in the resource's options, and take away what forces the deletion",
    check=check,
    examples=Examples(
        accepted=[
            *(_safe(type_, **{FORCED[type_]: False}) for type_ in FORCED),
            *(_safe(type_) for type_ in (*KEYS, NAMESPACE, TABLE)),
            _safe(SECRET, recoveryWindowInDays=30),
            _safe(USER_POOL, deletionProtection="ACTIVE"), *PACKAGES,
        ],
        refused=Unprotect(on=TABLE),
        unknown=None,
        absent=Absent(Remove("forceDestroy", on=BUCKET), Verdict.ACCEPTED, "nothing is forced by default"),
        not_applicable=PACKAGES,
        also_refused=[
            *(Unprotect(on=type_) for type_ in DATA), Change(WINDOW, 0.0, on=SECRET),
            Change(GUARD, "INACTIVE", on=USER_POOL), Remove(GUARD, on=USER_POOL),
            *(Change(forced, "true", on=type_) for type_, forced in FORCED.items()),
        ],
    ),
    breaks=[
        *(Break(on=type_, path="", unprotect=True) for type_ in DATA if type_ not in BUCKETS),
        Break(on=BUCKET, path="", unprotect=True, where=lambda inputs: inputs.get("forceDestroy") is False),
        Break(on=CLUSTER, path="skipFinalSnapshot", value=True),
        Break(on=BUCKET, path="forceDestroy", value=True, where=lambda inputs: inputs.get("forceDestroy") is False),
        Break(on=VAULT, path="forceDestroy", value=True),
        Break(on=SECRET, path=WINDOW, value=0),
        Break(on=USER_POOL, path=GUARD, value="INACTIVE"),
    ],
)  # fmt: skip
