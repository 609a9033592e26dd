"""Recovery points cannot be deleted before their time, not even by the account's root user."""

from collections.abc import Iterator

from policy.examples import Absent, Change, Drop, Examples, Remove, Unlink, Verdict
from policy.rule import Break, Complaint, Rule, Scope, Setting, Severity, wrong
from policy.rules.backup._examples import FAR_LOCK, FAR_VAULT, LOCK, NEAR_VAULT
from policy.subject import Subject
from policy.values import get
from policy.views.stated import stated
from policy.views.stores import VAULT, VAULT_LOCK


def check(subject: Subject) -> Iterator[Complaint]:
    locks = subject.users("backupVaultName", VAULT_LOCK)
    if not locks:
        yield wrong("", "a VaultLockConfiguration")
    for lock in locks:
        if not stated(lock, "changeableForDays"):
            yield wrong("changeableForDays", "3 or more, after which nobody lifts the lock", at=lock)
        least = subject.settings["days"]
        if float(get(lock.props, "minRetentionDays", 0)) < least:
            found = get(lock.props, "minRetentionDays")
            yield wrong("minRetentionDays", f"at least {least:g}", found=found, at=lock)


RULE = Rule(
    id="backup-vault-locked",
    on=VAULT,
    scope=Scope.STACK,
    controls=("resilience:deletable-backups",),
    severity=Severity.HIGH,
    why="Whoever takes over the account deletes the backups first",
    mend="Give the vault a VaultLockConfiguration with changeableForDays, which makes it final, and minRetentionDays",
    check=check,
    settings={"days": Setting(says="Days that no recovery point can be deleted", default=7, minimum=1, maximum=36500)},
    examples=Examples(
        accepted=[NEAR_VAULT, FAR_VAULT, LOCK, FAR_LOCK],
        refused=Change("minRetentionDays", 1, on="lock"),
        unknown=Change("minRetentionDays", None, on="lock"),
        absent=Absent(
            Remove("changeableForDays", on="lock"), Verdict.REFUSED, "without it whoever may lift the lock does so"
        ),
        stronger=[Change("minRetentionDays", 3650.0, on="lock")],
        also_refused=[Drop("lock"), Unlink("backupVaultName", on="far-lock")],
    ),
    breaks=[
        Break(on=VAULT_LOCK, path="changeableForDays", value=0),
        Break(on=VAULT_LOCK, path="minRetentionDays", value=1),
        Break(on=VAULT_LOCK, path="backupVaultName", unlink=True),
    ],
)
