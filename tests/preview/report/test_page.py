"""The page as a file."""

import base64
import hashlib
import json
import re
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from preview.__main__ import PROJECT_DIRECTORY
from preview.promises.promise import Verdict
from preview.report import page
from tests.preview.report.sample import MARKUP

LARGEST = 2_500_000

Report = dict[str, Any]


@pytest.fixture(scope="module")
def text(report_page: Path) -> str:
    return report_page.read_text("utf-8")


def test_it_is_one_file_of_a_bearable_size(report_page: Path) -> None:
    assert [path.name for path in report_page.parent.iterdir()] == ["report.html"]
    assert report_page.stat().st_size < LARGEST


def test_it_repeats_exactly(report: Report, text: str) -> None:
    assert page.text(report) == text


def test_it_is_written_in_half_a_second(report: Report) -> None:
    page.text(report)
    started = time.perf_counter()
    page.text(report)
    assert time.perf_counter() - started < 0.5


def test_nothing_but_its_own_scripts_and_style_may_run(text: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src &#39;none&#39;; ")
    assert "unsafe" not in policy
    assert policy.count("sha256-") == len(page.manifest()) + 2


def test_it_names_no_other_file(text: str) -> None:
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert not re.findall(r'(?:src|href|action|srcset)="(?!#)', markup)
    assert "@import" not in text
    assert "url(" not in re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL)[0]


def test_what_a_name_holds_stays_text(text: str) -> None:
    assert MARKUP not in text
    assert text.count("</script>") == text.count("<script")


def test_the_report_is_in_the_page(report: Report, text: str) -> None:
    (data,) = re.findall(r'id="report">([\w+/=]*)</script>', text)
    assert json.loads(zlib.decompress(base64.b64decode(data))) == json.loads(json.dumps(report))


def test_the_libraries_are_those_of_the_manifest() -> None:
    files = {path.name for path in page.LIBRARIES.glob("*.js")}
    assert {library["file"] for library in page.manifest()} == files
    for library in page.manifest():
        content = (page.LIBRARIES / library["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == library["sha256"]
        for package in library["packages"]:
            assert f"{package['name']} {package['version']} ({package['licence']})".encode() in content


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((PROJECT_DIRECTORY / "tools" / "page_libraries" / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all("resolved" not in package and package["integrity"] for package in packages.values())
    locked = {name.removeprefix("node_modules/"): package["version"] for name, package in packages.items()}
    for library in page.manifest():
        assert {package["name"]: package["version"] for package in library["packages"]}.items() <= locked.items()


@pytest.mark.parametrize(
    ("counts", "headline"),
    [
        ((16, 0, 0, 0), "All 16 promises are kept"),
        ((14, 0, 2, 0), "14 of 16 promises are kept, 2 as far as AWS supports it"),
        ((14, 1, 1, 0), "1 of 16 promises is broken"),
        ((0, 3, 0, 13), "3 of 3 promises are broken"),
        ((0, 0, 0, 16), "Nothing was promised"),
    ],
    ids=["kept", "as far as can be", "broken", "all broken", "none"],
)
def test_the_headline_says_how_it_stands(counts: tuple[int, ...], headline: str) -> None:
    verdicts = (Verdict.KEPT, Verdict.BROKEN, Verdict.NOT_ACHIEVABLE, Verdict.NOT_PROMISED)
    assert page.headline({"verdicts": dict(zip(verdicts, counts, strict=True))}) == headline
