"""Connections to PostgreSQL by IAM token over verified TLS, and a small pool of them."""

from __future__ import annotations

import importlib
import ssl
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol, cast

from handlers.common.aws import Rds
from services.storefront.settings import DatabaseSettings

Row = Sequence[object]

READ_ONLY = "25006"
"""What a reader says to a write."""

_PASSING = ("08", READ_ONLY, "40", "53", "57")
"""SQLSTATEs (or their classes) that pass by themselves: connection lost, a writer that became a reader in a
failover, deadlock, too many connections, shutting down."""


class DatabaseUnavailableError(Exception):
    """The database cannot be used right now; the same request may succeed in a moment."""


class Connection(Protocol):
    """The part of pg8000's native connection in use."""

    @property
    def row_count(self) -> int: ...
    def run(self, sql: str, **parameters: object) -> list[Row] | None: ...
    def close(self) -> None: ...


class Dialler(Protocol):
    def __call__(
        self,
        user: str,
        *,
        host: str,
        port: int,
        database: str,
        password: str,
        ssl_context: ssl.SSLContext,
        timeout: float,
    ) -> Connection: ...


def dialler() -> Dialler:
    """pg8000 ships no types; this is the one place that touches it."""
    return cast("Dialler", importlib.import_module("pg8000.native").Connection)


Connect = Callable[[], Connection]


def trust(ca_bundle: str | None) -> ssl.SSLContext:
    """The system's authorities and those of the bundle; without its file only the cluster is not trusted."""
    context = ssl.create_default_context()
    if ca_bundle is not None and Path(ca_bundle).is_file():
        context.load_verify_locations(cafile=ca_bundle)
    return context


def connector(
    settings: DatabaseSettings, host: str, region: str, rds: Rds, dial: Dialler, *, timeout: float
) -> Connect:
    """Opens connections to one host; each has a fresh token, as a token is good for fifteen minutes only."""
    context = trust(settings.ca_bundle)

    def connect() -> Connection:
        token = rds.generate_db_auth_token(DBHostname=host, Port=settings.port, DBUsername=settings.user, Region=region)
        return dial(
            settings.user,
            host=host,
            port=settings.port,
            database=settings.name,
            password=token,
            ssl_context=context,
            timeout=timeout,
        )

    return connect


class WriterPath:
    """Connections that can write, by the way that worked last: the writer moves between regions, and nobody says when.

    The region's proxy refuses while the writer is elsewhere. The cluster forwards writes only while it is: beside
    the writer its readers refuse them, which a transaction finds out and `forget` answers. See docs/adr/0006.
    """

    def __init__(self, proxy: Connect, forwarding: Connect) -> None:
        self._ways: tuple[Connect, ...] = (_checked(proxy, _refuse_reader), _checked(forwarding, _forward))
        self._worked: int = 0

    def __call__(self) -> Connection:
        failures: list[str] = []
        for position in (self._worked, 1 - self._worked):
            try:
                connection = self._ways[position]()
            except Exception as error:
                failures.append(str(error))
            else:
                self._worked = position
                return connection
        raise DatabaseUnavailableError("; ".join(failures))

    def forget(self) -> None:
        """Begins again with the proxy."""
        self._worked = 0


def _checked(connect: Connect, prepare: Callable[[Connection], None]) -> Connect:
    def checked() -> Connection:
        connection = connect()
        try:
            prepare(connection)
        except Exception:
            _close(connection)
            raise
        return connection

    return checked


def _refuse_reader(connection: Connection) -> None:
    rows = connection.run("SELECT pg_is_in_recovery()")
    if rows and rows[0][0]:
        raise DatabaseUnavailableError("the proxy has no writer behind it")


def _forward(connection: Connection) -> None:
    """What a session writes it can read; versions differ in what they do unasked."""
    connection.run("SET apg_write_forward.consistency_mode = 'session'")


@dataclass(frozen=True, slots=True)
class _Opened:
    connection: Connection
    at: float


class Pool:
    """Lends connections for one transaction each and keeps a few open ones between."""

    def __init__(
        self,
        connect: Connect,
        *,
        keep: int = 8,
        longest: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
        moved: Callable[[], None] | None = None,
    ) -> None:
        """`moved` is told when what took writes takes them no more; every connection is then opened anew."""
        self._connect: Connect = connect
        self._moved: Callable[[], None] | None = moved
        self._keep: int = keep
        self._longest: float = longest
        self._clock: Callable[[], float] = clock
        self._idle: list[_Opened] = []
        self._lock: Lock = Lock()

    @contextmanager
    def transaction(self) -> Generator[Connection]:
        """A transaction: committed at the end, rolled back when anything is raised."""
        opened = self._begun()
        connection = opened.connection
        try:
            yield connection
            _translated(connection, "COMMIT")
        except DatabaseUnavailableError:
            _close(connection)
            raise
        except BaseException as error:
            if (translated := unavailable(error)) is not None:
                # An answer may still be under way on this connection; the next to use it would take it for its own.
                _close(connection)
                if sql_state(error) == READ_ONLY:
                    self._start_over()
                raise translated from error
            self._roll_back(opened)
            raise
        self._give_back(opened)

    def _roll_back(self, opened: _Opened) -> None:
        try:
            opened.connection.run("ROLLBACK")
        except Exception:
            _close(opened.connection)
        else:
            self._give_back(opened)

    def _begun(self) -> _Opened:
        """A connection with a transaction begun; one that died while it lay idle shows here and is replaced."""
        while (idle := self._take()) is not None:
            try:
                idle.connection.run("BEGIN")
            except Exception:
                _close(idle.connection)
            else:
                return idle
        try:
            opened = _Opened(self._connect(), self._clock())
        except Exception as error:
            raise DatabaseUnavailableError(f"no connection to the database: {error}") from error
        _translated(opened.connection, "BEGIN")
        return opened

    def _start_over(self) -> None:
        with self._lock:
            left, self._idle = self._idle, []
        for opened in left:
            _close(opened.connection)
        if self._moved is not None:
            self._moved()

    def _take(self) -> _Opened | None:
        with self._lock:
            while self._idle:
                opened = self._idle.pop()
                if self._clock() - opened.at <= self._longest:
                    return opened
                _close(opened.connection)
        return None

    def _give_back(self, opened: _Opened) -> None:
        with self._lock:
            if len(self._idle) < self._keep:
                self._idle.append(opened)
                return
        _close(opened.connection)


def unavailable(error: BaseException) -> DatabaseUnavailableError | None:
    """The error as one that passes by itself, if it is one."""
    state = sql_state(error)
    lost = isinstance(error, OSError) or type(error).__name__ == "InterfaceError"
    if lost or state.startswith(_PASSING):
        return DatabaseUnavailableError(f"the database is not available: {error}")
    return None


def sql_state(error: BaseException) -> str:
    """The SQLSTATE of an error of the database; empty for any other."""
    details = error.args[0] if error.args else None
    return str(cast("dict[str, object]", details).get("C", "")) if isinstance(details, dict) else ""


def _translated(connection: Connection, sql: str) -> None:
    try:
        connection.run(sql)
    except Exception as error:
        translated = unavailable(error)
        if translated is None:
            raise
        raise translated from error


def _close(connection: Connection) -> None:
    with suppress(Exception):
        connection.close()
