"""The workflows of pull requests and deployments: no stored keys, nothing that can be swapped under them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parent.parent / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def _jobs(file: Path) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]


@every_file
def test_an_action_is_named_by_its_commit(file: Path) -> None:
    used = re.findall(r"uses: (\S+)", file.read_text(encoding="utf-8"))
    foreign = [one for one in used if not one.startswith("./")]
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one) for one in foreign), "a tag can be moved to other code"


@every_file
def test_no_key_is_stored(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "secrets." not in text, "AWS is reached through OIDC"
    assert "aws-access-key-id" not in text


@every_file
def test_a_job_has_the_rights_that_it_states_and_no_others(file: Path) -> None:
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["permissions"] == {}
    for name, job in _jobs(file).items():
        assert job["permissions"], f"{name} states what it may do"
        assert job["permissions"].get("contents") == "read"


@every_file
def test_a_job_ends(file: Path) -> None:
    assert all(job.get("timeout-minutes") or job.get("uses") for job in _jobs(file).values())


def test_a_strangers_pull_request_gets_no_credentials() -> None:
    jobs = _jobs(FOLDER / "pull-request.yml")
    with_identity = [job for job in jobs.values() if "id-token" in job["permissions"]]
    assert with_identity
    assert all("head.repo.full_name == github.repository" in job["if"] for job in with_identity)


def test_prod_follows_staging() -> None:
    assert _jobs(FOLDER / "deploy.yml")["prod"]["needs"] == "staging"


def test_a_deployment_is_judged_before_and_while_it_runs() -> None:
    steps = _jobs(FOLDER / "up.yml")["up"]["steps"]
    offline = next(at for at, step in enumerate(steps) if "make preview" in step.get("run", ""))
    deployed = next(at for at, step in enumerate(steps) if step.get("with", {}).get("command") == "up")
    assert offline < deployed
    assert steps[deployed]["with"]["policyPacks"] == "policy"


def test_no_text_of_a_pull_request_reaches_a_shell() -> None:
    for file in FILES:
        for job in _jobs(file).values():
            for step in job.get("steps", []):
                assert "${{" not in step.get("run", ""), "an expression in a script is code that its author writes"


def test_a_pull_request_shows_what_it_does() -> None:
    steps = _jobs(FOLDER / "pull-request.yml")["offline"]["steps"]
    runs = [step.get("run", "") for step in steps]
    compared = next(at for at, run in enumerate(runs) if "make diff" in run)
    posted = next(at for at, run in enumerate(runs) if "change.md" in run)
    assert compared < posted
    assert steps[compared]["env"]["BASE"] == "${{ github.event.pull_request.base.sha }}"
    assert steps[0]["with"]["fetch-depth"] == 0, "the base is run too"
