"""Brings the relational schema to this release's version; running it again changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from handlers.common import log
from handlers.common.aws import client
from handlers.schema.database import Database
from handlers.schema.env import Env
from handlers.schema.logic import Migration, lacking, migrations


def migrate(database: Database, known: Sequence[Migration]) -> list[str]:
    """Applies what is lacking, each migration in a transaction of its own, and names what it applied.

    What is lacking is asked again under each transaction's lock: another run may have come in between.
    """
    applied: list[str] = []
    while True:
        with database.transaction() as transaction:
            missing = lacking(known, transaction.applied())
            if not missing:
                return applied
            transaction.apply(missing[0])
        applied.append(missing[0].name)
        log.info("applied a migration", name=missing[0].name)


@cache
def wired() -> Database:
    env = Env.read()
    return Database(client("rds-data", env.writer_region, patience=60.0), env)


def handle(_event: Mapping[str, object], _context: object) -> dict[str, object]:
    known = migrations()
    return {"applied": migrate(wired(), known), "version": known[-1].version}
