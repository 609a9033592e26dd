"""Numbers as people read them."""

import math

import pytest

from preview.promises.promise import Better, Promise
from preview.report import numbers

WAIT = Promise(id="wait", title="", unit="s", better=Better.LOWER)
SHARE = Promise(id="share", title="", unit="%", better=Better.HIGHER)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (24.2149, "s", "24.2 s"),
        (1_000_000, "users", "1,000,000 users"),
        (1, "checks", "1 check"),
        (1, "Mbps", "1 Mbps"),
        (0.18, "fraction", "0.18"),
        (0.00321, "USD/h", "0.00321 USD/h"),
        (99.99, "%", "99.99 %"),
        (99.9951, "%", "99.9951 %"),
        (100, "%", "100 %"),
        (0, "s", "0 s"),
        (-12.5, "s", "−12.5 s"),
        (math.inf, "users", "unlimited"),
    ],
)
def test_a_number_is_as_precise_as_it_is_useful(value: float, unit: str, text: str) -> None:
    assert numbers.text(value, unit).replace(numbers.SPACE, " ") == text


@pytest.mark.parametrize(
    ("promise", "promised", "reached", "words"),
    [
        (WAIT, 30, 22, "8 s to spare"),
        (WAIT, 30, 30, "as promised"),
        (WAIT, 30, 42.5, "12.5 s over"),
        (SHARE, 99.99, 99.96, "0.03 points short"),
        (SHARE, 60, 62, "2 points above"),
    ],
)
def test_a_margin_is_told_in_words(promise: Promise, promised: float, reached: float, words: str) -> None:
    assert numbers.margin(promise, promised, reached).replace(numbers.SPACE, " ") == words


def test_a_pledge_says_which_way_it_binds() -> None:
    assert [numbers.pledge(each, 60).replace(numbers.SPACE, " ") for each in (WAIT, SHARE)] == ["≤ 60 s", "≥ 60 %"]
