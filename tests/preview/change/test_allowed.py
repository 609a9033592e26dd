"""What stateful may go: one resource, with a reason and a last day."""

from datetime import date
from pathlib import Path

from preview.change.allowed import Allowance, read, refused
from preview.change.comparison import compared
from tests.preview.promises.small import graph, node

TABLE = node("aws:dynamodb/table:Table", "carts", name="carts")
LOST = compared(graph(TABLE), graph())
LEAVE = Allowance(
    urn=TABLE.urn, reason="Carts moved to the other table last week", owner="platform", expires=date(2026, 12, 31)
)


def test_a_loss_that_nobody_allowed_is_refused() -> None:
    assert refused(LOST, [], date(2026, 12, 31)) == LOST


def test_a_loss_is_allowed_until_its_last_day() -> None:
    assert refused(LOST, [LEAVE], date(2026, 12, 31)) == []
    assert refused(LOST, [LEAVE], date(2027, 1, 1)) == LOST


def test_an_allowance_is_for_one_resource() -> None:
    other = LEAVE.model_copy(update={"urn": LEAVE.urn + "-other"})
    assert refused(LOST, [other], date(2026, 12, 31)) == LOST


def test_the_file_of_this_repository_is_sound() -> None:
    assert read() == ([], [])


def test_a_faulty_file_allows_nothing_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "allowed.yaml"
    file.write_text(
        "- urn: urn:pulumi:prod::storefront::*::carts\n  reason: because\n  owner: me\n  expires: 2026-12-31\n"
    )
    entries, faults = read(file)
    assert entries == []
    assert [fault.split(":")[0] for fault in faults] == [
        "allowed.yaml at 0.urn",
        "allowed.yaml at 0.reason",
        "allowed.yaml at 0.owner",
    ]
