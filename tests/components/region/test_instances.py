import json
import re
from typing import Any

import pytest

from components.region.instances import PREPARATION, SERVICES, USER_DATA_LIMIT, boot_script

BOOT = "#!/bin/bash\nset -e\necho up\n"


def script(**environment: str) -> str:
    return made("web", BOOT, **environment)


def made(service: str, boot: str, **environment: str) -> str:
    return boot_script(
        service,
        environment=environment,
        artifact_uri=f"s3://b/{service}/1.zip",
        sha256="ab",
        region="eu-west-2",
        log_group=f"/servers/{service}",
        preparation=PREPARATION.read_text(encoding="utf-8"),
        boot=boot,
    )


def collected(service: str) -> list[dict[str, Any]]:
    text = re.search(r"^cat > /etc/\w+/logs\.json <<'LOGS'\n(.*?)^LOGS$", made(service, BOOT), re.M | re.S)
    assert text is not None
    return json.loads(text[1])["logs"]["logs_collected"]["files"]["collect_list"]


def test_the_boot_script_hands_over_with_the_environment_written() -> None:
    lines = script(B="2", A="x y").splitlines()
    assert lines[0] == "#!/bin/bash"
    assert lines[3:6] == ["A=x y", "B=2", "ENVIRONMENT"], "sorted, so that the same settings make the same script"
    assert lines.index("export ARTIFACT_URI='s3://b/web/1.zip' ARTIFACT_SHA256='ab' REGION='eu-west-2'") < lines.index(
        "set -e"
    )


def test_the_interpreter_is_named_once() -> None:
    assert script().replace(PREPARATION.read_text(encoding="utf-8"), "").count("#!/bin/bash") == 1


@pytest.mark.parametrize("environment", [{"A": "1\nB=2"}, {"A-B": "1"}])
def test_a_value_that_would_break_the_file_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="environment of web"):
        script(**environment)


def test_a_script_too_long_for_ec2_is_refused() -> None:
    with pytest.raises(ValueError, match=str(USER_DATA_LIMIT)):
        script(A="x" * USER_DATA_LIMIT)


@pytest.mark.parametrize("service", ["storefront", "render"])
def test_the_boot_scripts_of_the_services_fit(service: str) -> None:
    boot = (SERVICES / service / "boot.sh").read_text(encoding="utf-8")
    assert len(made(service, boot).encode()) < USER_DATA_LIMIT // 2, "room for the environment"


@pytest.mark.parametrize("service", ["storefront", "render"])
def test_what_a_service_writes_is_what_the_agent_collects(service: str) -> None:
    folder = SERVICES / service
    files = {entry["file_path"] for entry in collected(service)}
    (written,) = re.findall(r"^StandardOutput=append:(.+)$", (folder / f"{service}.service").read_text(), re.M)
    assert files == {written, "/var/log/cloud-init-output.log"}, "a boot that fails must be told of as well"
    assert f'LOG="{written}"'.replace(service, "${SERVICE}") in (folder / "boot.sh").read_text(), "or nobody rotates it"


def test_each_server_has_streams_of_its_own_in_the_group_of_its_service() -> None:
    assert {entry["log_group_name"] for entry in collected("web")} == {"/servers/web"}
    streams = [entry["log_stream_name"] for entry in collected("web")]
    assert len(set(streams)) == 2
    assert all(stream.startswith("{instance_id}/") for stream in streams)


def test_the_boot_script_finds_what_an_image_is_baked_with() -> None:
    carried = re.search(r"^cat > /etc/web/image\.sh <<'IMAGE'\n(.*?)^IMAGE$", script(), re.M | re.S)
    assert carried is not None
    assert carried[1] == PREPARATION.read_text(encoding="utf-8")
