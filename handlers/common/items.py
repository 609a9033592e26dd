"""DynamoDB items in the service's own form; the tables here hold only texts and whole numbers."""

from __future__ import annotations

from typing import TypedDict


class Attribute(TypedDict, total=False):
    S: str
    N: str


Item = dict[str, Attribute]


class ItemMalformedError(Exception):
    """A stored item lacks an attribute that every item of its kind has."""


def s(value: str) -> Attribute:
    return {"S": value}


def n(value: int) -> Attribute:
    return {"N": str(value)}


def text(item: Item, name: str) -> str:
    value = item.get(name, {}).get("S")
    if value is None:
        raise ItemMalformedError(f"the item has no text attribute {name!r}; it has {sorted(item)}")
    return value


def number(item: Item, name: str) -> int:
    value = item.get(name, {}).get("N")
    if value is None:
        raise ItemMalformedError(f"the item has no number attribute {name!r}; it has {sorted(item)}")
    return int(value)
