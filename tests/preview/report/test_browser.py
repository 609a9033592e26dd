"""The page as a reader meets it: on a phone and on a desk, in the light and in the dark."""

from itertools import pairwise
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.preview.report.browser import Browser

CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""


@pytest.fixture(
    scope="module",
    params=[(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")],
    ids=lambda p: f"{p[0]}-{p[1]}",
)
def opened(request: pytest.FixtureRequest, chromium: Browser, report_page: Path) -> Browser:
    """The page on each screen, with everything in it open."""
    width, theme = request.param
    chromium.open_all(report_page, width=width, theme=theme)
    return chromium


@pytest.fixture
def fresh(chromium: Browser, report_page: Path) -> Browser:
    """The page on a desk as it first shows."""
    chromium.open(report_page, width=1440, theme="light")
    return chromium


def test_nothing_is_wider_than_the_screen(opened: Browser) -> None:
    assert opened.ask("sideways") == 0


@pytest.mark.parametrize("width", [320, 600, 901, 1100, 1920])
def test_no_width_between_is_too_narrow(chromium: Browser, report_page: Path, width: int) -> None:
    chromium.open(report_page, width=width, theme="light")
    assert chromium.ask("sideways") == 0


def test_no_text_lies_on_another(opened: Browser) -> None:
    assert opened.ask("overlaps") == []


def test_no_box_of_the_drawing_lies_on_another(opened: Browser) -> None:
    assert opened.ask("boxOverlaps") == []


def test_every_text_stands_out_from_its_ground(opened: Browser) -> None:
    assert opened.ask("faint", CONTRAST) == []


def test_every_axis_chart_and_table_is_labelled(opened: Browser) -> None:
    assert opened.ask("unlabelled") == []


def test_no_heading_skips_a_level(opened: Browser) -> None:
    levels: list[int] = opened.ask("headings")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_sorts_by_every_column(chromium: Browser, report_page: Path) -> None:
    chromium.open_all(report_page, width=1440, theme="light")
    assert chromium.ask("unsorted") == []


def test_the_page_has_its_landmarks_once(fresh: Browser) -> None:
    assert fresh.ask("landmarks") == []


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_is_logged_and_nothing_fetched(chromium: Browser, report_page: Path, width: int) -> None:
    chromium.open(report_page, width=width, theme="light")
    chromium.ask("openAll")
    assert chromium.console() == []
    assert chromium.requests() == [report_page.as_uri()]


def test_a_promise_opens_its_derivation_by_keyboard(fresh: Browser) -> None:
    fresh.ask("focus", "button.opens")
    fresh.press(Keys.ENTER)
    assert fresh.ask("focused")["expanded"] == "true"
    assert fresh.ask("appear", ".behind .formula", 2) == 2
    fresh.ask("focus", ".behind details.use summary")
    fresh.press(Keys.SPACE)
    assert fresh.ask("appear", ".behind .derivation .derivation") == 1
    fresh.ask("focus", "button.opens")
    fresh.press(Keys.ENTER)
    assert fresh.ask("count", ".behind") == 0


def test_a_formula_shows_its_values(fresh: Browser) -> None:
    fresh.ask("focus", "button.opens", 3)
    fresh.press(Keys.ENTER)
    assert fresh.ask("text", ".behind .worked") == "= 25\u00a0s + 35\u00a0s + 90\u00a0s = 150\u00a0sestimate"


def test_a_box_opens_its_resources_and_gives_the_focus_back(fresh: Browser) -> None:
    fresh.ask("focus", ".box")
    before = fresh.ask("focused")["name"]
    fresh.press(Keys.ENTER)
    assert fresh.ask("appear", "dialog table tbody tr") >= 1
    fresh.press(Keys.ESCAPE)
    assert fresh.ask("count", "dialog") == 0
    assert fresh.ask("focused")["name"] == before


def test_a_region_is_drawn_alone_when_it_is_chosen(fresh: Browser) -> None:
    assert fresh.ask("count", ".box.several") > 0
    fresh.ask("focus", ".regions input")
    fresh.press(Keys.ARROW_RIGHT)
    assert fresh.ask("count", ".lane[data-layer=region] .box.several") == 0
    assert fresh.ask("count", ".lane[data-layer=region] .box") > 5


def test_whatever_has_the_focus_shows_it(fresh: Browser) -> None:
    rings: dict[str, float] = {}
    for _ in range(25):
        fresh.press(Keys.TAB)
        focused = fresh.ask("focused")
        rings[focused["name"]] = focused["ring"]
    assert len(rings) > 15
    assert not [name for name, ring in rings.items() if ring < 2]


def test_the_theme_can_be_chosen(fresh: Browser) -> None:
    light, dark = fresh.ask("choose", "#theme", "light"), fresh.ask("choose", "#theme", "dark")
    assert light != dark
    assert fresh.ask("choose", "#theme", "") == light


def test_markup_in_a_name_stays_text(fresh: Browser) -> None:
    fresh.ask("openAll")
    assert fresh.ask("count", "img") == 0
    assert "promises are broken" in fresh.ask("text", "title")


def test_without_a_distribution_or_a_second_region_there_is_still_a_page(chromium: Browser, small_page: Path) -> None:
    chromium.open(small_page, width=360, theme="dark")
    chromium.ask("openAll")
    assert chromium.console() == []
    assert chromium.ask("count", ".box") >= 1
