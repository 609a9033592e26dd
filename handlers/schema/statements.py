"""Splits a file of PostgreSQL into its statements: the Data API takes one at a time."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
      (?P<line>--[^\n]*)
    | (?P<block>/\*)
    | (?P<escaped>\b[eE]'(?:[^'\\]|''|\\.)*')
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*")
    | (?P<dollar>(?<![A-Za-z0-9_$])\$(?P<tag>(?:[A-Za-z_][A-Za-z0-9_]*)?)\$.*?\$(?P=tag)\$)
    | (?P<end>;)
    | (?P<opened>['"]|(?<![A-Za-z0-9_$])\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$)
    | (?P<other>[A-Za-z0-9_$]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK_EDGE = re.compile(r"/\*|\*/")


class StatementUnfinishedError(Exception):
    """A quotation or a comment is opened and never closed."""


def split(script: str) -> list[str]:
    """The statements without their semicolons and comments; semicolons inside quotations end nothing."""
    statements: list[str] = []
    current = ""
    position = 0
    while found := _TOKEN.match(script, position):
        position = found.end()
        match found.lastgroup:
            case "line":
                current += " "
            case "block":
                position = _after_block(script, found.start())
                current += " "
            case "end":
                statements.append(current.strip())
                current = ""
            case "opened":
                raise StatementUnfinishedError(f"{found.group()} at character {found.start()} is never closed")
            case _:
                current += found.group()
    statements.append(current.strip())
    return [statement for statement in statements if statement]


def _after_block(script: str, start: int) -> int:
    """Where a comment ends; PostgreSQL's nest."""
    depth = 0
    for edge in _BLOCK_EDGE.finditer(script, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    raise StatementUnfinishedError(f"the comment at character {start} is never closed")
