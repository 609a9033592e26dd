"""What AWS would answer, where the answer is AWS's own and not an account's; identifiers are of the right shape."""

from typing import Any
from zlib import crc32


def answer(token: str, arguments: dict[str, Any], region: str) -> dict[str, Any] | None:
    """The answer to a function of pulumi_aws, or None where only AWS knows it."""
    if token == "aws:ec2/getManagedPrefixList:getManagedPrefixList":  # noqa: S105 - a function's name
        name = str(arguments["name"])
        return {"id": f"pl-{crc32(f'{name}{region}'.encode()):08x}", "name": name, "addressFamily": "IPv4"}
    if token == "aws:ssm/getParameter:getParameter" and str(arguments["name"]).startswith("/aws/service/"):  # noqa: S105
        # Offline an image of AWS's stays what its public parameter points to, in EC2's own notation.
        name = str(arguments["name"])
        return {"id": name, "name": name, "type": "String", "insecureValue": f"resolve:ssm:{name}"}
    return None
