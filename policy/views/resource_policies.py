"""What the policies of queues, topics and the like say: whom they let in, and over what transport."""

from collections.abc import Iterator
from typing import Any

from policy.documents import Statement, statements
from policy.rule import Complaint, wrong
from policy.subject import Subject
from policy.values import get
from policy.views.stated import stated


def lets_strangers_in(subject: Subject) -> Iterator[Complaint]:
    """A complaint for each statement of `policy` that lets strangers in."""
    for path in open_statements(get(subject.props, "policy")):
        yield wrong(path, "a principal, or a condition on whose they are")


def takes_clear_text(subject: Subject, apart: str, by: str, *actions: str) -> Iterator[Complaint]:
    """A complaint unless its policy, inline or of type `apart` linked `by` a property, refuses clear text."""
    own = subject.users(by, apart)
    documents = [get(one.props, "policy") for one in own] if own else [stated(subject, "policy")]
    if not any(tls_only(document, *actions) for document in documents):
        yield wrong("policy", "a statement that denies it to all where aws:SecureTransport is false")


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
