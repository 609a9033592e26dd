"""`python -m preview.quotas`: what a stack needs of AWS's quotas, before it is deployed."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pulumi

from preview.__main__ import PROJECT_DIRECTORY
from preview.graph import Graph
from preview.promises.deployed import Deployed, UndeclaredError
from preview.quotas import Need, Standing, account, needs
from preview.quotas.shown import show
from preview.recorder import record, stack_values
from preview.summary import console

PROVIDER = "pulumi:providers:aws"


def main(arguments: list[str] | None = None) -> int:
    """Record a stack, print its needs, and write them where asked; 1 where a quota is too small for it.

    Without the account's own quotas only those count that AWS never raises: defaults are there to be raised.
    """
    chosen = _parsed(arguments)
    try:
        account_id = account.account_id(account.identity()) if chosen.account else None
        graph = record(PROJECT_DIRECTORY, chosen.stack, stack_values(PROJECT_DIRECTORY, chosen.stack))
        found = _needs(graph, account_id)
    except (pulumi.RunError, UndeclaredError, account.AccountError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if chosen.json:
        chosen.json.write_text(
            json.dumps(described(found, chosen.stack, account_id), indent=1) + "\n", encoding="utf-8"
        )
    show(console(), found, stack=chosen.stack, account=account_id, everything=chosen.all)
    return 1 if failed(found, asked=account_id is not None) else 0


def failed(found: Sequence[Need], *, asked: bool) -> bool:
    """Whether the stack cannot be deployed, or cannot grow to its size, as the quotas are."""
    short = [need for need in found if need.standing is Standing.SHORT]
    return any(asked or not need.quota.adjustable for need in short)


def described(found: Sequence[Need], stack: str, account_id: str | None) -> dict[str, Any]:
    """The needs as the JSON file holds them."""
    return {"stack": stack, "account": account_id, "needs": [need.described() for need in found]}


def _needs(graph: Graph, account_id: str | None) -> tuple[Need, ...]:
    found = needs(Deployed(graph))
    if account_id is None:
        return found
    account.require_one_of(account_id, _allowed(graph))
    return account.with_applied(found)


def _allowed(graph: Graph) -> list[str]:
    """The accounts that the stack's providers refuse to leave."""
    listed = [node.inputs.get("allowedAccountIds") for node in graph.of_type(PROVIDER)]
    return [str(each) for text in listed if isinstance(text, str) for each in json.loads(text)]


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="preview.quotas", description=__doc__)
    parser.add_argument("--stack", default="staging", help="stack whose Pulumi.<stack>.yaml is read (default: staging)")
    parser.add_argument(
        "--account", action="store_true", help="ask AWS for the account's own quotas (needs credentials)"
    )
    parser.add_argument("--all", action="store_true", help="show the quotas too that are hardly used")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the needs to FILE")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
