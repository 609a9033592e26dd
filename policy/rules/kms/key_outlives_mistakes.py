"""A key that somebody deletes can be had back for a month, and none stands disabled."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Declared, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Setting, Severity, wrong
from policy.subject import Subject
from policy.values import get, truth
from policy.views.keys import KEY, REPLICA_KEY

WINDOW, LONGEST = "deletionWindowInDays", 30
ENABLED = {KEY: "isEnabled", REPLICA_KEY: "enabled"}


def check(subject: Subject) -> Iterator[Complaint]:
    least = subject.settings["days"]
    if float(get(subject.props, WINDOW, LONGEST)) < least:
        yield wrong(WINDOW, f"at least {least:g}", found=get(subject.props, WINDOW))
    enabled = ENABLED[subject.type]
    if not truth(get(subject.props, enabled, True)):
        yield wrong(enabled, "true", found=False)


RULE = Rule(
    id="kms-key-outlives-mistakes",
    on=(KEY, REPLICA_KEY),
    severity=Severity.CRITICAL,
    controls=("KMS.3",),
    why="With the key everything under it is gone for good, backups included",
    mend="Set deletionWindowInDays to 30, the longest that AWS has, and leave the key enabled",
    check=check,
    settings={"days": Setting(says="Days in which a deleted key can be had back", default=30, minimum=7, maximum=30)},
    examples=Examples(
        accepted=[
            Declared(type=KEY, props={WINDOW: 30, "isEnabled": True}),
            Declared(type=REPLICA_KEY, name="copy", props={WINDOW: 30.0, "enabled": True}),
        ],
        refused=Change(WINDOW, 7),
        unknown=Change(WINDOW, None),
        absent=Absent(Remove(WINDOW), Verdict.ACCEPTED, "AWS waits 30 days by default"),
        also_refused=[
            Change("isEnabled", False), Change("enabled", "false", on="copy"), Change(WINDOW, 29, on="copy"),
        ],
    ),
    breaks=[
        Break(on=KEY, path=WINDOW, value=7),
        Break(on=REPLICA_KEY, path=WINDOW, value=7),
        Break(on=KEY, path="isEnabled", value=False),
    ],
)  # fmt: skip
