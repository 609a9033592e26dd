"""What a stack declares, in a few words for each resource."""

from collections.abc import Mapping
from typing import Any, cast

from preview.graph import SECRET, UNKNOWN, Graph, Node

Entry = dict[str, Any]

TELLING = 6
LONGEST = 48
_SAYS_NOTHING = frozenset(
    {"__defaults", "comment", "description", "name", "namePrefix", "region", "tags", "tagsAll", "type"}
)
_HIDDEN = ("password", "secret", "token", "credential")


def declared(graph: Graph) -> list[Node]:
    """The resources that AWS would hold, in the graph's order; no components and no providers."""
    return [node for node in graph if node.custom and not node.type.startswith("pulumi:")]


def described(graph: Graph) -> list[Entry]:
    """Every resource with its place in the tree and its most telling settings; nothing secret, nothing unknown."""
    components = {node.urn: node for node in graph}
    return [
        {
            "name": node.name,
            "type": node.type,
            "region": node.region,
            "parent": components[node.parent].name if node.parent in components else None,
            "source": node.source,
            "settings": _telling(node.inputs),
        }
        for node in declared(graph)
    ]


def _telling(inputs: Mapping[str, Any]) -> dict[str, str | float]:
    """The first few plain settings: those at the top before those one step down, numbers before words before flags."""
    nested = {
        f"{above}.{key}": value
        for above, entries in inputs.items()
        if isinstance(entries, Mapping) and above not in _SAYS_NOTHING
        for key, value in cast(Mapping[str, Any], entries).items()
    }
    plain = [(path, value) for path, value in {**inputs, **nested}.items() if _tells(path, value)]
    plain.sort(key=lambda setting: (setting[0] in nested, isinstance(setting[1], bool), isinstance(setting[1], str)))
    return dict(plain[:TELLING])


def _tells(path: str, value: Any) -> bool:
    if path in _SAYS_NOTHING or any(word in path.lower() for word in _HIDDEN):
        return False
    if isinstance(value, str):
        return 0 < len(value) <= LONGEST and not (UNKNOWN in value or SECRET in value or value.startswith("arn:"))
    return isinstance(value, bool | int | float)
