"""The program of another revision runs with its own files."""

import subprocess
from pathlib import Path

import pytest

from preview.change.comparison import compared
from preview.change.revision import RevisionError, checked_out, recorded

PROGRAM = """
import pulumi, pulumi_aws as aws
from components.naming import NAME
place = aws.Provider("place", region="eu-west-2")
own = pulumi.ResourceOptions(provider=place)
bucket = aws.s3.Bucket(NAME, opts=own)
aws.s3.BucketObjectv2("page", bucket=bucket.id, key="page", source=pulumi.FileAsset("page.html"), opts=own)
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project with one commit, and changes on top."""
    files = {
        "Pulumi.yaml": "name: shop\nruntime: python\n",
        "Pulumi.dev.yaml": "config: {}\n",
        "__main__.py": PROGRAM,
        "components/__init__.py": "",
        "components/naming.py": 'NAME = "models"\n',
        "page.html": "old",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)  # noqa: S603, S607
    (tmp_path / "components/naming.py").write_text('NAME = "assets"\n')
    (tmp_path / "page.html").write_text("new")
    return tmp_path


def test_it_runs_with_its_own_components_and_not_with_those_of_the_working_tree(repository: Path) -> None:
    with checked_out(repository, "HEAD") as base:
        graph = recorded(base, "dev")
    assert graph is not None
    assert [node.name for node in graph.of_type("aws:s3/bucket:Bucket")] == ["models"]


def test_files_are_compared_by_their_content(repository: Path) -> None:
    (repository / "components/naming.py").write_text('NAME = "models"\n')
    with checked_out(repository, "HEAD") as base:
        before = recorded(base, "dev")
        same = recorded(base, "dev")
    after = recorded(repository, "dev")
    assert before is not None
    assert same is not None
    assert after is not None
    assert compared(before, same) == []
    assert [(change.node.name, change.properties) for change in compared(before, after)] == [("page", ("source",))]


def test_a_stack_that_the_revision_does_not_have_is_new(repository: Path) -> None:
    assert recorded(repository, "prod") is None


def test_a_revision_that_is_none_is_named(repository: Path) -> None:
    with (
        pytest.raises(RevisionError, match="Git knows no revision '--output=x'"),
        checked_out(repository, "--output=x"),
    ):
        pass


def test_a_program_that_fails_says_why(repository: Path) -> None:
    (repository / "__main__.py").write_text('import pulumi\nraise pulumi.RunError("no regions are named")\n')
    with pytest.raises(RevisionError, match="no regions are named"):
        recorded(repository, "dev")


def test_what_only_policies_read_stays_behind(repository: Path) -> None:
    with checked_out(repository, "HEAD") as base:
        graph = recorded(base, "dev")
    assert graph is not None
    assert all(not node.raw.fields for node in graph)
