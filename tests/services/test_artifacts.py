"""An artifact is the same bytes wherever it is built, holds what the service needs, and runs."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from tests.handlers.account import client
from tests.handlers.tables import create_tables
from tests.services.conftest import REGION, Server
from tests.services.data_api import DataApi
from tools.artifacts import LOCK, ROOT, SERVICES, artifact_version, build

_CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


@pytest.mark.slow
def test_two_builds_from_clean_are_the_same_bytes(tmp_path: Path) -> None:
    first, second = build("render", tmp_path / "first"), build("render", tmp_path / "second")
    assert first.path.read_bytes() == second.path.read_bytes()


def test_an_artifact_that_is_up_to_date_is_not_built_again_and_a_damaged_one_is(tmp_path: Path) -> None:
    built = build("render", tmp_path)
    moment = built.path.stat().st_mtime_ns
    assert build("render", tmp_path) == built
    assert built.path.stat().st_mtime_ns == moment
    built.path.write_bytes(built.path.read_bytes()[:-1])
    assert build("render", tmp_path).sha256 == built.sha256


def test_a_version_names_the_inputs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("handlers/common", "services/storefront", "services/render"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("handlers/__init__.py", "services/__init__.py", "services/storefront/app.py", "services/render/a.py"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr("tools.artifacts.ROOT", tmp_path)
    before = {service: artifact_version(service) for service in SERVICES}
    (tmp_path / "services/storefront/app.py").write_text("changed")
    assert artifact_version("storefront") != before["storefront"]
    assert artifact_version("render") == before["render"]
    (tmp_path / "handlers/common/log.py").write_text("changed")
    assert artifact_version("render") != before["render"]
    assert all(re.fullmatch(r"[0-9a-f]{12}", version) for version in before.values())


@pytest.mark.parametrize("service", SERVICES)
def test_the_lock_pins_every_wheel_by_hash_and_names_no_index(service: str) -> None:
    lock = (ROOT / "services" / service / LOCK).read_text()
    pinned = re.findall(r"^[a-z0-9-]+==[^ ]+ \\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert len(pinned) == lock.count("==") > 0
    assert "http" not in lock


def test_an_artifact_holds_what_runs_and_nothing_of_the_machine_that_built_it(unpacked: Path) -> None:
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {"services/storefront/wsgi.py", "services/storefront/storefront.service", "handlers/common/log.py"} <= names
    assert {"vendor/gunicorn/__main__.py", "vendor/pg8000/native.py", "vendor/boto3/__init__.py"} <= names
    odd = [name for name in names if name.endswith((".pyc", ".so", "/RECORD", "/INSTALLER")) or "/bin/" in name]
    assert odd == []
    assert not any(name.startswith(("handlers/carts", "services/render", "tests")) for name in names)


def test_entries_are_sorted_and_carry_no_date_of_their_own() -> None:
    with zipfile.ZipFile(build("storefront").path) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {(entry.date_time, entry.external_attr >> 16) for entry in entries} == {((1980, 1, 1, 0, 0, 0), 0o100644)}


@pytest.mark.parametrize("service", SERVICES)
def test_the_boot_script_is_bash_and_starts_the_unit_the_artifact_holds(service: str) -> None:
    folder = ROOT / "services" / service
    subprocess.run(["bash", "-n", str(folder / "boot.sh")], check=True)  # noqa: S603, S607 - the project's own script
    script, unit = (folder / "boot.sh").read_text(), (folder / f"{service}.service").read_text()
    assert script.splitlines()[0] == "#!/bin/bash"
    assert len(script) < 12_000, "user data is limited to 16 KB, and the caller writes above this"
    account = re.search(r"^readonly ACCOUNT=([\w-]+)", script, re.MULTILINE)
    assert account is not None
    assert f"\nUser={account[1]}\n" in unit
    for kept in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "Restart=always",
        f"EnvironmentFile=/etc/{service}/env",
    ):
        assert f"\n{kept}\n" in unit


def test_both_services_fetch_and_verify_their_artifact_in_the_same_words() -> None:
    stages = [(ROOT / "services" / service / "boot.sh").read_text() for service in SERVICES]
    cut = [
        re.search(r"^# An instance that cannot start.*^chmod 0640 [^\n]*env", script, re.M | re.S) for script in stages
    ]
    assert [found[0] if found else None for found in cut].count(cut[0][0] if cut[0] else "") == len(SERVICES)


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class Fleet:
    """One instance of the web fleet: the unpacked artifact served as its unit serves it."""

    def __init__(self, unpacked: Path, keys: Path, environment: dict[str, str], port: int) -> None:
        make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=web"
        subprocess.run(  # noqa: S603 - the suite's own command
            [*make.split(), "-keyout", f"{keys}/k.pem", "-out", f"{keys}/c.pem"], check=True, capture_output=True
        )
        own = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{unpacked}:{unpacked}/vendor",
            "TLS_CERTIFICATE": f"{keys}/c.pem",
            "TLS_KEY": f"{keys}/k.pem",
            "BIND": f"127.0.0.1:{port}",
            "WORKERS": "1",
        }
        command = [sys.executable, "-S", "-m", "gunicorn", "-c", "python:services.storefront.gunicorn_conf"]
        self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - the suite's own command
            command, cwd=unpacked, env=own | environment
        )
        self._origin: str = f"https://127.0.0.1:{port}"

    def ask(self, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self._origin + path, data=content, headers=named)  # noqa: S310
        unverified = ssl._create_unverified_context()  # noqa: S323  # pyright: ignore[reportPrivateUsage]
        try:
            with urllib.request.urlopen(request, context=unverified, timeout=10) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def wait(self) -> None:
        for _ in range(100):
            try:
                self.ask("/healthz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the service did not come up within ten seconds")


@pytest.fixture
def environment(endpoint: str, server: Server, sql: DataApi) -> dict[str, str]:
    """What the instance is told, of an AWS and a database that hold one lamp."""
    dynamo = client("dynamodb", region_name=REGION, endpoint_url=endpoint, **_CREDENTIALS)
    create_tables(dynamo)
    texts = {"pk": "PRODUCT#lamp", "sk": "META", "name": "Lamp", "category": "lamps", "currency": "EUR"}
    item = {name: {"S": value} for name, value in (texts | {"merchant_id": "m", "status": "active"}).items()}
    dynamo.put_item(TableName="catalogue", Item=item | {"price_minor": {"N": "1999"}})
    sql.execute("INSERT INTO inventory (product_id, available) VALUES ('lamp', 1)")
    return {name.upper(): value for name, value in _CREDENTIALS.items()} | {
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "CATALOGUE_TABLE": "catalogue",
        "SESSIONS_TABLE": "sessions",
        "DB_WRITER_HOST": "localhost",
        "DB_FORWARDING_HOST": "localhost",
        "DB_READER_HOST": "localhost",
        "DB_PORT": str(server.port),
        "DB_NAME": "shop",
        "DB_CA_BUNDLE": str(server.certificate),
    }


@pytest.mark.slow
def test_the_artifact_serves_orders_over_tls_and_stops_when_told(
    unpacked: Path, tmp_path: Path, environment: dict[str, str], unused_port: int
) -> None:
    fleet = Fleet(unpacked, tmp_path, environment, unused_port)
    try:
        fleet.wait()
        status, report = fleet.ask("/readyz")
        assert (status, report["status"]) == (200, "ok"), report
        wish = {"customer": {"email": "a@b.org", "name": "A"}, "lines": [{"product_id": "lamp", "quantity": 1}]}
        status, order = fleet.ask("/orders", wish, Idempotency_Key="key-00001")
        assert (status, order["total_minor"]) == (201, 1999)
        assert fleet.ask(f"/orders/{order['order_id']}") == (200, order)
        assert fleet.ask("/orders", wish, Idempotency_Key="key-00002")[0] == 409
        status, session = fleet.ask("/sessions", {})
        assert fleet.ask(f"/sessions/{session['session_id']}") == (200, session)
    finally:
        fleet.process.send_signal(signal.SIGTERM)
        assert fleet.process.wait(30) == 0
