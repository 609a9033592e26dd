"""A stack that protects its state refuses to be destroyed, and nothing else is forgiven."""

import pytest

from tests.e2e.provider_check import protected_refusals, with_known_values

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


def test_a_value_that_the_provider_does_not_know_is_replaced_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert with_known_values('{"minimum_protocol_version": "TLSv1.3_2025"}') == (
        '{"minimum_protocol_version": "TLSv1.2_2021"}'
    )
    assert "TLSv1.3_2025" in capsys.readouterr().out


def test_nothing_else_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    text = '{"description": "TLSv1.3_2025 and more"}'
    assert with_known_values(text) == text
    assert capsys.readouterr().out == ""
