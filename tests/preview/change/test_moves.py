"""How a change moves the promises, and how it is told."""

from io import StringIO

from rich.console import Console

from preview.change.comparison import compared
from preview.change.moves import bill, moved
from preview.change.revision import empty
from preview.change.shown import markdown, show
from preview.promises.deployed import Deployed
from preview.promises.figure import Figure, Kind, figure
from preview.promises.promise import Finding, Model
from tests.preview.promises.small import graph, node
from tests.preview.promises.test_promise import CHECK, MODEL, WAIT, waiting

PLEDGE = {"wait": {"promised": 30, "accepted": None}}
SLOW = node(CHECK.type, "check", requestInterval=30, failureThreshold=2, regions=3)
BEFORE, AFTER = graph(CHECK, promises=PLEDGE), graph(SLOW, promises=PLEDGE)


def test_a_promise_that_the_change_breaks() -> None:
    (move,) = moved(BEFORE, AFTER, [MODEL])
    assert move.difference == 40
    assert move.worse
    assert move.breaks


def test_a_promise_that_the_change_mends() -> None:
    (move,) = moved(AFTER, BEFORE, [MODEL])
    assert move.worse is False
    assert not move.breaks


def test_a_promise_that_stays() -> None:
    (move,) = moved(AFTER, AFTER, [MODEL])
    assert move.worse is None
    assert not move.breaks, "the base breaks it too"


def test_a_new_stack_has_no_before() -> None:
    (move,) = moved(empty(BEFORE), BEFORE, [MODEL])
    assert move.before is None
    assert move.difference is None


def test_a_base_from_before_the_promises_is_judged_at_the_new_load() -> None:
    bare = graph(CHECK)
    bare.outputs.clear()
    (move,) = moved(bare, AFTER, [MODEL])
    assert move.difference == 40


def test_the_terminal_and_the_pull_request_say_the_same() -> None:
    changes, moves = compared(BEFORE, AFTER), moved(BEFORE, AFTER, [MODEL])
    screen = StringIO()
    show(Console(file=screen, width=160), "test", changes, moves, [])
    page = markdown("test", changes, moves, [])
    for text in (screen.getvalue(), page):
        assert "requestInterval" in text
        assert "20.3" in text
        assert "60.3 ▼ worse" in text
        assert "broken" in text
    assert "flowchart LR" in page
    assert "eu-west-2" in page


def test_a_refused_loss_says_what_to_do() -> None:
    lost = compared(graph(node("aws:dynamodb/table:Table", "carts")), graph())
    assert "would be deleted and holds catalogue, carts and sessions; keep it, or allow it" in markdown(
        "test", lost, [], lost
    )


def test_nothing_is_said_to_be_nothing() -> None:
    assert "Nothing is added, changed, replaced or deleted." in markdown("test", [], [], [])


def test_the_bill_is_told_on_both_sides() -> None:
    def found(deployed: Deployed) -> list[Finding]:
        interval = deployed.number(deployed.only(CHECK.type), "requestInterval", "s")
        month = figure("bill", "USD/month", Kind.ESTIMATE, "100 * interval", interval=interval)
        return [Finding(promise=WAIT, reached=interval_of(deployed), also=(month,))]

    def interval_of(deployed: Deployed) -> Figure:
        return waiting(deployed)["wait"]

    moves = moved(BEFORE, AFTER, [Model(promises=(WAIT,), reached=waiting, findings=found)])
    assert [(amount.name, amount.before, amount.after) for amount in bill(moves)] == [("bill", 1000, 3000)]
    assert "bill: 1,000 → 3,000 USD/month (+2,000)" in markdown("test", [], moves, [])
