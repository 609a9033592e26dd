"""What the policies of queues, topics and the like say: whom they let in, and over what transport."""

from collections.abc import Iterator
from typing import Any

from policy.documents import Statement, statements


def open_statements(document: Any) -> Iterator[str]:
    """Paths of the statements that let strangers in."""
    for position, statement in enumerate(statements(document)):
        if statement.open_to_strangers:
            yield f"policy::Statement[{position}]"


def tls_only(document: Any, *actions: str) -> bool:
    """Whether some statement refuses these actions to everybody where the transport is clear text."""
    return any(
        _refuses_clear_text(one) and all(one.covers(action) for action in actions) for one in statements(document)
    )


def _refuses_clear_text(statement: Statement) -> bool:
    anybody = statement.names_anyone and not statement.not_principals
    alone = len(statement.conditions) == 1
    return not statement.allows and anybody and alone and "false" in statement.condition("aws:SecureTransport", "bool")
