"""The synthetic visitor."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from handlers.canary import visit

ANSWERS: Mapping[str, int | OSError] = {
    "well.example.com": 200,
    "ill.example.com": 503,
    "gone.example.com": TimeoutError("timed out"),
}


@dataclass
class Answer:
    status: int


class Connection:
    """Answers as `ANSWERS` says."""

    def __init__(self, host: str, *_args: object, **_options: object) -> None:
        self._answer = ANSWERS[host]

    def request(self, *_args: object, **_options: object) -> None:
        if isinstance(self._answer, OSError):
            raise self._answer

    def getresponse(self) -> Answer:
        assert isinstance(self._answer, int)
        return Answer(self._answer)

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http.client, "HTTPSConnection", Connection)


def test_an_address_that_answers_is_well() -> None:
    assert visit.visit("https://well.example.com/") is None


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("https://ill.example.com/", "answered 503"),
        ("https://gone.example.com/", "did not answer: timed out"),
        ("http://well.example.com/", "is not an https address"),
    ],
)
def test_what_is_wrong_is_said(url: str, wrong: str) -> None:
    assert wrong in (visit.visit(url) or "")


def test_one_visit_names_every_address_at_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISITS", "https://ill.example.com/ https://well.example.com/ https://gone.example.com/")
    with pytest.raises(visit.VisitFailedError) as failure:
        visit.handler({}, None)
    assert "ill.example.com" in str(failure.value)
    assert "gone.example.com" in str(failure.value), "one fault must not hide the other"
    assert "well.example.com" not in str(failure.value)


def test_a_good_round_counts_its_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISITS", "https://well.example.com/ https://well.example.com/")
    assert visit.handler({}, None).startswith("2 addresses answered")
