"""The boot scripts run, with stand-ins for what needs root, AWS or a package mirror: which steps, in which order."""

import hashlib
import os
import re
import stat
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.artifacts import ROOT, SERVICES

BAKED, STOCK = True, False
AGENT = "opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"
WRITTEN_DOWN = ("chown", "dnf", "journalctl", "sleep", "sync", "useradd")
"""Commands of which the call is all that counts."""

STAND_INS = {
    "rpm": 'test -n "${BAKED}"',
    "id": 'test -n "${BAKED}"',
    "aws": 'cp "${ARTIFACT}" "${@: -1}"',
    "python3.12": f'exec {sys.executable} "$@"',
    "systemctl": 'case "$1" in show) echo 0 ;; esac',
    # Nobody here has the service's account to own a folder.
    "install": """for word in "$@"; do
      case "${word}" in -o | -g | root | storefront) ;; *) kept+=("${word}") ;; esac
    done
    exec /usr/bin/install "${kept[@]}\"""",
    "openssl": 'for word in "$@"; do case "${word}" in *.pem) touch "${word}" ;; esac; done',
    "curl": 'case "$*" in *healthz) test -n "${SERVES}" ;; *) echo pem >"${@: -2:1}" ;; esac',
}
"""Commands that do just what the scripts need of them."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A folder that stands for an instance's disk, and what was called on it."""

    folder: Path

    def boot(self, service: str, *, baked: bool, serves: bool = True) -> int:
        """Runs the service's boot script on this disk; its exit status."""
        script = _moved((ROOT / "services" / service / "boot.sh").read_text(encoding="utf-8"), self.folder)
        artifact = self.folder / "artifact.zip"
        environment = {
            "PATH": f"{self.folder}/bin:/usr/bin:/bin",
            "TMPDIR": str(self.folder),
            "ARTIFACT": str(artifact),
            "ARTIFACT_URI": "s3://artifacts/1.zip",
            "ARTIFACT_SHA256": hashlib.sha256(artifact.read_bytes()).hexdigest(),
            "REGION": "eu-west-2",
            "BAKED": "yes" if baked else "",
            "SERVES": "yes" if serves else "",
        }
        command = ["bash", "-c", script]
        return subprocess.run(command, env=environment, check=False, capture_output=True).returncode  # noqa: S603

    def calls(self) -> list[str]:
        """What was called, in order."""
        return (self.folder / "calls").read_text(encoding="utf-8").splitlines()

    def first(self, pattern: str) -> int:
        """Where the first call of a kind stands; AssertionError without one."""
        found = [at for at, call in enumerate(self.calls()) if re.search(pattern, call)]
        assert found, f"no call of {pattern} among {self.calls()}"
        return found[0]


def _moved(script: str, folder: Path) -> str:
    """A script whose paths of the system lie in a folder."""
    return re.sub(r"(?<![\w.}/])/(etc|opt|var)/", rf"{folder}/\1/", script)


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    bodies = dict.fromkeys(WRITTEN_DOWN, "true") | STAND_INS
    for name, body in {**{f"bin/{name}": body for name, body in bodies.items()}, AGENT: "true"}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/bash\necho "$(basename "$0") $*" >>{tmp_path}/calls\n{body}\n', encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    for folder in ("etc/logrotate.d", "etc/systemd/system", "var/log"):
        (tmp_path / folder).mkdir(parents=True)
    preparation = _moved((ROOT / "services/image.sh").read_text(encoding="utf-8"), tmp_path)
    with zipfile.ZipFile(tmp_path / "artifact.zip", "w") as archive:
        for service in SERVICES:
            archive.writestr(f"services/{service}/{service}.service", "[Unit]")
            (tmp_path / "etc" / service).mkdir()
            for name, text in {"env": "A=1", "logs.json": "{}", "image.sh": preparation}.items():
                (tmp_path / "etc" / service / name).write_text(text, encoding="utf-8")
        archive.writestr("handlers/__init__.py", "")
        archive.writestr("vendor/__init__.py", "")
    return Instance(tmp_path)


def test_on_its_own_image_a_server_serves_without_the_package_mirror(instance: Instance) -> None:
    assert instance.boot("storefront", baked=BAKED) == 0
    assert not [call for call in instance.calls() if call.startswith(("dnf", "useradd"))]
    assert instance.first("systemctl enable --now storefront") < instance.first("curl .*healthz")


@pytest.mark.parametrize("service", SERVICES)
def test_on_the_stock_image_a_server_gets_what_it_serves_with_first(instance: Instance, service: str) -> None:
    assert instance.boot(service, baked=STOCK) == 0
    assert instance.calls()[instance.first("^dnf")].endswith(" python3.12"), "nothing that could wait"
    assert instance.first("^dnf .* python3.12") < instance.first("^useradd") < instance.first("^aws s3 cp")


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("baked", [BAKED, STOCK])
def test_the_log_agent_delays_nothing(instance: Instance, service: str, baked: bool) -> None:
    assert instance.boot(service, baked=baked) == 0
    assert instance.first(f"systemctl enable --now {service}") < instance.first("amazon-cloudwatch-agent-ctl -a fetch")
    if not baked:
        assert instance.first("enable --now") < instance.first("^dnf .* amazon-cloudwatch-agent")


@pytest.mark.parametrize("baked", [BAKED, STOCK])
def test_a_boot_that_fails_is_told_of_elsewhere_and_ends(instance: Instance, baked: bool) -> None:
    assert instance.boot("storefront", baked=baked, serves=False) != 0
    assert instance.first("amazon-cloudwatch-agent-ctl -a fetch") < instance.first("systemctl poweroff")
    assert instance.calls()[-2:] == ["sleep 20", "systemctl poweroff"], "the log has time to leave"


def test_a_boot_without_its_region_still_ends(instance: Instance) -> None:
    script = _moved((ROOT / "services/storefront/boot.sh").read_text(encoding="utf-8"), instance.folder)
    environment = {"PATH": f"{instance.folder}/bin:{os.environ['PATH']}", "BAKED": ""}
    subprocess.run(["bash", "-c", script], env=environment, check=False, capture_output=True)  # noqa: S603, S607
    assert instance.calls()[-1] == "systemctl poweroff"


def test_the_certificates_of_rds_are_fetched_where_no_image_brought_them(instance: Instance) -> None:
    bundle = instance.folder / "etc/storefront/rds.pem"
    assert instance.boot("storefront", baked=STOCK) == 0
    assert bundle.read_text(encoding="utf-8") == "pem\n"
    bundle.write_text("baked", encoding="utf-8")
    assert instance.boot("storefront", baked=BAKED) == 0
    assert bundle.read_text(encoding="utf-8") == "baked", "what the image brought stays"


@pytest.mark.parametrize("service", SERVICES)
def test_logs_are_rotated_without_closing_the_services_file(instance: Instance, service: str) -> None:
    instance.boot(service, baked=BAKED)
    rotation = (instance.folder / "etc/logrotate.d" / service).read_text(encoding="utf-8")
    assert rotation.startswith(f"{instance.folder}/var/log/{service}/service.log {{")
    assert "copytruncate" in rotation
