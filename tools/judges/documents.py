"""The IAM documents of a recorded graph."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from preview.graph import UNKNOWN, Graph

Kind = Literal["identity", "trust", "resource"]
NAMES = frozenset({"policy", "policyDocument", "assumeRolePolicy", "inlinePolicy"})
"""Properties that hold a document: where one of them is unknown, the judges cannot be asked."""

ATTACHED_BY_REFERENCE = frozenset({"aws:iam/policyAttachment:PolicyAttachment"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One document, of the kind that says who reads it and how."""

    urn: str
    kind: Kind
    text: str | None
    """None where the preview does not know it."""

    def described(self) -> dict[str, Any]:
        """As the judges' process gets it."""
        return asdict(self)


def documents(graph: Graph) -> list[Document]:
    """Every document, inline or in a resource of its own, as text or as a map."""
    return [
        Document(urn=node.urn, kind=_kind(node.type, name), text=text)
        for node in graph
        if node.type not in ATTACHED_BY_REFERENCE
        for name, text in _found("", node.inputs)
    ]


def _kind(type_: str, name: str) -> Kind:
    if name == "assumeRolePolicy":
        return "trust"
    return "identity" if type_.startswith(("aws:iam/", "aws:ssoadmin/")) else "resource"


def _found(name: str, value: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, str):
        if value == UNKNOWN and name in NAMES:
            yield name, None
        elif _is_document(value):
            yield name, value
    elif isinstance(value, Mapping):
        entries = cast(Mapping[str, Any], value)
        if "Statement" in entries:
            yield name, json.dumps(dict(entries))
        else:
            for key, item in entries.items():
                yield from _found(key, item)
    elif isinstance(value, list):
        for item in cast(list[Any], value):
            yield from _found(name, item)


def _is_document(text: str) -> bool:
    if '"Statement"' not in text:
        return False
    try:
        content: Any = json.loads(text)
    except ValueError:
        return False
    return isinstance(content, dict) and "Statement" in content
