"""The schema is applied file by file, each whole or not at all, and never twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.schema.database import Database
from handlers.schema.env import Env
from handlers.schema.handler import migrate
from handlers.schema.logic import Migration, MigrationsInvalidError, lacking, migrations, ordered
from handlers.schema.statements import StatementUnfinishedError, split

ENV = Env(cluster_arn="cluster", secret_arn="secret", database="shop")
TWO = ordered([("0002_b.sql", "B1; B2"), ("0001_a.sql", "A1")])


class Data:
    """A Data API that records what is asked of it and keeps the ledger of what was committed."""

    def __init__(self) -> None:
        self.committed: list[list[str]] = []
        self.rolled_back: int = 0
        self.ledger: dict[int, str] = {}
        self.breaks_at: str | None = None
        self._open: list[str] = []
        self._entered: dict[int, str] = {}

    def begin_transaction(self, **_: str) -> Any:
        self._open, self._entered = [], {}
        return {"transactionId": "t-1"}

    def execute_statement(self, *, sql: str, parameters: Sequence[Mapping[str, Any]] = (), **_: object) -> Any:
        if sql == self.breaks_at:
            raise RuntimeError("syntax error")
        self._open.append(sql)
        if sql.startswith("INSERT INTO schema_version"):
            given = {entry["name"]: next(iter(entry["value"].values())) for entry in parameters}
            self._entered[given["version"]] = given["digest"]
        if sql.startswith("SELECT version, digest"):
            rows = [[{"longValue": version}, {"stringValue": digest}] for version, digest in self.ledger.items()]
            return {"records": rows}
        return {}

    def commit_transaction(self, **_: str) -> object:
        self.committed.append(self._open)
        self.ledger |= self._entered
        return {}

    def rollback_transaction(self, **_: str) -> object:
        self.rolled_back += 1
        return {}


@pytest.fixture
def data() -> Data:
    return Data()


def statements(data: Data) -> list[str]:
    """The migrations' own statements in the order they were committed."""
    return [sql for transaction in data.committed for sql in transaction if sql in {"A1", "B1", "B2"}]


def test_what_is_lacking_is_applied_in_order_and_a_second_run_changes_nothing(data: Data) -> None:
    assert migrate(Database(data, ENV), TWO) == ["0001_a.sql", "0002_b.sql"]
    assert statements(data) == ["A1", "B1", "B2"]
    assert migrate(Database(data, ENV), TWO) == []
    assert statements(data) == ["A1", "B1", "B2"]


def test_each_transaction_takes_the_lock_before_it_looks(data: Data) -> None:
    migrate(Database(data, ENV), TWO)
    assert all("pg_advisory_xact_lock" in transaction[0] for transaction in data.committed)
    assert len(data.committed) == 3, "one per migration and one that finds nothing left"


def test_a_migration_that_breaks_is_undone_and_those_before_it_stay(data: Data) -> None:
    data.breaks_at = "B2"
    with pytest.raises(RuntimeError):
        migrate(Database(data, ENV), TWO)
    assert (statements(data), data.rolled_back, sorted(data.ledger)) == (["A1"], 1, [1])
    data.breaks_at = None
    assert migrate(Database(data, ENV), TWO) == ["0002_b.sql"]


def test_a_file_changed_after_it_was_applied_is_refused() -> None:
    with pytest.raises(MigrationsInvalidError, match="was changed after it was applied"):
        lacking(TWO, {1: "another digest"})


def test_a_database_ahead_of_this_release_lacks_nothing() -> None:
    ahead = {migration.version: migration.digest for migration in TWO} | {3: "of a later release"}
    assert lacking(TWO, ahead) == []


@pytest.mark.parametrize(
    "names",
    [["0002_b.sql"], ["0001_a.sql", "0003_c.sql"], ["0001_a.sql", "0001_b.sql"], ["1_a.sql"], ["0001-a.sql"]],
)
def test_numbers_run_without_a_gap_and_without_a_double(names: list[str]) -> None:
    with pytest.raises(MigrationsInvalidError):
        ordered((name, "SELECT 1") for name in names)


@pytest.fixture
def shipped() -> Sequence[Migration]:
    return migrations()


def test_the_shipped_schema_makes_the_role_and_the_tables(shipped: Sequence[Migration]) -> None:
    every = " ".join(statement for migration in shipped for statement in migration.statements)
    for made in ("CREATE ROLE storefront LOGIN", "GRANT rds_iam TO storefront"):
        assert made in every
    for table in ("customers", "inventory", "orders", "order_lines"):
        assert f"CREATE TABLE {table} (" in every


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("A; B", ["A", "B"]),
        (";; A ;", ["A"]),
        ("SELECT ';' || 'it''s;'; B", ["SELECT ';' || 'it''s;'", "B"]),
        ('SELECT ";"; B', ['SELECT ";"', "B"]),
        (r"SELECT E'\';'; B", [r"SELECT E'\';'", "B"]),
        ("DO $$ a; b $$; B", ["DO $$ a; b $$", "B"]),
        ("DO $x$ a; $$ ; $x$; B", ["DO $x$ a; $$ ; $x$", "B"]),
        ("A -- not; this\n; B", ["A", "B"]),
        ("A /* not; /* nested; */ this; */; B", ["A", "B"]),
        ("SELECT a$b$c; B", ["SELECT a$b$c", "B"]),
        ("SELECT 1::text; B", ["SELECT 1::text", "B"]),
    ],
)
def test_a_script_is_split_where_postgresql_would(script: str, expected: list[str]) -> None:
    assert split(script) == expected


@pytest.mark.parametrize("script", ["SELECT 'a; B", 'SELECT "a; B', "DO $$ a; b", "A /* b", "A /* /* */ b"])
def test_what_is_opened_and_never_closed_is_refused(script: str) -> None:
    with pytest.raises(StatementUnfinishedError):
        split(script)


_WORD = st.sampled_from(["SELECT", "a", "1", "'x;y'", "''", '"n;m"', "$$p;q$$", "$t$r;$$;s$t$", "(", ")", "::", "="])
_STATEMENT = st.lists(_WORD, min_size=1).map(" ".join)


@given(st.lists(_STATEMENT), st.sampled_from([";", " ; ", ";\n-- c;\n", ";/* c; */"]))
def test_splitting_undoes_joining(wanted: list[str], joint: str) -> None:
    assert split(joint.join(wanted)) == wanted
