"""What AWS would answer, where the answer is a constant of AWS and not of an account."""

from typing import Any
from zlib import crc32


def answer(token: str, arguments: dict[str, Any], region: str) -> dict[str, Any] | None:
    """The answer to a function of pulumi_aws, or None where only AWS knows it."""
    if token == "aws:ec2/getManagedPrefixList:getManagedPrefixList":  # noqa: S105 - a function's name
        name = str(arguments["name"])
        return {"id": f"pl-{crc32(f'{name}{region}'.encode()):08x}", "name": name, "addressFamily": "IPv4"}
    return None
