import pytest

from components.region.instances import SERVICES, USER_DATA_LIMIT, boot_script

BOOT = "#!/bin/bash\nset -e\necho up\n"


def script(**environment: str) -> str:
    return boot_script(
        "web", environment=environment, artifact_uri="s3://b/web/1.zip", sha256="ab", region="eu-west-2", boot=BOOT
    )


def test_the_boot_script_hands_over_with_the_environment_written() -> None:
    lines = script(B="2", A="x y").splitlines()
    assert lines[0] == "#!/bin/bash"
    assert lines[3:6] == ["A=x y", "B=2", "ENVIRONMENT"], "sorted, so that the same settings make the same script"
    assert lines.index("export ARTIFACT_URI='s3://b/web/1.zip' ARTIFACT_SHA256='ab' REGION='eu-west-2'") < lines.index(
        "set -e"
    )


def test_the_interpreter_is_named_once() -> None:
    assert script().count("#!/bin/bash") == 1


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
    made = boot_script(service, environment={}, artifact_uri="s3://b/k", sha256="ab", region="eu-west-2", boot=boot)
    assert len(made.encode()) < USER_DATA_LIMIT // 2, "room for the environment"
