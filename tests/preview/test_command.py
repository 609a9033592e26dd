"""`python -m preview`, as a person or a pipeline calls it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from preview.__main__ import PROJECT_DIRECTORY, main


def preview(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "preview", *arguments]
    return subprocess.run(command, cwd=PROJECT_DIRECTORY, capture_output=True, text=True, check=False)  # noqa: S603


def test_a_preview_prints_counts_and_writes_the_graph(tmp_path: Path) -> None:
    target = tmp_path / "graph.json"
    result = preview("--stack", "staging", "--json", str(target))
    assert result.returncode == 0, result.stderr
    assert "storefront/staging:" in result.stdout
    assert "\r" not in result.stderr, "no progress line in a pipe"
    written = json.loads(target.read_text())
    assert set(written) == {"project", "stack", "resources", "service_levels"}
    assert set(written["resources"][0]) == {
        "urn",
        "type",
        "name",
        "parent",
        "provider",
        "region",
        "inputs",
        "dependencies",
    }


def test_an_unknown_stack_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "production"]) == 1
    assert "there is no stack 'production'; there are local, prod, staging" in capsys.readouterr().err


def test_a_wrong_configuration_ends_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: storefront\nruntime: python\n")
    (tmp_path / "Pulumi.broken.yaml").write_text("config:\n  storefront:domain: nowhere\n  storefront:egde: {}\n")
    (tmp_path / "__main__.py").write_text("from settings import Settings\n\nSettings.from_stack()\n")
    script = (
        "import pathlib, preview.__main__ as command; "
        f"command.PROJECT_DIRECTORY = pathlib.Path({str(tmp_path)!r}); "
        "raise SystemExit(command.main(['--stack', 'broken']))"
    )
    result = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], cwd=PROJECT_DIRECTORY, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert 'storefront:domain: found "nowhere"' in result.stderr
    assert "'edge' was probably meant" in result.stderr, "all errors at once"
