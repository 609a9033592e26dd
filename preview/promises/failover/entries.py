"""Lists in the inputs of a resource."""

from typing import Any, cast

from preview.graph import Node


def entries(node: Node, name: str) -> list[dict[str, Any]]:
    """The entries of a list of a resource, `entries(record, "aliases")`; none where it has none or only AWS knows."""
    found = node.inputs.get(name)
    if not isinstance(found, list):
        return []
    return [cast(dict[str, Any], entry) for entry in cast(list[Any], found) if isinstance(entry, dict)]
