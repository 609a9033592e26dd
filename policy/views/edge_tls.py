"""Versions of TLS, in whatever notation a service has for them, in an order."""

import re

NOTATION = re.compile(
    r"(?P<old>SSLv3)|TLSv(?P<cloudfront>1(?:\.\d)?)|_?TLS13_1_(?P<policy>\d)|TLS_1_(?P<plain>\d)|TLS1(?P<edge>\d)_"
)
YEAR = re.compile(r"20\d\d")


def oldest(name: str) -> tuple[int, int]:
    """The oldest version that a protocol or policy admits, and the policy's year or 0.

    `TLSv1.2_2021` is (12, 2021), `TLSv1` is (10, 0), `SecurityPolicy_TLS13_1_2_2021_06` is (12, 2021), and what
    nobody has heard of is (0, 0).
    """
    found = NOTATION.search(name)
    if found is None or found["old"]:
        return 0, 0
    year = YEAR.search(name)
    return _version(found), int(year[0]) if year else 0


def _version(found: re.Match[str]) -> int:
    if found["cloudfront"]:
        return round(float(found["cloudfront"]) * 10)
    return 10 + int(found["policy"] or found["plain"] or found["edge"])
