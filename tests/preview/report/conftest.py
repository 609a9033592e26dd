"""The made-up report of the production stack, its page, and a browser to look at it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from preview.graph import Graph
from preview.report import described, page
from tests.preview.promises.small import graph, node
from tests.preview.report import sample
from tests.preview.report.browser import Browser
from tests.preview.test_verdicts import ALLOWED, EXEMPTION, GRAVE, SLIGHT, said


@pytest.fixture(scope="session")
def report(prod: Graph) -> dict[str, Any]:
    """The description of made-up judgements over the production stack, with a broken rule and an exemption."""
    stack, judgements, effects = sample.judgements(prod)
    verdicts = said(GRAVE, SLIGHT, undecided=(ALLOWED,))
    return described.described(stack, judgements, effects, verdicts=verdicts, exempted=[EXEMPTION])


@pytest.fixture(scope="session")
def report_page(report: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its page."""
    return page.write(report, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser without a window; the test is skipped where the machine has none."""
    programs = [shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")]
    if None in programs:
        pytest.skip("the page is looked at where chromium and chromedriver are installed")
    browser = Browser(*map(str, programs))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def small_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a stack that declares two buckets, and promises nothing."""
    stack = graph(node("aws:s3/bucket:Bucket", "one"), node("aws:s3/bucket:Bucket", "two"))
    return page.write(described.described(stack, [], {}), tmp_path_factory.mktemp("small"))
