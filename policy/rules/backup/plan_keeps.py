"""Recovery points are kept as long as their class says, and no shorter than their vault's lock demands."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Examples, Remove, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Setting, Severity, wrong
from policy.rules.backup._examples import DAILY_PLAN, FAR_LOCK, FAR_VAULT, LOCK, NEAR_VAULT
from policy.subject import Subject
from policy.values import each, get
from policy.views.stores import PLAN, VAULT, VAULT_LOCK

AFTER = "lifecycle.deleteAfter"


def check(subject: Subject) -> Iterator[Complaint]:
    locks = [lock for vault in subject.links("rules", VAULT) for lock in vault.users("backupVaultName", VAULT_LOCK)]
    locked = [float(get(lock.props, "minRetentionDays", 0)) for lock in locks]
    least = max([subject.settings["days"], *locked])
    for position, rule in each(subject.props, "rules"):
        days = get(rule, AFTER)
        if days is not None and float(days) < least:
            yield wrong(f"rules[{position}].{AFTER}", f"at least {least:g} days", found=days)
        if get(rule, "schedule") is None and not get(rule, "enableContinuousBackup"):
            yield wrong(f"rules[{position}].schedule", "a schedule")


RULE = Rule(
    id="backup-plan-keeps",
    on=PLAN,
    scope=Scope.STACK,
    severity=Severity.MEDIUM,
    why="A fault found after the last recovery point went stays; a locked vault takes no shorter ones",
    mend="Raise deleteAfter of the rule's lifecycle to the days of its class and of the vault's lock",
    check=check,
    settings={"days": Setting(says="Days that recovery points are kept", default=7, minimum=1, maximum=36500)},
    examples=Examples(
        accepted=[NEAR_VAULT, FAR_VAULT, LOCK, FAR_LOCK, DAILY_PLAN],
        refused=Change(f"rules[0].{AFTER}", 34, on="plan"),
        unknown=Change(f"rules[0].{AFTER}", None, on="plan"),
        absent=Absent(Remove(f"rules[0].{AFTER}", on="plan"), Verdict.ACCEPTED, "what has no end is kept for ever"),
        stronger=[Change(f"rules[0].{AFTER}", 35.0, on="plan"), Change(f"rules[0].{AFTER}", 3650, on="plan")],
        also_refused=[Change("minRetentionDays", 36, on="far-lock"), Remove("rules[0].schedule", on="plan")],
    ),
    breaks=[
        Break(on=PLAN, path=f"rules[*].{AFTER}", value=1),
        Break(on=PLAN, path="rules[*].schedule", value=None),
    ],
)
