"""The database behind the RDS Data API."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from handlers.common.aws import RdsData
from handlers.common.document import at
from handlers.schema.env import Env
from handlers.schema.logic import Migration

LOCK = 7_305_116
"""Any number, the same in every release: it keeps two runs of this function apart."""
_LEDGER = """CREATE TABLE IF NOT EXISTS schema_version (
    version integer PRIMARY KEY,
    name text NOT NULL,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)"""


class Transaction:
    """One transaction that holds the schema's lock until it ends."""

    def __init__(self, data: RdsData, env: Env, transaction_id: str) -> None:
        self._data: RdsData = data
        self._env: Env = env
        self._id: str = transaction_id

    def run(self, sql: str, **parameters: str | int) -> list[list[Mapping[str, object]]]:
        answer = self._data.execute_statement(
            resourceArn=self._env.cluster_arn,
            secretArn=self._env.secret_arn,
            database=self._env.database,
            sql=sql,
            transactionId=self._id,
            parameters=[
                {"name": name, "value": {"longValue": value} if isinstance(value, int) else {"stringValue": value}}
                for name, value in parameters.items()
            ],
            continueAfterTimeout=True,
        )
        return answer.get("records", [])

    def applied(self) -> dict[int, str]:
        """Digests of the applied migrations by number."""
        self.run(_LEDGER)
        rows = self.run("SELECT version, digest FROM schema_version ORDER BY version")
        return {int(str(at(row, 0, "longValue"))): str(at(row, 1, "stringValue")) for row in rows}

    def apply(self, migration: Migration) -> None:
        for statement in migration.statements:
            self.run(statement)
        self.run(
            "INSERT INTO schema_version (version, name, digest) VALUES (:version, :name, :digest)",
            version=migration.version,
            name=migration.name,
            digest=migration.digest,
        )


class Database:
    def __init__(self, data: RdsData, env: Env) -> None:
        self._data: RdsData = data
        self._env: Env = env

    @contextmanager
    def transaction(self) -> Generator[Transaction]:
        env = self._env
        begun = self._data.begin_transaction(
            resourceArn=env.cluster_arn, secretArn=env.secret_arn, database=env.database
        )["transactionId"]
        transaction = Transaction(self._data, env, begun)
        try:
            transaction.run("SELECT 1 FROM pg_advisory_xact_lock(:lock)", lock=LOCK)
            yield transaction
        except BaseException:
            self._data.rollback_transaction(resourceArn=env.cluster_arn, secretArn=env.secret_arn, transactionId=begun)
            raise
        self._data.commit_transaction(resourceArn=env.cluster_arn, secretArn=env.secret_arn, transactionId=begun)
