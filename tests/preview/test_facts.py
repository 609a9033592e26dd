"""What others published is carried with its source, its date and how good it is."""

import csv
from pathlib import Path

import pytest

from preview.facts import FOLDER, UNDECIDING, rows

TABLES = sorted(path.stem for path in FOLDER.glob("*.csv"))
QUALITIES = UNDECIDING | {"official", "derived", "assumption", "measured", "published", "list"}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_whole(table: str) -> None:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as source:
        lines = list(csv.reader(source))
    assert len(lines) > 1
    assert {len(line) for line in lines} == {len(lines[0])}, "every row has every column"


@pytest.mark.parametrize("table", TABLES)
def test_the_readme_says_where_a_table_is_from(table: str) -> None:
    assert f"`{table}.csv`" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_constant_has_a_source_a_date_and_a_quality() -> None:
    for row in rows("facts"):
        assert row["source"], row["id"]
        assert row["as_of"], row["id"]
        assert row["quality"] in QUALITIES, row["id"]
        float(row["value"])


def test_no_constant_stands_twice() -> None:
    ids = [row["id"] for row in rows("facts")]
    assert len(ids) == len(set(ids))


def test_every_price_has_a_source_and_a_date() -> None:
    for row in rows("prices"):
        assert row["source"], row
        assert row["as_of"], row
        assert float(row["usd"]) >= 0


def test_no_file_lies_there_unread() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path("preview").rglob("*.py"))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in Path("tests/preview").rglob("*.py"))
    for table in TABLES:
        assert f'"{table}"' in code or f'"{table}"' in tests, f"{table}.csv is read by nobody"
