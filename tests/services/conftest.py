"""The services' surroundings: moto's AWS, and a real PostgreSQL that speaks TLS, holding the shipped schema."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from handlers.schema.database import Database
from handlers.schema.env import Env
from handlers.schema.handler import migrate
from handlers.schema.logic import migrations
from services.storefront.settings import DatabaseSettings
from tests.handlers.account import client
from tests.handlers.tables import create_tables
from tests.services.data_api import DataApi
from tools.artifacts import build

REGION = "eu-west-1"
OWNER = "postgres"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield client


@pytest.fixture
def dynamo(aws: Any) -> Any:
    dynamo = aws("dynamodb")
    create_tables(dynamo)
    return dynamo


@pytest.fixture(scope="session")
def unpacked() -> Iterator[Path]:
    """The storefront's artifact as an instance unpacks it."""
    artifact = build("storefront")
    with tempfile.TemporaryDirectory(prefix="storefront-") as folder:
        with zipfile.ZipFile(artifact.path) as archive:
            archive.extractall(folder)
        yield Path(folder)


@pytest.fixture(scope="session")
def vendored(unpacked: Path) -> Iterator[None]:
    """Lets this process import what only the artifact brings (pg8000)."""
    sys.path.append(str(unpacked / "vendor"))
    yield
    sys.path.remove(str(unpacked / "vendor"))


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    certificate: Path

    def settings(self, *, user: str = "storefront", trusted: bool = True) -> DatabaseSettings:
        return DatabaseSettings(
            writer_host="localhost",
            forwarding_host="localhost",
            reader_host="localhost",
            port=self.port,
            name="shop",
            user=user,
            ca_bundle=str(self.certificate) if trusted else None,
        )


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """PostgreSQL on a free port; whoever comes by TLS may enter, as RDS would let a valid token in."""
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:
        folder = Path(name)
        _run(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            str(folder / "key.pem"),
            "-out",
            str(folder / "cert.pem"),
        )
        (folder / "key.pem").chmod(0o600)
        if os.getuid() == 0:
            for path in (folder, folder / "key.pem", folder / "cert.pem"):
                shutil.chown(path, OWNER, OWNER)
        data, port = folder / "data", _free_port()
        _as_owner(str(binaries / "initdb"), "-D", str(data), "-U", OWNER, "--auth=trust", "--no-sync")
        (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 trust\nhostssl all all ::1/128 trust\n")
        options = (
            f"-p {port} -c listen_addresses=localhost -c unix_socket_directories= -c fsync=off -c ssl=on "
            f"-c ssl_cert_file={folder}/cert.pem -c ssl_key_file={folder}/key.pem"
        )
        log = str(folder / "log")
        _as_owner(str(binaries / "pg_ctl"), "-D", str(data), "-l", log, "-w", "-o", options, "start")
        try:
            yield Server(port, folder / "cert.pem")
        finally:
            _as_owner(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def _binaries() -> Path:
    found = shutil.which("initdb") or next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    if found is None:
        pytest.skip("no PostgreSQL server is installed here")
    return Path(found).resolve().parent


def _as_owner(*command: str) -> None:
    """PostgreSQL refuses to run as root."""
    _run(*(["runuser", "-u", OWNER, "--"] if os.getuid() == 0 else []), *command)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - the suite's own commands


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def schema(server: Server, vendored: None) -> DataApi:  # noqa: ARG001 - asked for, for what it sets up
    """The shipped schema, applied by the function's own code through a Data API over this server."""
    DataApi(server, "postgres").execute("CREATE DATABASE shop")
    api = DataApi(server, "shop")
    api.execute("CREATE ROLE rds_iam")
    migrate(Database(api, Env(cluster_arn="c", secret_arn="s", database="shop")), migrations())
    return api


@pytest.fixture
def sql(schema: DataApi) -> DataApi:
    """The empty database, as its owner."""
    schema.execute("TRUNCATE order_lines, orders, inventory, customers")
    return schema


@pytest.fixture
def unused_port() -> int:
    return _free_port()
