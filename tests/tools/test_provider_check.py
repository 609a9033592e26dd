"""A stack that protects its state refuses to be destroyed, and nothing else is forgiven."""

from tests.e2e.provider_check import protected_refusals

TABLE = "destroy error: deleting Table (carts): can't be deleted while DeletionProtectionEnabled is set to True"
CLUSTER = "destroy error: deleting RDS Cluster (database): Cannot delete protected Cluster, please disable it"
OTHER = "destroy error: deleting EC2 Subnet (subnet-1): DependencyViolation"
SOUND = "terraform-check: 3 resources, plan ok 1 s, apply ok 1 s, second plan 1 s: no changes, destroy failed: 2 errors"
DRIFTED = "terraform-check: 3 resources, plan ok 1 s, apply ok 1 s, second plan: 2 changes, destroy failed: 2 errors"


def test_refusals_of_protected_resources_are_counted() -> None:
    assert protected_refusals("\n".join([TABLE, CLUSTER, SOUND])) == 2


def test_another_error_is_not_forgiven() -> None:
    assert protected_refusals("\n".join([TABLE, OTHER, SOUND])) == 0


def test_a_drift_is_not_forgiven() -> None:
    assert protected_refusals("\n".join([TABLE, DRIFTED])) == 0


def test_a_failed_apply_is_not_forgiven() -> None:
    failed = "terraform-check: 3 resources, plan ok 1 s, apply failed: 1 errors"
    assert protected_refusals("\n".join(["apply error: x", TABLE, failed])) == 0
