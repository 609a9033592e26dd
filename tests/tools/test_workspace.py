"""The CLI runs in a folder of its own and changes no file of the project."""

from pathlib import Path

from tools.workspace import ROOT, workspace

FILE = "Pulumi.local.yaml"


def test_the_program_is_the_project_s_own(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "project", "local")
    assert (folder / "__main__.py").resolve() == ROOT / "__main__.py"
    assert (folder / ".venv/bin/python").exists(), "Pulumi.yaml names this virtual environment"


def test_what_the_cli_writes_stays_there(tmp_path: Path) -> None:
    folder, committed = workspace(tmp_path / "project", "local"), (ROOT / FILE).read_text()
    with (folder / FILE).open("a") as file:
        file.write("encryptionsalt: v1:abc\n")
    assert (ROOT / FILE).read_text() == committed


def test_a_state_is_read_with_the_salt_it_was_written_with(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "project", "local")
    with (folder / FILE).open("a") as file:
        file.write("encryptionsalt: v1:abc\n")
    again = workspace(tmp_path / "project", "local")
    assert (again / FILE).read_text() == (ROOT / FILE).read_text() + "encryptionsalt: v1:abc\n"
