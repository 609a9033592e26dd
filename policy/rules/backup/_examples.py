"""Two vaults, a plan that copies from one to the other, and what it selects."""

from policy.examples import Declared
from policy.views.stores import PLAN, SELECTION, VAULT, VAULT_LOCK

FAR = "us-east-2"
DAILY = {
    "ruleName": "daily",
    "targetVaultName": "recovery",
    "schedule": "cron(0 3 * * ? *)",
    "lifecycle": {"deleteAfter": 35},
    "copyActions": [{"destinationVaultArn": "far", "lifecycle": {"deleteAfter": 35}}],
}
NEAR_VAULT = Declared(type=VAULT, name="near", props={"name": "recovery"})
FAR_VAULT = Declared(type=VAULT, name="far", props={"name": "recovery"}, region=FAR)
LOCK = Declared(
    type=VAULT_LOCK,
    name="lock",
    props={"minRetentionDays": 35, "changeableForDays": 14, "backupVaultName": "recovery"},
    links={"backupVaultName": ["near"]},
)
FAR_LOCK = Declared(type=VAULT_LOCK, name="far-lock", props=LOCK.props, links={"backupVaultName": ["far"]}, region=FAR)
DAILY_PLAN = Declared(type=PLAN, name="plan", props={"rules": [DAILY]}, links={"rules": ["near", "far"]})


def selection(*arns: str, region: str = "eu-west-2") -> Declared:
    """What a plan backs up in a region."""
    return Declared(
        type=SELECTION,
        name=f"selection-{region}",
        props={"resources": list(arns)},
        links={"planId": ["plan"]},
        region=region,
    )
