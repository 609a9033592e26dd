import json
from typing import Any

from components.data.backups import Backups, BackupsArgs, second_region
from components.places import Places
from preview.graph import UNKNOWN, Graph
from settings.data import BackupSettings
from tests.components.data.regions import TABLES, build_across, grounds, origin, settings
from tests.engine import names

LONDON, OHIO, TOKYO = "eu-west-2", "us-east-2", "ap-northeast-1"
PLAN, VAULT = "aws:backup/plan:Plan", "aws:backup/vault:Vault"


def backups(*running: str, retired: tuple[str, ...] = (), protect: bool = True, **chosen: Any) -> Graph:
    stack = settings([*running, *retired])

    def program(places: Places) -> None:
        args = BackupsArgs(
            settings=BackupSettings(**chosen),
            home=running[0],
            regions=[*running, *retired],
            origins={region: origin(region) for region in running},
            clusters=dict.fromkeys(running, "store-database"),
            tables=TABLES,
            ground=grounds(stack),
            protect=protect,
        )
        Backups("backups", args, places)

    return build_across(stack, program)


def test_every_stateful_resource_of_a_region_is_selected() -> None:
    [selection] = backups(LONDON).of_type("aws:backup/selection:Selection")
    own = names(LONDON)
    assert set(selection.inputs["resources"]) == {
        *(own.arn("dynamodb", f"table/{table}") for table in (TABLES.catalogue, TABLES.carts, TABLES.sessions)),
        own.arn("rds", "cluster:store-database"),
        own.bucket_arn("models"),
        own.bucket_arn("site"),
    }


def test_there_are_daily_and_monthly_points() -> None:
    [plan] = backups(LONDON, daily_retention_days=14).of_type(PLAN)
    daily, monthly = plan.inputs["rules"]
    assert daily["lifecycle"] == {"deleteAfter": 14}
    assert monthly["lifecycle"]["deleteAfter"] - monthly["lifecycle"]["coldStorageAfter"] >= 90, "AWS demands 90 days"


def test_every_point_is_copied_to_a_second_region() -> None:
    for plan in backups(LONDON, OHIO).of_type(PLAN):
        for rule in plan.inputs["rules"]:
            assert rule["copyActions"][0]["destinationVaultArn"] == UNKNOWN, "the ARN of the vault that is created"
            assert rule["copyActions"][0]["lifecycle"] == rule["lifecycle"]


def test_a_single_region_copies_nothing() -> None:
    [plan] = backups(LONDON).of_type(PLAN)
    assert all("copyActions" not in rule for rule in plan.inputs["rules"])


def test_copies_go_home_and_from_home_to_the_first_by_name() -> None:
    assert second_region(TOKYO, LONDON, [LONDON, OHIO, TOKYO]) == LONDON
    assert second_region(LONDON, LONDON, [LONDON, OHIO, TOKYO]) == TOKYO
    assert second_region(LONDON, LONDON, [LONDON, TOKYO, OHIO]) == TOKYO, "the order of the configuration is no matter"


def test_locked_vaults_can_be_unlocked_only_during_the_grace() -> None:
    lock = backups(LONDON, vault_lock_grace_days=5).of_type("aws:backup/vaultLockConfiguration:VaultLockConfiguration")[
        0
    ]
    assert lock.inputs["changeableForDays"] == 5, "without it the lock never becomes final"
    assert lock.inputs["minRetentionDays"] == BackupSettings().daily_retention_days


def test_a_changed_retention_leaves_the_lock_alone() -> None:
    [lock] = backups(LONDON).of_type("aws:backup/vaultLockConfiguration:VaultLockConfiguration")
    assert set(lock.ignore_changes) == {"changeableForDays", "minRetentionDays"}, "AWS replaces no final lock"


def test_the_lock_is_a_choice() -> None:
    graph = backups(LONDON, vault_lock=False)
    assert graph.of_type("aws:backup/vaultLockConfiguration:VaultLockConfiguration") == []


def test_vaults_are_encrypted_with_the_data_key_and_kept() -> None:
    [vault] = backups(LONDON).of_type(VAULT)
    assert vault.inputs["kmsKeyArn"].startswith("arn:aws:kms:")
    assert vault.protect
    assert not vault.inputs.get("forceDestroy"), "recovery points do not go with their stack"


def test_vaults_that_nobody_protects_go_with_their_points() -> None:
    [vault] = backups(LONDON, protect=False).of_type(VAULT)
    assert vault.inputs["forceDestroy"] is True, "AWS refuses to delete a vault that holds points"


def test_a_retired_region_keeps_its_vault_and_takes_no_more_points() -> None:
    graph = backups(LONDON, retired=(OHIO,))
    assert {node.region for node in graph.of_type(VAULT)} == {LONDON, OHIO}, "AWS deletes no vault that holds points"
    assert {node.region for node in graph.of_type(PLAN)} == {LONDON}


def test_only_backups_assume_the_role() -> None:
    [role] = backups(LONDON).of_type("aws:iam/role:Role")
    [statement] = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "backup.amazonaws.com"}
    assert "Condition" not in statement, "AWS Backup documents no source for it: with one, no point might be taken"


def test_a_failed_point_or_copy_is_told() -> None:
    [alarm] = backups(LONDON).of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    watched = {q["metric"]["metricName"] for q in alarm.inputs["metricQueries"] if "metric" in q}
    assert {"NumberOfBackupJobsFailed", "NumberOfCopyJobsFailed"} <= watched
    assert alarm.inputs["alarmActions"]
